import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDisplay } from '../../../src/cli/progress/create-display.ts';
import type { Display } from '../../../src/cli/progress/display.ts';
import { createTracker } from '../../../src/cli/progress/tracker.ts';
import type { RunEvent } from '../../../src/model/event.ts';

const look = { width: 60, colour: false, unicode: true, verbose: false, redact: false };

const started: RunEvent = { kind: 'step-started', title: 'remove duplicates' };
const done: RunEvent = { kind: 'step-done', title: 'remove duplicates', durationMs: 1_400, detail: '12 rows removed' };

function progress(count: number, total?: number): RunEvent {
  return { kind: 'progress', title: 'groups of chat', done: count, ...(total === undefined ? {} : { total }) };
}

function open(options: { animated?: boolean; quiet?: boolean; verbose?: boolean; unicode?: boolean }): {
  display: Display;
  text: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  let text = '';
  stream.on('data', (part) => {
    text += part;
  });
  const seen = { ...look, verbose: options.verbose === true, unicode: options.unicode !== false };
  const display = createDisplay({
    quiet: options.quiet === true,
    animated: options.animated === true,
    lines: stream,
    live: stream,
    look: seen,
    liveLook: seen,
    clean: (part) => part.replaceAll('hush', '***'),
  });
  return { display, text: () => text };
}

