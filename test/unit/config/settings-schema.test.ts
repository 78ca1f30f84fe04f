import { describe, expect, test } from 'vitest';
import { parseUserConfig } from '../../../src/config/settings/parse-user-config.ts';
import { errorOf, wordsOf } from './errors.ts';

describe('the settings of a config file', () => {
  test('are all optional', () => {
    expect(parseUserConfig({}, 'msgdb.config.ts')).toEqual({});
  });

  test('are parsed', () => {
    const exported = {
      databaseUrl: 'postgres://db/shop',
      migrationsDir: 'db/migrations',
      schema: 'tenant',
      lockWait: '1m',
      lockTimeout: '500ms',
      lockRetries: 0,
      strategy: 'locked',
      indexTimeout: '0',
      fence: 'skip',
      waitForBlockers: '10m',
      jobs: 2,
      batchSize: 500,
      batchDelay: '10ms',
      window: '22:00-05:00 UTC',
      maxRate: '5000/s',
      maxWalRate: '16MB',
      maxReplicaLag: '5s',
      limit: '5%',
      redact: true,
    };
    expect(parseUserConfig(exported, 'msgdb.config.ts')).toEqual({
      databaseUrl: 'postgres://db/shop',
      migrationsDir: 'db/migrations',
      schema: 'tenant',
      lockWaitMs: 60_000,
      lockTimeoutMs: 500,
      lockRetries: 0,
      strategy: 'locked',
      indexTimeoutMs: 0,
      fence: 'skip',
      waitForBlockersMs: 600_000,
      jobs: 2,
      batchSize: 500,
      batchDelayMs: 10,
      window: { from: 1_320, to: 300, zone: 'UTC' },
      maxRate: 5_000,
      maxWalRateBytes: 16 * 1024 ** 2,
      maxReplicaLagMs: 5_000,
      limit: { share: 0.05 },
      redact: true,
    });
  });

  test.each([
    [{ limit: 1000 }, { limit: { losers: 1000 } }],
    [{ limit: { losers: 10_000 } }, { limit: { losers: 10_000 } }],
    [{ limit: { share: 0.05 } }, { limit: { share: 0.05 } }],
    [{ onDiffer: 'stop' }, { onDiffer: 'stop' }],
    [{ embedded: true }, { embedded: true }],
    [{ embedded: '.pg' }, { embedded: '.pg' }],
    [
      { embedded: false, databaseUrl: 'postgres://db' },
      { embedded: false, databaseUrl: 'postgres://db' },
    ],
  ])('%j', (exported, settings) => {
    expect(parseUserConfig(exported, 'msgdb.config.ts')).toEqual(settings);
  });
});

describe('settings that are refused', () => {
  test.each([
    [{ lockTimout: '2s' }, '"lockTimout" is not a setting (did you mean "lockTimeout"?)'],
    [{ lock_wait: '2s' }, '"lock_wait" is not a setting (did you mean "lockWait"?)'],
    [{ colour: 'red' }, '"colour" is not a setting'],
    [{ lockWait: '5' }, 'lockWait: "5" is not a duration'],
    [{ lockWait: 5 }, 'lockWait: 5 is not a duration'],
    [{ jobs: 0 }, 'jobs: 0 is below 1'],
    [{ jobs: 1.5 }, 'jobs: 1.5 is not a whole number'],
    [{ window: '22-05' }, 'window: "22-05" is not two times of day'],
    [{ window: '22:00-05:00 Mars' }, 'window: "22:00-05:00 Mars" is not two times of day'],
    [{ maxRate: 0 }, 'maxRate: 0 is not rows a second'],
    [{ jobs: '2' }, 'jobs: "2" is not a whole number'],
    [{ strategy: 'onlin' }, 'strategy: "onlin" is not one of auto, locked, online (did you mean "online"?)'],
    [{ limit: '500%' }, 'limit: "500%" is not a count'],
    [{ limit: -1 }, 'limit: -1 is not a count'],
    [{ limit: { share: 5 } }, 'limit.share: 5 is not a share from 0 to 1'],
    [{ onDiffer: 'halt' }, 'onDiffer: "halt" is not one of keep, stop'],
    [{ limit: 0.5 }, 'limit: 0.5 is not a count'],
    [{ databaseUrl: '' }, 'databaseUrl: it is empty'],
    [{ schema: 5 }, 'schema: 5 is not a text'],
    [{ orms: ['prisme'] }, 'orms.0: "prisme" is not one of'],
    [{ sources: 'src' }, 'sources: "src" is not a list of files and folders'],
    [{ rules: { users: {} } }, 'rules.users: a rule is named by its table and key, such as "users(email)"'],
    [
      { rules: { 'users(email)': { kep: ['id'] } } },
      '"kep" is not a setting of rules.users(email) (did you mean "keep"?)',
    ],
    [{ redact: 'yes' }, 'redact: "yes" is neither true, false nor a list'],
    [{ redact: [] }, 'redact: it is empty'],
    [{ redact: ['users.email'] }, 'redact: "users.email" is not the name of a column'],
    [{ embedded: 5 }, 'embedded: 5 is neither true nor the name of a folder'],
    [{ databaseUrl: 'postgres://db', embedded: true }, 'has both databaseUrl and embedded'],
    [null, 'its default export is not an object of settings'],
    ['text', 'its default export is not an object of settings'],
    [() => ({}), 'its default export is not an object of settings'],
  ])('%j: %s', async (exported, message) => {
    const error = await errorOf(() => parseUserConfig(exported, 'msgdb.config.ts'));
    expect(error.code).toBe('MSGDB_CONFIG_INVALID');
    expect(error.message).toContain('msgdb.config.ts');
    expect(error.message).toContain(message);
  });

  test('are all reported at once', async () => {
    const error = await errorOf(() => parseUserConfig({ jobs: 0, lockWait: 'x', redat: true }, 'msgdb.config.ts'));
    expect(error.message).toMatch(/lockWait: .*jobs: .*"redat"/);
    expect(error.fix).toBe('Rename "redat" to "redact", correct lockWait, jobs in msgdb.config.ts.');
  });

  test('do not show a URL that is of the wrong kind', async () => {
    const exported = { databaseUrl: ['postgres://app:hush@db/shop'] };
    const error = await errorOf(() => parseUserConfig(exported, 'msgdb.config.ts'));
    expect(wordsOf(error)).not.toContain('hush');
  });
});
