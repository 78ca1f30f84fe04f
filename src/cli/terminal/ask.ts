import { MsgdbError } from '../../model/errors.ts';
import type { Interruption } from './interruption.ts';
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
  const { stdin, stderr } = terminal;
  await write(stderr, preview);
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await whileAsking(interruption.signal, (signal) =>
    confirm({ message: text, initialValue: false, withGuide: false, input: stdin, output: stderr, signal }),
  );
  // The key reader of the prompt keeps stdin open, and with it the process.
  stdin.pause();
  if (!isCancel(answer)) return answer;
  interruption.interrupt();
  throw new MsgdbError('MSGDB_INTERRUPTED', {
    what: 'Cancelled: nothing was changed.',
    why: 'The question was not answered.',
    fix: `Run the command again, and answer yes or no. To look first: ${look}.`,
  });
}

/** @throws MsgdbError MSGDB_CONFIRMATION_NEEDED where stdin or stderr is not a terminal. */
export function requireTerminal(question: Pick<Question, 'text' | 'look'>, { stdin, stderr }: Terminal): void {
  if (!stdin.isTTY || !stderr.isTTY) throw noTerminal(question, stdin.isTTY ? 'stderr' : 'stdin');
}

function noTerminal({ text, look }: Pick<Question, 'text' | 'look'>, stream: 'stdin' | 'stderr'): MsgdbError {
  return new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: this needs a confirmation. ${text}`,
    why: `${stream} is not a terminal, and --yes is not given.`,
    fix: `Run the same command with --yes. To look first: ${look}.`,
  });
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