/** What is left on a screen where a line can be taken back. */
function screenOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r\x1b[K') + 1).replace('\x1b[K', ''))
    .join('\n');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('what is happening', () => {
  function track(...events: readonly (RunEvent | number)[]): string | undefined {
    let now = 0;
    const tracker = createTracker(() => now);
    for (const event of events) {
      if (typeof event === 'number') now += event;
      else tracker.follow(event);
    }
    return tracker.describe();
  }

  test.each<[string, readonly (RunEvent | number)[], string | undefined]>([
    ['nothing', [], undefined],
    ['a step', [started], 'remove duplicates'],
    ['a step that takes its time', [started, 65_000], 'remove duplicates · 1 min 5 s'],
    ['how far it is', [started, progress(10, 40)], 'groups of chat 10 of 40 (25%)'],
    ['how far, without an end in sight', [progress(1_200)], 'groups of chat 1,200'],
    ['nothing to do', [started, progress(0, 0)], 'remove duplicates'],
    ['the rest of a step', [started, progress(9, 10), progress(10, 10), 2_000], 'remove duplicates · 2.0 s'],
    ['work before any step', [3_000], 'working · 3.0 s'],
    [
      'how fast, and how long it will take',
      [progress(0, 4_000), 2_000, progress(1_000, 4_000)],
      'groups of chat 1,000 of 4,000 (25%) · 500/s · 6.0 s left',
    ],
    [
      'another pass begins again',
      [progress(0, 100), 2_000, progress(99, 100), progress(1, 100)],
      'groups of chat 1 of 100 (1%)',
    ],
    ['a step that is done', [started, progress(1, 2), done], undefined],
    ['the next section', [started, { kind: 'section', title: 'next' }], undefined],
  ])('%s', (_name, events, text) => {
    expect(track(...events)).toBe(text);
  });
});

describe('in a pipe', () => {
  test('whole lines: sections, notes, waits and finished steps at once', () => {
    const { display, text } = open({});
    display.listen({ kind: 'section', title: '0001-chat' });
    display.listen(started);
    display.listen({ kind: 'note', message: 'the index is there under another name' });
    display.listen({ kind: 'waiting', message: 'another run holds the lock' });
    display.listen({ kind: 'waiting', message: 'another run holds the lock' });
    display.listen(done);
    display.listen({
      kind: 'facts',
      rows: [
        ['rows', '12'],
        ['key', 'a'],
      ],
    });
    display.listen({ kind: 'section', title: '0002-next' });
    display.close();
    expect(text()).toBe(
      [
        '0001-chat',
        '  ℹ the index is there under another name',
        '  ○ another run holds the lock',
        '  ✓ remove duplicates · 12 rows removed · 1.4 s',
        '    rows  12',
        '    key   a',
        '',
        '0002-next',
        '',
      ].join('\n'),
    );
  });

  test('progress is shown every ten seconds at most', () => {
    const { display, text } = open({});
    display.listen(started);
    for (let count = 1; count <= 250; count++) {
      display.listen(progress(count, 1_000));
      vi.advanceTimersByTime(100);
    }
    display.close();
    vi.advanceTimersByTime(60_000);
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(text().replaceAll(/\s+/g, ' ')).toContain('groups of chat 100 of 1,000 (10%) · 10/s');
  });

  test('a step without details is still shown', () => {
    const { display, text } = open({});
    display.listen(started);
    vi.advanceTimersByTime(20_000);
    display.close();
    expect(text()).toBe('    remove duplicates · 10.0 s\n    remove duplicates · 20.0 s\n');
  });

  test('verbose also shows what begins', () => {
    const { display, text } = open({ verbose: true });
    display.listen(started);
    display.close();
    expect(text()).toBe('  ▶ remove duplicates\n');
  });

  test('nothing controls the terminal, and no secret is shown', () => {
    const { display, text } = open({});
    display.listen({ kind: 'note', message: 'a\x1b[2Jb hush' });
    display.listen({ kind: 'facts', rows: [['url', 'postgres://app:hush@h/d']] });
    display.close();
    expect(text()).toBe('  ℹ a\\x1b[2Jb ***\n    url  postgres://app:***@h/d\n');
  });
});

test.each([true, false])('nothing is shown after the end (on a terminal: %s)', (animated) => {
  const { display, text } = open({ animated });
  display.close();
  display.listen(started);
  display.listen(done);
  vi.advanceTimersByTime(60_000);
  expect(text()).toBe('');
});

test('quiet shows nothing', () => {
  for (const animated of [true, false]) {
    const { display, text } = open({ quiet: true, animated });
    const story = [
      { kind: 'section', title: 'demo' },
      { kind: 'facts', rows: [['The duplicates', '4']] },
    ] as const;
    for (const event of [...story, started, progress(1, 2), done]) display.listen(event);
    vi.advanceTimersByTime(60_000);
    display.close();
    expect(text()).toBe('');
  }
});

describe('on a terminal', () => {
  test('one line is drawn over and over, and lines above it stay whole', () => {
    const { display, text } = open({ animated: true });
    display.listen(started);
    display.listen(progress(1, 4));
    vi.advanceTimersByTime(350);
    expect(screenOf(text())).toBe('  ⠸ groups of chat 1 of 4 (25%)');
    display.listen({ kind: 'note', message: 'by the way' });
    vi.advanceTimersByTime(100);
    expect(screenOf(text())).toBe('  ℹ by the way\n  ⠼ groups of chat 1 of 4 (25%)');
    display.listen(done);
    vi.advanceTimersByTime(1_000);
    display.close();
    expect(screenOf(text())).toBe('  ℹ by the way\n  ✓ remove duplicates · 12 rows removed · 1.4 s\n\n');
  });

  test('the line is gone while somebody else writes, and when it is over', () => {
    const { display, text } = open({ animated: true });
    display.listen(started);
    vi.advanceTimersByTime(300);
    display.pause();
    vi.advanceTimersByTime(1_000);
    expect(screenOf(text())).toBe('');
    display.resume();
    vi.advanceTimersByTime(300);
    expect(screenOf(text())).toContain('remove duplicates');
    display.close();
    vi.advanceTimersByTime(1_000);
    expect(screenOf(text())).toBe('');
  });

  test.each([true, false])('it never wraps (unicode: %s)', (unicode) => {
    const { display, text } = open({ animated: true, unicode });
    display.listen({ kind: 'step-started', title: `build ${'a_very_long_index_name_'.repeat(6)}` });
    vi.advanceTimersByTime(100);
    const screen = screenOf(text());
    expect(screen.length).toBeLessThanOrEqual(55);
    expect(screen.endsWith(unicode ? '…' : '...')).toBe(true);
    display.close();
  });
});
