import { MsgdbError } from '../../model/errors.ts';
import type { Interruption } from './interruption.ts';
import { ESCAPED, leave, prompt } from './prompt.ts';
import { type Terminal, write } from './terminal.ts';

/** A question to answer with yes or no. */
export interface Question {
  readonly text: string;
  /** What has to be known to answer it, as lines that are shown before. */
  readonly preview: string;
  /** How to see first what would be done: `the same command with --dry-run`. */
  readonly look: string;
}

/**
 * Asks on stderr.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED where stdin or stderr is not a terminal.
 * @throws MsgdbError MSGDB_INTERRUPTED when the person leaves the question with Ctrl-C or Escape.
 */
export async function ask(
  { text, preview, look }: Question,
  terminal: Terminal,
  interruption: Pick<Interruption, 'signal' | 'interrupt'>,
): Promise<boolean> {
  requireTerminal({ text, look }, terminal);
  await write(terminal.stderr, preview);
  const answer = await prompt(({ confirm }, streams) => confirm({ message: text, initialValue: false, ...streams }), {
    terminal,
    interruption,
    look,
  });
  if (answer === ESCAPED) throw leave(interruption, look);
  return answer;
}

/** @throws MsgdbError MSGDB_CONFIRMATION_NEEDED where stdin or stderr is not a terminal. */
export function requireTerminal(question: Pick<Question, 'text' | 'look'>, { stdin, stderr }: Terminal): void {
  if (!stdin.isTTY || !stderr.isTTY) throw noTerminal(question, stdin.isTTY ? 'stderr' : 'stdin');
}

const WHY_NOT = {
  stdin: 'stdin is not a terminal',
  stderr: 'stderr is not a terminal, or takes nothing but JSON (--log-format json)',
} as const;

function noTerminal({ text, look }: Pick<Question, 'text' | 'look'>, stream: 'stdin' | 'stderr'): MsgdbError {
  return new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: this needs a confirmation. ${text}`,
    why: `${WHY_NOT[stream]}, and --yes is not given.`,
    fix: `Run the same command with --yes. To look first: ${look}.`,
  });
}
