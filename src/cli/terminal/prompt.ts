import { MsgdbError } from '../../model/errors.ts';
import type { Interruption } from './interruption.ts';
import type { Terminal } from './terminal.ts';

/** What every prompt of clack is given. */
export interface PromptStreams {
  readonly input: Terminal['stdin'];
  readonly output: Terminal['stderr'];
  readonly signal: AbortSignal;
  readonly withGuide: false;
}

/** The prompt was left with Escape. */
export const ESCAPED: unique symbol = Symbol('escaped');

/** A key as Node's readline names it. */
interface Key {
  readonly name?: string | undefined;
}

/** What clack gives for a prompt that was left. */
export type Cancelled = Clack['CANCEL_SYMBOL'];

/** Loaded when a question is asked: most commands ask none. */
export type Clack = typeof import('@clack/prompts');

/** Where a prompt is shown, and what ends it besides an answer. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly interruption: Pick<Interruption, 'signal' | 'interrupt'>;
  /** How to see first what would be done: `the same command with --dry-run`. */
  readonly look: string;
}

/**
 * Shows a prompt of clack on stderr and gives its answer, or that it was left with Escape.
 * @throws MsgdbError MSGDB_INTERRUPTED when it was left with Ctrl-C.
 */
export async function prompt<Answer>(
  show: (clack: Clack, streams: PromptStreams) => Promise<Answer | Cancelled>,
  { terminal: { stdin, stderr }, interruption, look }: Surroundings,
): Promise<Answer | typeof ESCAPED> {
  const clack = await import('@clack/prompts');
  // Ctrl-C pressed while the question was worked out came as a signal, not as a key of it.
  if (interruption.signal.aborted) throw leave(interruption, look);
  const asking = new AbortController();
  const stop = () => asking.abort();
  let last: string | undefined;
  const watch = (_: string, key: Key | undefined) => {
    last = key?.name;
  };
  stdin.on('keypress', watch);
  interruption.signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await show(clack, { input: stdin, output: stderr, signal: asking.signal, withGuide: false });
    if (!clack.isCancel(answer)) return answer as Answer;
  } finally {
    // A prompt of clack (1.9) that was answered still listens to its signal, and would write on the screen much later.
    interruption.signal.removeEventListener('abort', stop);
    stdin.off('keypress', watch);
    // The key reader of the prompt keeps stdin open, and with it the process.
    stdin.pause();
  }
  if (last === 'escape') return ESCAPED;
  throw leave(interruption, look);
}

/** The same as a first Ctrl-C: nothing that was asked about is done. */
export function leave(interruption: Pick<Interruption, 'interrupt'>, look: string): MsgdbError {
  interruption.interrupt();
  return new MsgdbError('MSGDB_INTERRUPTED', {
    what: 'Cancelled: nothing was changed.',
    why: 'The question was not answered.',
    fix: `Run the command again, and answer yes or no. To look first: ${look}.`,
  });
}
