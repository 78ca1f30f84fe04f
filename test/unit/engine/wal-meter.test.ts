import { expect, test } from 'vitest';
import { WalMeter } from '../../../src/engine/dedupe/wal-meter.ts';

test('what the server writes while several batches work is counted once', () => {
  const meter = new WalMeter();
  // Three jobs that begin together and end one after the other, and a batch after a rest.
  expect([meter.count(0, 10), meter.count(0, 12), meter.count(2, 12), meter.count(20, 25)]).toEqual([10, 2, 0, 5]);
});
