import { describe, expect, test } from 'vitest';
import { parseFlags, type SettingFlags } from '../../../src/config/settings/parse-flags.ts';
import { errorOf, wordsOf } from './errors.ts';

describe('a flag is parsed', () => {
  test.each<[SettingFlags, object]>([
    [{}, {}],
    [
      { lockWait: '1m', lockTimeout: '500ms', lockRetries: '0' },
      { lockWaitMs: 60_000, lockTimeoutMs: 500, lockRetries: 0 },
    ],
    [
      { indexTimeout: '2h', batchDelay: '0' },
      { indexTimeoutMs: 7_200_000, batchDelayMs: 0 },
    ],
    [
      { jobs: '4', batchSize: '1000', maxReplicaLag: '10s' },
      { jobs: 4, batchSize: 1000, maxReplicaLagMs: 10_000 },
    ],
    [
      { strategy: 'online', schema: 'Tenant', redact: true },
      { strategy: 'online', schema: 'Tenant', redact: true },
    ],
    [{ redact: '' }, { redact: true }],
    [{ redact: 'content, "odd.name"' }, { redact: ['content', 'odd.name'] }],
    [{ memory: '512MB' }, { memoryBytes: 536_870_912 }],
    [{ memory: '1.5 gb' }, { memoryBytes: 1_610_612_736 }],
    [
      { fence: 'skip', waitForBlockers: '5m' },
      { fence: 'skip', waitForBlockersMs: 300_000 },
    ],
    [{ limit: '1000' }, { limit: { losers: 1000 } }],
    [{ limit: '5%' }, { limit: { share: 0.05 } }],
    [{ onDiffer: 'stop' }, { onDiffer: 'stop' }],
    [{ limit: '0' }, { limit: { losers: 0 } }],
    [{ embedded: true }, { embedded: true }],
    [{ embedded: 'pg' }, { embedded: 'pg' }],
  ])('%j', (flags, settings) => {
    expect(parseFlags(flags)).toEqual(settings);
  });
});

describe('a flag is refused as wrong usage, with its name', () => {
  test.each<[SettingFlags, string]>([
    [{ lockWait: '5' }, '--lock-wait'],
    [{ lockTimeout: 'soon' }, '--lock-timeout'],
    [{ lockRetries: '-1' }, '--lock-retries'],
    [{ lockRetries: '1.5' }, '--lock-retries'],
    [{ jobs: '0' }, '--jobs'],
    [{ jobs: '' }, '--jobs'],
    [{ batchSize: '1e3' }, '--batch-size'],
    [{ strategy: 'onlin' }, '--strategy'],
    [{ memory: '64' }, '--memory'],
    [{ memory: '64kB' }, '--memory'],
    [{ limit: '101%' }, '--limit'],
    [{ limit: 'many' }, '--limit'],
    [{ onDiffer: 'halt' }, '--on-differ'],
    [{ databaseUrl: '' }, '--database-url'],
    [{ migrationsDir: ' ' }, '--migrations-dir'],
    [{ schema: '' }, '--schema'],
    [{ redact: 'users.email' }, '--redact=users.email'],
    [{ redact: 'a,,b' }, '--redact=a,,b'],
  ])('%j', async (flags, name) => {
    const error = await errorOf(() => parseFlags(flags));
    expect(error.code).toBe('MSGDB_USAGE');
    expect(error.message).toContain(name);
  });

  test('a mistyped strategy is answered with the right one', async () => {
    expect((await errorOf(() => parseFlags({ strategy: 'onlin' }))).fix).toContain('--strategy online');
  });

  test('a URL and an embedded server do not go together', async () => {
    const error = await errorOf(() => parseFlags({ databaseUrl: 'postgres://a:hush@b/c', embedded: true }));
    expect(error.code).toBe('MSGDB_USAGE');
    expect(wordsOf(error)).not.toContain('hush');
  });
});
