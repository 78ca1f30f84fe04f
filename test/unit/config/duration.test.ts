import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../src/config/settings/duration.ts';
import { errorOf } from './errors.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['1m', 60_000],
    ['1h', 3_600_000],
    ['1.5s', 1_500],
    ['0', 0],
    ['0s', 0],
    [' 3 s ', 3_000],
    ['2147483647ms', 2_147_483_647],
  ])('%j is %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '-1s', '1d', '1 week', '1e3s', '2s1m', 'Infinity', 'NaNs', '2147483648ms', '900h'])(
    '%j is refused as wrong usage',
    async (text) => {
      const error = await errorOf(() => parseDuration(text, '--lock-wait'));
      expect(error.code).toBe('MSGDB_USAGE');
      expect(error.message).toContain('--lock-wait');
    },
  );

  test('a number without a unit is answered with both ways to write it', async () => {
    const error = await errorOf(() => parseDuration('60', '--lock-wait'));
    expect(error.fix).toBe('Write 60s or 60ms.');
  });
});
