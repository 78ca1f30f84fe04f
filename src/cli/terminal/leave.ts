/** Time for the last handles to close by themselves. */
const GRACE_MS = 500;

/** What is ended: `process`. */
export interface Leaver {
  exitCode?: number | string | null | undefined;
  exit(code: number): unknown;
}

/**
 * Ends the process once everything is written: by itself as soon as nothing is left to wait for, and after a short
 * while even if something hangs.
 */
export function leave(leaver: Leaver, exitCode: number): void {
  leaver.exitCode = exitCode;
  setTimeout(() => leaver.exit(exitCode), GRACE_MS).unref();
}

/** Errors that were not caught, and what ends the process after them. */
export interface LastResort extends Leaver {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (thrown: unknown) => void): unknown;
}

/**
 * Shows an error that was not caught like any other one and ends at once: the state of the process is not known any
 * more.
 * @param show shows it and gives the exit code.
 */
export function catchUncaught(source: LastResort, show: (thrown: unknown) => Promise<number>): void {
  let shown = false;
  function end(thrown: unknown): void {
    if (shown) return;
    shown = true;
    void show(thrown).then(
      (code) => source.exit(code),
      () => source.exit(5),
    );
  }
  source.on('uncaughtException', end);
  source.on('unhandledRejection', end);
}
