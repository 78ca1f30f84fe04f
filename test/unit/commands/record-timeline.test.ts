import { describe, expect, test } from 'vitest';
import { recordTimeline } from '../../../src/commands/reports/record-timeline.ts';
import type { RunEvent } from '../../../src/model/event.ts';

/** Records events that come 10 ms after each other. */
function record(events: readonly RunEvent[]) {
  let now = -10;
  const passed: RunEvent[] = [];
  const timeline = recordTimeline(
    (event) => passed.push(event),
    () => {
      return now;
    },
  );
  for (const event of events) {
    now += 10;
    timeline.listen(event);
  }
  now += 10;
  return { entries: timeline.entries(), passed };
}

const started = (title: string): RunEvent => ({ kind: 'step-started', title });
const done = (title: string, durationMs: number): RunEvent => ({ kind: 'step-done', title, durationMs, detail: 'it' });
const waiting = (message: string): RunEvent => ({ kind: 'waiting', message, queries: ['select secret'] });

describe('the timeline of a run', () => {
  test('has steps with when they began, how long they took and what came of them', () => {
    expect(record([started('a'), started('b'), done('b', 7), done('a', 20)]).entries).toEqual([
      { kind: 'step', title: 'a', startMs: 0, durationMs: 20, detail: 'it' },
      { kind: 'step', title: 'b', startMs: 10, durationMs: 7, detail: 'it' },
    ]);
  });

  test('tells steps of the same name apart', () => {
    const { entries } = record([started('a'), done('a', 1), started('a'), done('a', 2)]);
    expect(entries.map(({ durationMs }) => durationMs)).toEqual([1, 2]);
  });

  test('a wait lasts until something else happens, however often it is said', () => {
    const { entries } = record([
      waiting('for 7'),
      waiting('for 7'),
      { kind: 'progress', title: 'a', done: 1 },
      waiting('for 8'),
    ]);
    expect(entries).toEqual([
      { kind: 'waiting', title: 'for 7', startMs: 0, durationMs: 20 },
      { kind: 'waiting', title: 'for 8', startMs: 30, durationMs: 10 },
    ]);
  });

  test('what only begins goes on until the next such thing does, or to the end', () => {
    const { entries } = record([started('look'), { kind: 'note', message: 'odd' }, started('a')]);
    expect(entries).toEqual([
      { kind: 'step', title: 'look', startMs: 0, durationMs: 20 },
      { kind: 'note', title: 'odd', startMs: 10, durationMs: null },
      { kind: 'step', title: 'a', startMs: 20, durationMs: 10 },
    ]);
  });

  test('passes every event on, and keeps no statement of others', () => {
    const events = [waiting('for 7'), { kind: 'facts', rows: [] } as const];
    const { entries, passed } = record(events);
    expect(passed).toEqual(events);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('does not grow without end', () => {
    const { entries } = record(Array.from({ length: 3_000 }, (_, place) => waiting(`for ${place}`)));
    expect(entries).toHaveLength(1_000);
  });
});
