import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask, type Question } from '../../../src/cli/terminal/ask.ts';
import type { Terminal } from '../../../src/cli/terminal/terminal.ts';

const QUESTION: Question = { text: 'Remove 3 rows from t?', preview: 'k = 1, 2 copies\n\n', look: 'the book' };
const INTERRUPTION = { signal: new AbortController().signal, interrupt: () => {} };

/** A stream that says of itself whether somebody sits at it. */
class Stream extends PassThrough {
  constructor(readonly isTTY: boolean) {
    super();
  }
  setRawMode(): void {}
}

function makeTerminal(stdin: boolean, stderr: boolean) {
  const streams = { stdin: new Stream(stdin), stdout: new Stream(true), stderr: new Stream(stderr) };
  return { ...streams, env: {}, platform: 'linux' } satisfies Terminal;
}

test.each([
  ['y', true],
  ['n', false],
] as const)('what is asked about is shown before the question, and %j answers it', async (key, answer) => {
  const terminal = makeTerminal(true, true);
  let shown = '';
  const asked = new Promise<void>((resolve) => {
    terminal.stderr.on('data', (text) => {
      shown += String(text);
      if (shown.includes(QUESTION.text)) resolve();
    });
  });
  const answered = ask(QUESTION, terminal, INTERRUPTION);
  await asked;
  terminal.stdin.write(key);
  expect(await answered).toBe(answer);
  expect(shown.indexOf(QUESTION.preview)).toBe(0);
});

test.each([
  ['stdin', makeTerminal(false, true)],
  ['stderr', makeTerminal(true, false)],
] as const)('where %s is no terminal the refusal says what, why and how to go on', async (stream, terminal) => {
  await expect(ask(QUESTION, terminal, INTERRUPTION)).rejects.toMatchObject({
    code: 'MSGDB_CONFIRMATION_NEEDED',
    message: 'Nothing was changed: this needs a confirmation. Remove 3 rows from t?',
    why: expect.stringMatching(new RegExp(`^${stream} is not a terminal.*, and --yes is not given\\.$`)),
    fix: 'Run the same command with --yes. To look first: the book.',
  });
  expect(terminal.stderr.read()).toBeNull();
});
