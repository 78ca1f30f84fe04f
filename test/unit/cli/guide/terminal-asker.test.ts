import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminalAsker } from '../../../../src/cli/guide/terminal-asker.ts';
import { BACK } from '../../../../src/cli/terminal/asker.ts';

/** A stream that somebody sits at. */
class Stream extends PassThrough {
  readonly isTTY = true;
  setRawMode(): void {}
}

const CHOICES = [
  { value: 'first', label: 'The first' },
  { value: 'second', label: 'The second' },
];

function openAsker() {
  const terminal = { stdin: new Stream(), stdout: new Stream(), stderr: new Stream(), env: {}, platform: 'linux' };
  const controller = new AbortController();
  let stopped = false;
  let shown = '';
  terminal.stderr.on('data', (text) => {
    shown += String(text);
  });
  const interruption = {
    signal: controller.signal,
    interrupt: () => {
      stopped = true;
    },
  };
  const display = { pause: () => {}, resume: () => {} };
  const asker = createTerminalAsker({ terminal, interruption, look: 'msgdb --help' }, display);
  /** Once the question is there; each key after the screen has answered the one before. */
  async function press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await expect.poll(() => shown).not.toBe('');
      shown = '';
      terminal.stdin.write(key);
    }
  }
  return { asker, press, wasStopped: () => stopped, stop: () => controller.abort() };
}

const DOWN = '\x1b[B';
const ENTER = '\r';

test('an arrow and Enter choose', async () => {
  const { asker, press } = openAsker();
  const [answer] = await Promise.all([asker.choose('Which?', CHOICES), press(DOWN, ENTER)]);
  expect(answer).toBe('second');
});

test('a part of a name finds', async () => {
  const { asker, press } = openAsker();
  const [answer] = await Promise.all([asker.search('Which?', CHOICES), press('s', 'e', ENTER)]);
  expect(answer).toBe('second');
});

test('none of a list is an answer, and so are some', async () => {
  const none = openAsker();
  expect((await Promise.all([none.asker.chooseSome('Which?', CHOICES), none.press(ENTER)]))[0]).toEqual([]);
  const some = openAsker();
  const [answer] = await Promise.all([some.asker.chooseSome('Which?', CHOICES), some.press(' ', ENTER)]);
  expect(answer).toEqual(['first']);
});

test('a text that is no answer is asked for again, with the reason', async () => {
  const { asker, press } = openAsker();
  const complaint = (text: string) => (text === '' ? 'Name a column.' : undefined);
  const [answer] = await Promise.all([
    asker.write('Which columns?', { example: 'a, b', complaint }),
    press(ENTER, 'k', ENTER),
  ]);
  expect(answer).toBe('k');
});

test('Escape goes back', async () => {
  const { asker, press, wasStopped } = openAsker();
  const [answer] = await Promise.all([asker.choose('Which?', CHOICES), press('\x1b')]);
  expect(answer).toBe(BACK);
  expect(wasStopped()).toBe(false);
});

test('Ctrl-C leaves', async () => {
  const { asker, press, wasStopped } = openAsker();
  const asked = asker.choose('Which?', CHOICES);
  await Promise.all([
    expect(asked).rejects.toMatchObject({ code: 'MSGDB_INTERRUPTED', message: 'Cancelled: nothing was changed.' }),
    press('\x03'),
  ]);
  expect(wasStopped()).toBe(true);
});

test('a signal that came before the question leaves too', async () => {
  const { asker, stop } = openAsker();
  stop();
  await expect(asker.choose('Which?', CHOICES)).rejects.toMatchObject({ code: 'MSGDB_INTERRUPTED' });
});
