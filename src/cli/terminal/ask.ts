import { MsgdbError } from '../../model/errors.ts';
import type { Interruption } from './interruption.ts';
import type { Terminal } from './terminal.ts';

/**
 * Asks yes or no on stderr; `false` where stdin or stderr is no terminal, so that nobody can answer.
 * @throws MsgdbError MSGDB_INTERRUPTED when the person leaves the question with Ctrl-C or Escape.
 */
export async function ask(question: string, terminal: Terminal, interruption: Interruption): Promise<boolean> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY || !stderr.isTTY) return false;
  const { confirm, isCancel } = await import('@clack/prompts');
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
