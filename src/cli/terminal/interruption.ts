import { setMaxListeners } from 'node:events';

/** Exit codes of a program that a signal ended: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof EXIT_CODES;

/** Lets the work stop at a safe point when the process receives a signal. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once the process has received a signal. */
  exitCode(): number | undefined;
  /** The same as a first Ctrl-C: for a prompt, which gets the key itself. */
  interrupt(): void;
  /** Stops listening. */
  release(): void;
}

/** What the interruption acts on: `process`. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  exit(code: number): unknown;
}

/** What is called when a signal comes. */
export interface SignalListeners {
  /** The work is about to be asked to stop. */
  readonly onFirst: (signal: StopSignal) => void;
  /** The process is about to end. */
  readonly onSecond: () => void;
}

/**
 * Listens for SIGINT and SIGTERM: the first one aborts, a second one ends the process at once, which is safe too: the
 * next run continues from what it finds.
 */
export function listenForSignals(source: SignalSource, listeners: SignalListeners): Interruption {
  const controller = new AbortController();
  // Each target that is at work listens: above ten, Node takes that for a leak and warns.
  setMaxListeners(0, controller.signal);
  let received: StopSignal | undefined;
  function receive(signal: StopSignal): void {
    if (received) {
      listeners.onSecond();
      source.exit(EXIT_CODES[signal]);
      return;
    }
    received = signal;
    listeners.onFirst(signal);
    controller.abort();
  }
  const signals = Object.keys(EXIT_CODES) as StopSignal[];
  for (const signal of signals) source.on(signal, receive);
  return {
    signal: controller.signal,
    exitCode: () => received && EXIT_CODES[received],
    interrupt: () => {
      received ??= 'SIGINT';
      controller.abort();
    },
    release: () => {
      for (const signal of signals) source.off(signal, receive);
    },
  };
}
