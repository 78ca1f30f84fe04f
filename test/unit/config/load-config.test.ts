import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { type LoadConfigInput, loadConfig } from '../../../src/config/load-config.ts';
import { errorOf } from './errors.ts';
import { withFolder } from './folder.ts';

const libraryEntry = fileURLToPath(new URL('../../../src/config/define-config.ts', import.meta.url));

function load(folder: string, input: Partial<LoadConfigInput> = {}): Promise<Config> {
  const outside = { cwd: folder, home: join(folder, 'home'), env: {}, flags: {} };
  return loadConfig({ ...outside, libraryEntry, osUser: 'me', socketDirectories: [], ...input });
}

function sourceOf({ database }: Config): string {
  if (database.kind === 'url') return `${database.target.source} → ${database.target.label}`;
  return database.kind === 'embedded' ? `embedded ${database.directory}` : database.error.code;
}

describe('without anything', () => {
  test('the configuration is the defaults', async () => {
    await withFolder({ '.git/HEAD': '' }, async (folder) => {
      const { database, ...rest } = await load(folder);
      expect(rest).toEqual({
        schema: 'public',
        historySchema: 'msgdb',
        waitMs: 0,
        migrationsDir: join(folder, 'migrations'),
        projectDir: folder,
        lockWaitMs: 60_000,
        lockTimeoutMs: 2_000,
        lockRetries: 10,
        strategy: 'auto',
        timeoutMs: 0,
        indexTimeoutMs: 0,
        fence: 'reject',
        waitForBlockersMs: 0,
        jobs: 1,
        indexReferences: 'temporary',
        batchDelayMs: 0,
        window: 'always',
        onDiffer: 'keep',
        sources: [],
        orms: [],
        rules: {},
        redact: false,
        logFormat: 'human',
        warnings: [],
        secrets: [],
      });
      expect(database.kind === 'none' && database.error.code).toBe('MSGDB_NO_DATABASE');
    });
  });
});

describe('the schema of the history', () => {
  const file = { 'msgdb.config.json': '{"historySchema":"msgdb_file"}', '.env': 'MSGDB_HISTORY_SCHEMA=msgdb_dotenv' };
  const env = { MSGDB_HISTORY_SCHEMA: 'msgdb_env' };

  test.each([
    ['a flag first', { ...file }, { env, flags: { historySchema: 'msgdb_flag' } }, 'msgdb_flag'],
    ['then the environment', file, { env }, 'msgdb_env'],
    ['then .env', file, {}, 'msgdb_dotenv'],
    ['then the file', { 'msgdb.config.json': file['msgdb.config.json'] }, {}, 'msgdb_file'],
    ['an empty variable says nothing', {}, { env: { MSGDB_HISTORY_SCHEMA: '' } }, 'msgdb'],
  ])('is named by %s', async (_, files, input, named) => {
    await withFolder({ '.git/HEAD': '', ...files }, async (folder) => {
      expect((await load(folder, input)).historySchema).toBe(named);
    });
  });

  test.each(['shop', 'Msgdb_a', 'msgdb-a', 'msgdb_', 'msgdb_a b', `msgdb_${'x'.repeat(41)}`, 'public', ''])(
    'is refused as %j, with a name that would do',
    async (name) => {
      await withFolder({ '.git/HEAD': '' }, async (folder) => {
        const error = await errorOf(async () => load(folder, { flags: { historySchema: name } }));
        expect(error).toMatchObject({ code: 'MSGDB_USAGE' });
        expect(error.fix).toMatch(/^Write --history-schema msgdb_[a-z0-9_]+, or leave it out\.$/);
      });
    },
  );
});

