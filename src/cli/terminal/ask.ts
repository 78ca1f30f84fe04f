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
  // clack takes its colours from the environment alone, and knows no flag.
  if (!lookOf(stderr, terminal, { color }).colour) Object.assign(terminal.env, { NO_COLOR: '1', FORCE_COLOR: '' });
  const answer = await confirm({
    message: question,
    initialValue: false,
    withGuide: false,
    input: stdin,
    output: stderr,
    signal: interruption.signal,
  });
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
