import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The root of the repository, with a slash at its end. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** The program as it is published: the build, not the sources. */
export const CLI = join(REPOSITORY, 'bin', 'msgdb.js');

/** All that the program gets of this process's environment: no DATABASE_URL, no PG*, no CI, no colours. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'XDG_CACHE_HOME'];

/** How to run the program. */
export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is closed then. */
  readonly input?: string;
  /** Killed after this time, 150 s if left out. */
  readonly timeoutMs?: number;
}

/** How a run of the program ended. */
export interface CliResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that is running. */
export interface RunningCli {
  readonly pid: number;
  readonly result: Promise<CliResult>;
  /** What came so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when the text was written to either stream; rejects when the program ended without. */
  waitFor(text: string | RegExp): Promise<void>;
  /** Sends the signal (SIGKILL if left out) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<CliResult>;
}

/** Runs `msgdb <args>` to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return (await startCli(args, options)).result;
}

/** Starts `msgdb <args>`, in an empty folder unless another one is named. It is killed when the test ends. */
export async function startCli(args: readonly string[], options: CliOptions = {}): Promise<RunningCli> {
  if (!existsSync(join(REPOSITORY, 'dist'))) throw new Error('the program is not built: npm run build');
  const cwd = options.cwd ?? (await makeProject({}));
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...inheritedEnvironment(), NO_COLOR: '1', ...options.env },
    timeout: options.timeoutMs ?? 150_000,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const running = watch(child);
  onTestFinished(async () => {
    await running.kill();
  });
  return running;
}

/** Makes a folder with these files (path → content), removed when the test ends. */
export async function makeProject(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function watch(child: ChildProcess): RunningCli {
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  });
  return {
    pid: child.pid ?? 0,
    result,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const written = output.stdout + output.stderr;
          if (!(typeof text === 'string' ? written.includes(text) : text.test(written))) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        result.then(({ stderr }) => reject(new Error(`ended without ${text}:\n${stderr}`)), reject);
        look();
      }),
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
      return result;
    },
  };
}

/** What a run of the program gets of this process's environment. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