describe('the database is chosen in this order', () => {
  const flag = { databaseUrl: 'postgres://me@flag/d' };
  const msgdb = { MSGDB_DATABASE_URL: 'postgres://me@msgdb/d' };
  const migration = { MIGRATION_DATABASE_URL: 'postgres://me@migration/d' };
  const plain = { DATABASE_URL: 'postgres://me@plain/d' };
  const pg = { PGHOST: 'pg', PGDATABASE: 'd' };
  const file = { 'msgdb.config.json': '{"databaseUrl":"postgres://me@file/d"}' };
  const named = { POSTGRES_URL: 'postgres://me@named/d' };
  const naming = { 'msgdb.config.json': '{"databaseUrlVariable":"POSTGRES_URL"}' };
  const dotenv = { '.env': 'DATABASE_URL=postgres://me@dotenv/d' };
  test.each<[string, Partial<LoadConfigInput>, Readonly<Record<string, string>>]>([
    ['--database-url → me@flag:5432/d', { flags: flag, env: { ...msgdb, ...migration, ...plain, ...pg } }, file],
    ['MSGDB_DATABASE_URL → me@msgdb:5432/d', { env: { ...msgdb, ...migration, ...plain, ...pg } }, file],
    ['MIGRATION_DATABASE_URL → me@migration:5432/d', { env: { ...migration, ...plain, ...pg } }, file],
    ['DATABASE_URL → me@plain:5432/d', { env: { ...plain, ...pg } }, { ...file, ...dotenv }],
    ['.env: DATABASE_URL → me@dotenv:5432/d', { env: pg }, { ...file, ...dotenv }],
    ['PGHOST → me@pg:5432/d', { env: pg }, file],
    ['PGHOST → me@pg:5432/d', { env: { ...pg, DATABASE_URL: '', MSGDB_DATABASE_URL: ' ' } }, file],
    ['msgdb.config.json → me@file:5432/d', {}, file],
    ['msgdb.config.json → me@file:5432/d', { env: { PGSSLMODE: 'disable' } }, file],
    [
      'msgdb.config.json → app@file:5432/d',
      { env: { PGUSER: 'x' } },
      { 'msgdb.config.json': '{"databaseUrl":"postgres://app@file/d"}' },
    ],
    ['.env: PGDATABASE → me@localhost:5432/e', {}, { '.env': 'PGDATABASE=e', ...file }],
    ['POSTGRES_URL → me@named:5432/d', { env: { ...named, ...migration, ...plain } }, naming],
    ['MSGDB_DATABASE_URL → me@msgdb:5432/d', { env: { ...named, ...msgdb } }, naming],
    ['.env: POSTGRES_URL → me@named:5432/d', { env: pg }, { ...naming, '.env': `POSTGRES_URL=${named.POSTGRES_URL}` }],
    ['DATABASE_URL → me@plain:5432/d', { env: plain }, naming],
    ['MSGDB_NO_DATABASE', { env: { PGUSER: 'x', PGSSLMODE: 'disable' } }, {}],
  ])('%s', async (expected, input, files) => {
    await withFolder({ '.git/HEAD': '', ...files }, async (folder) => {
      expect(sourceOf(await load(folder, input))).toBe(expected);
    });
  });

  test.each<[string, Partial<LoadConfigInput>, Readonly<Record<string, string>>]>([
    ['.msgdb/postgres', { flags: { embedded: true }, env: plain }, file],
    ['pg', { flags: { embedded: 'pg' } }, {}],
    ['.msgdb/postgres', {}, { 'msgdb.config.json': '{"embedded":true}' }],
    ['data/pg', {}, { 'msgdb.config.json': '{"embedded":"data/pg"}' }],
  ])('an embedded server in %s', async (directory, input, files) => {
    await withFolder({ '.git/HEAD': '', ...files }, async (folder) => {
      expect(sourceOf(await load(folder, input))).toBe(`embedded ${join(folder, directory)}`);
    });
  });

  test('an environment goes before an embedded server of the config file', async () => {
    await withFolder({ 'msgdb.config.json': '{"embedded":true}' }, async (folder) => {
      expect(sourceOf(await load(folder, { env: plain }))).toBe('DATABASE_URL → me@plain:5432/d');
    });
  });
});

