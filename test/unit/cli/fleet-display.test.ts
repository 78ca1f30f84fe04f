import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFleetDisplay } from '../../../src/cli/fleet/fleet-display.ts';

const look = { width: 60, colour: false, unicode: true, verbose: false, redact: false };

/** Shows a fleet on a terminal, frame by frame. */
function open(rows: number) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60, rows });
  const frames: string[] = [];
  stream.on('data', (part) => frames.push(String(part).replaceAll('\x1b', '<esc>')));
  const display = createFleetDisplay({
    quiet: false,
    verbose: false,
    animated: true,
    named: true,
    stderr: stream,
    look,
    clean: (text) => text,
  });
  return { display, frames };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('the table of targets at work is never higher than the terminal, and says how many it does not show', () => {
  const { display, frames } = open(8);
  display.expect(12);
  for (let number = 1; number <= 12; number += 1) display.begin(`tenant_${number}`);
  vi.advanceTimersByTime(400);
  display.close();
  const lines = frames[0]?.split('\n') ?? [];
  expect(lines.filter((line) => line.includes('tenant_'))).toHaveLength(6);
  expect(lines.at(-2)).toContain('0 of 12 done, 12 at work, 6 not shown');
  expect(frames[1]).toMatch(/^<esc>\[7A\r/);
});

test('a frame is drawn over line by line, and clears only what is below it', () => {
  const { display, frames } = open(24);
  display.expect(2);
  display.begin('first');
  display.begin('second');
  vi.advanceTimersByTime(160);
  display.end('first');
  vi.advanceTimersByTime(160);
  display.close();
  expect(frames[0]).toMatch(/^<esc>\[K.*first.*\n<esc>\[K.*second.*\n<esc>\[K.*0 of 2 done.*\n<esc>\[J$/);
  expect(frames[1]).toMatch(/^<esc>\[3A\r<esc>\[K.*second.*\n<esc>\[K.*1 of 2 done.*\n<esc>\[J$/);
});
