import type { Flags } from '../definition/flag.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Flags that say where to work and how it looks, and leave open what is to be done. */
const OPEN: ReadonlySet<string> = new Set([
  'databaseUrl',
  'embedded',
  'wait',
  'schema',
  'config',
  'migrationsDir',
  'redact',
  'verbose',
  'color',
]);

/** Is a person at the terminal, who has said nothing of what `dedupe` is to do? */
export function offersGuide(flags: Flags, { stdin, stderr, env }: Terminal): boolean {
  const atTerminal = stdin.isTTY === true && stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  const said = Object.entries(flags).filter(([name, value]) => value !== undefined && !OPEN.has(name));
  return atTerminal && said.every(([name, value]) => name === 'color' && value === true);
}
