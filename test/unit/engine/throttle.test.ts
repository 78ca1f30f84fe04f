import { expect, test } from 'vitest';
import { Pace } from '../../../src/engine/dedupe/pace.ts';
import { Throttle } from '../../../src/engine/dedupe/throttle.ts';

test('what is spent is paid off at the rate, before more may be spent', () => {
  let now = 1_000;
  const throttle = new Throttle(100, () => now);
  expect(throttle.restMs).toBe(0);
  throttle.spend(50);
  expect(throttle.restMs).toBe(500);
  now += 200;
  expect(throttle.restMs).toBe(300);
  // Another job that had waited as well.
  throttle.spend(10);
  expect(throttle.restMs).toBe(400);
  now += 10_000;
  expect(throttle.restMs).toBe(0);
  // What was not spent meanwhile is not saved up.
  throttle.spend(100);
  expect(throttle.restMs).toBe(1_000);
});

test('without a rate there is nothing to wait for', async () => {
  const throttle = new Throttle(undefined, () => 0);
  throttle.spend(1e12);
  await throttle.await(new AbortController().signal);
  expect(throttle.restMs).toBe(0);
});

test('a wait ends when the run is interrupted', async () => {
  const controller = new AbortController();
  const throttle = new Throttle(1);
  throttle.spend(1_000_000);
  setTimeout(() => controller.abort(), 10);
  await expect(throttle.await(controller.signal)).rejects.toThrow('Interrupted at a safe point');
});

test('a batch has no more rows than a second may have, unless its size was asked for', async () => {
  const pace = new Pace({ batchDelayMs: 0, maxRate: 300 });
  const signal = new AbortController().signal;
  expect(pace.size).toBe(200);
  await pace.rest({ tookMs: 1, waiters: 0 }, signal);
  expect(pace.size).toBe(300);
  expect(new Pace({ batchDelayMs: 0, maxRate: 30 }).size).toBe(30);
  expect(new Pace({ batchDelayMs: 0, maxRate: 30, batchSize: 1_000 }).size).toBe(1_000);
});
