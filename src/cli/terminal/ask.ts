import { confirm, isCancel } from '@clack/prompts';
import { MsgdbError } from '../../model/errors.ts';
import type { Interruption } from './interruption.ts';
import { lookOf } from './look.ts';
import type { Terminal } from './terminal.ts';

/** Where to ask, and what leaving the question does. */
export interface AskOptions {
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** False after --no-color. */
  readonly color: boolean;
}

/**
 * Asks yes or no on stderr; `false` where stdin or stderr is no terminal, so that nobody can answer.
 * @throws MsgdbError MSGDB_INTERRUPTED when the person leaves the question with Ctrl-C or Escape.
 */
export async function ask(question: string, { terminal, interruption, color }: AskOptions): Promise<boolean> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY || !stderr.isTTY) return false;
  if (!lookOf(stderr, terminal, { color }).colour) forbidColour(terminal);
  const answer = await whileAsking(interruption.signal, (signal) =>
    confirm({ message: question, initialValue: false, withGuide: false, input: stdin, output: stderr, signal }),
  );
  // The key reader of the prompt keeps stdin open, and with it the process.
  stdin.pause();
  if (!isCancel(answer)) return answer;
  interruption.interrupt();
  throw new MsgdbError('MSGDB_INTERRUPTED', {
    what: 'Left at the question: nothing was changed.',
    why: 'The question was not answered.',
    fix: 'Run the command again, or look first with --dry-run.',
  });
}

/** clack (1.9) takes its colours from the environment alone, through `util.styleText`. */
function forbidColour({ env }: Terminal): void {
  env.NO_COLOR = '1';
  delete env.FORCE_COLOR;
}

/** A prompt of clack (1.9) that was answered still listens to its signal, and would write on the screen much later. */
async function whileAsking<Answer>(
  signal: AbortSignal,
  prompt: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const asking = new AbortController();
  const stop = () => asking.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await prompt(asking.signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
