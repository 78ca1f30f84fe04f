import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { clearingAway } from './clear-away.ts';

const CLI = fileURLToPath(new URL('../bin/msgdb.js', import.meta.url));

/** How long the program took, and the most memory it had. */
export interface Effort {
  readonly ms: number;
  readonly peakMb: number;
}

/** Runs the program as users do: its whole time, start-up included, and the peak of its memory (Linux). */
export async function runProgram(args: readonly string[]): Promise<Effort> {
  return await runNode([CLI, ...args, '--format', 'json', '--quiet']);
}

/** Runs Node.js: what it takes without the program is the floor. */
export async function runNode(args: readonly string[]): Promise<Effort> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  let peakMb = 0;
  const watch = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => {
        peakMb = Math.max(peakMb, Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024));
      },
      () => undefined,
    );
  }, 10);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const code = await clearingAway(
    async () => {
      child.kill();
      await ended;
    },
    () => ended,
  );
  clearInterval(watch);
  if (code !== 0 && code !== 1) throw new Error(`node ${args.join(' ')} ended with ${code}: ${output}`);
  return { ms: Math.round(performance.now() - started), peakMb };
}
