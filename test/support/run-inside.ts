import { Readable, Writable } from 'node:stream';
import type { Process } from '../../src/cli/run-command.ts';
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
  const [stdout, stderr] = [new Collected(), new Collected()];
  const cwd = options.cwd ?? (await makeProject({}));
  const pretended: Process = {
    stdin: Readable.from([]),
    stdout,
    stderr,
    platform: process.platform,
    env: { ...inheritedEnvironment(), NO_COLOR: '1', ...options.env },
    cwd: () => cwd,
    // No signal comes, and what is not caught is vitest's to report.
    on: () => {},
    off: () => {},
    exit: (code: number) => {
      throw new Error(`the program would have ended at once, with exit code ${code}`);
    },
  };
  const exitCode = await runWords(args, pretended);
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
