import { expect, test } from 'vitest';
import { Pace } from '../../../src/engine/execute/pace.ts';

const signal = new AbortController().signal;

test('batches grow while they are quick and shrink while they are slow, by a factor of two at most', async () => {
  const pace = new Pace({ batchDelayMs: 0 });
  const sizes = [pace.size];
  for (const tookMs of [1, 125, 250, 10_000]) {
    await pace.rest({ tookMs, waiters: 0 }, signal);
    sizes.push(pace.size);
  }
  expect(sizes).toEqual([1_000, 2_000, 4_000, 4_000, 2_000]);
});

test('a batch is never empty, and never without bound', async () => {
  const slow = new Pace({ batchDelayMs: 0 });
  const quick = new Pace({ batchDelayMs: 0 });
  for (let turn = 0; turn < 20; turn += 1) {
    await slow.rest({ tookMs: 60_000, waiters: 0 }, signal);
    await quick.rest({ tookMs: 0, waiters: 0 }, signal);
  }
  expect([slow.size, quick.size]).toEqual([50, 100_000]);
});

test('when sessions waited for a batch, the next is half as large and they are given time', async () => {
  const pace = new Pace({ batchDelayMs: 0 });
  const started = performance.now();
  await pace.rest({ tookMs: 60, waiters: 1 }, signal);
  expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  expect(pace.size).toBe(500);
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