describe('a database that cannot be used is a value, so that other commands go on', () => {
  test.each([
    ['MSGDB_URL_INVALID', { DATABASE_URL: 'postgres://app:a@b@db/d' }],
    ['MSGDB_TLS_FILE', { DATABASE_URL: 'postgres://db/d?sslmode=verify-full' }],
    ['MSGDB_SERVICE_NOT_FOUND', { PGSERVICE: 'missing' }],
  ])('%s', async (code, env) => {
    await withFolder({ '.git/HEAD': '' }, async (folder) => {
      expect(sourceOf(await load(folder, { env }))).toBe(code);
    });
  });
});

describe('settings', () => {
  const config = `import { defineConfig } from 'msgdb';
export default defineConfig({ schema: 'filed', lockWait: '5m', jobs: 3, migrationsDir: 'db', limit: '10%' });
`;
  test('come from flags before the file before the defaults', async () => {
    await withFolder({ 'msgdb.config.ts': config, '.git/HEAD': '', 'sub/x': '' }, async (folder) => {
      const cwd = join(folder, 'sub');
      const fromFile = await load(folder, { cwd });
      expect(fromFile).toMatchObject({
        schema: 'filed',
        lockWaitMs: 300_000,
        jobs: 3,
        lockRetries: 10,
        limit: { share: 0.1 },
        migrationsDir: join(folder, 'db'),
        configFile: join(folder, 'msgdb.config.ts'),
        projectDir: folder,
      });
      const flags = { schema: 'flagged', jobs: '1', migrationsDir: 'here', limit: '7' };
      expect(await load(folder, { cwd, flags })).toMatchObject({
        schema: 'flagged',
        lockWaitMs: 300_000,
        jobs: 1,
        indexReferences: 'temporary',
        limit: { losers: 7 },
        migrationsDir: join(cwd, 'here'),
      });
    });
  });

  test.each([
    ['tenant', {}, '{}'],
    ['filed', {}, '{"schema":"filed"}'],
    ['flagged', { schema: 'flagged' }, '{"schema":"filed"}'],
  ])("the schema is %s, Prisma's ?schema= being the default", async (schema, flags, file) => {
    await withFolder({ 'msgdb.config.json': file }, async (folder) => {
      const env = { DATABASE_URL: 'postgres://db/shop?schema=tenant' };
      expect((await load(folder, { env, flags })).schema).toBe(schema);
    });
  });

  test('TLS files of a URL in .env are looked for beside it, of a variable in the working directory', async () => {
    const url = 'postgres://db/d?sslmode=verify-ca&sslrootcert=ca.pem';
    await withFolder({ 'msgdb.config.json': '{}', '.env': `DATABASE_URL=${url}`, 'sub/x': '' }, async (folder) => {
      const cwd = join(folder, 'sub');
      const [beside, here] = [await load(folder, { cwd }), await load(folder, { cwd, env: { DATABASE_URL: url } })];
      expect(beside.database.kind === 'none' && beside.database.error.message).toContain(join(folder, 'ca.pem'));
      expect(here.database.kind === 'none' && here.database.error.message).toContain(join(cwd, 'ca.pem'));
    });
  });

  test('a wrong flag is an error at once', async () => {
    await withFolder({}, async (folder) => {
      expect((await errorOf(() => load(folder, { flags: { lockWait: '5' } }))).code).toBe('MSGDB_USAGE');
    });
  });
});

test('the configuration is frozen, deeply', async () => {
  await withFolder({}, async (folder) => {
    const config = await load(folder, { env: { DATABASE_URL: 'postgres://app:secret@db/shop' } });
    expect(config.secrets).toEqual(['secret']);
    expect(Object.isFrozen(config) && Object.isFrozen(config.database) && Object.isFrozen(config.secrets)).toBe(true);
    expect(config.database.kind === 'url' && Object.isFrozen(config.database.target.hosts[0])).toBe(true);
  });
});
