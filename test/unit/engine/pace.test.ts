import { expect, test } from 'vitest';
import { Pace } from '../../../src/engine/dedupe/pace.ts';

const signal = new AbortController().signal;

test('batches begin small, grow while they are quick and shrink at once to what is quick enough', async () => {
  const pace = new Pace({ batchDelayMs: 0 });
  const sizes = [pace.size];
  for (const tookMs of [1, 125, 250, 2_500]) {
    await pace.rest({ tookMs, waiters: 0 }, signal);
    sizes.push(pace.size);
  }
  expect(sizes).toEqual([200, 800, 1_600, 1_600, 160]);
});

test('a batch is never empty, and never without bound', async () => {
  const slow = new Pace({ batchDelayMs: 0 });
  const quick = new Pace({ batchDelayMs: 0 });
  for (let turn = 0; turn < 20; turn += 1) {
    await slow.rest({ tookMs: 60_000, waiters: 0 }, signal);
    await quick.rest({ tookMs: 0, waiters: 0 }, signal);
  }
  expect([slow.size, quick.size]).toEqual([2, 100_000]);
});

test('when sessions waited for a batch, the next is half as large and they are given time', async () => {
  const pace = new Pace({ batchDelayMs: 0 });
  const started = performance.now();
  await pace.rest({ tookMs: 60, waiters: 1 }, signal);
  expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  expect(pace.size).toBe(100);
});

test('the first batch is no larger than what is expected to be quick, and waiters alone never make one tiny', async () => {
  const pace = new Pace({ batchDelayMs: 0 }, 60);
  expect(pace.size).toBe(60);
  for (let turn = 0; turn < 5; turn += 1) await pace.rest({ tookMs: 1, waiters: 1 }, signal);
  expect(pace.size).toBe(50);
  expect(new Pace({ batchDelayMs: 0 }, 5_000).size).toBe(200);
});

test('a batch size that the user gave stays, and the delay is kept', async () => {
  const pace = new Pace({ batchSize: 7, batchDelayMs: 40 });
  const started = performance.now();
  await pace.rest({ tookMs: 10_000, waiters: 0 }, signal);
  expect(performance.now() - started).toBeGreaterThanOrEqual(35);
  expect(pace.size).toBe(7);
});

test('a rest ends when the run is interrupted', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  const pace = new Pace({ batchSize: 7, batchDelayMs: 60_000 });
  await expect(pace.rest({ tookMs: 1, waiters: 0 }, controller.signal)).rejects.toThrow('Interrupted at a safe point');
});
