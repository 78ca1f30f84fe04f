import { describe, expect, test } from 'vitest';
import { parseDiscover } from '../../../src/cli/values/discover.ts';
import { errorOf } from './errors.ts';

describe('--discover', () => {
  test('looks at all tables, ten seconds each', () => {
    expect(parseDiscover({ discover: true })).toEqual({ table: undefined, schema: undefined, timeLimitMs: 10_000 });
  });

  test('takes a table, a schema and a time', () => {
    expect(parseDiscover({ discover: true, table: 'Chat', schema: 'crm', timeLimit: '1m' })).toEqual({
      table: 'Chat',
      schema: 'crm',
      timeLimitMs: 60_000,
    });
  });

  test('is not asked for by other flags', () => {
    expect(parseDiscover({ table: 'Chat', explain: true, by: 'created_at' })).toBeUndefined();
  });

  test.each([
    [{ discover: true, key: 'a' }, /--discover and --key are given together/],
    [{ discover: true, where: 'a' }, /--where/],
    [{ discover: true, explain: true }, /--explain/],
    [{ discover: true, samples: '3' }, /--samples/],
    [{ timeLimit: '1s' }, /--time-limit is given without --discover/],
    [{ by: 'created_at' }, /--by is given without --explain/],
    [{ discover: true, timeLimit: '10' }, /--time-limit is "10"/],
  ] as const)('refuses %j', (flags, message) => {
    expect(errorOf(() => parseDiscover(flags)).message).toMatch(message);
  });
});
