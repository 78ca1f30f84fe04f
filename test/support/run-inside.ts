import { Readable, Writable } from 'node:stream';
import type { Process } from '../../src/cli/process.ts';
import { runWords } from '../../src/cli/run-words.ts';
import { type CliOptions, type CliResult, inheritedEnvironment, makeProject } from './cli.ts';

/**
 * Runs `msgdb <args>` from the sources in this process, which spares a start of Node (0.3 s of a core). For what is
 * decided behind the streams: a signal, a pipe that closes, a path of `--output` and how the process ends need `runCli`.
 */
export async function runInside(
  args: readonly string[],
  options: Pick<CliOptions, 'cwd' | 'env'> = {},
): Promise<CliResult> {
  return await pretendProcess({ ...options, cwd: options.cwd ?? (await makeProject({})) }, async (pretended) =>
    runWords(args, pretended),
  );
}

/** Does the work of a program, which gives the exit code, in what it takes for a process whose streams are pipes. */
export async function pretendProcess(
  { cwd, env }: { readonly cwd: string } & Pick<CliOptions, 'env'>,
  work: (pretended: Process) => Promise<number>,
): Promise<CliResult> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const exitCode = await work({
    stdin: Readable.from([]),
    stdout,
    stderr,
    platform: process.platform,
    env: { ...inheritedEnvironment(), NO_COLOR: '1', ...env },
    cwd: () => cwd,
    // No signal comes, and what is not caught is vitest's to report.
    on: () => {},
    off: () => {},
    exit: (code: number) => {
      throw new Error(`the program would have ended at once, with exit code ${code}`);
    },
  });
  return { exitCode, signal: null, stdout: stdout.text, stderr: stderr.text };
}

/** Keeps what is written to it. */
class Collected extends Writable {
  text = '';

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.text += text;
    done();
  }
}
