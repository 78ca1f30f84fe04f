import { beforeEach, describe, expect, test } from 'vitest';
import { baseline } from '../../../src/commands/baseline/baseline.ts';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { redo } from '../../../src/commands/redo/redo.ts';
import { rebuild } from '../../../src/commands/repair/rebuild.ts';
import { repair } from '../../../src/commands/repair/repair.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE = `export default { up: [{ kind: 'unique-key', table: 't', key: ['k'], limit: { share: 1 } }] };\n`;
const FILES = {
  '0001-t.sql':
    'create table t (id int primary key, k int);\ninsert into t select id, id / 2 from generate_series(2, 9) id;\n',
  '0001-t.down.sql': 'drop table t;\n',
  '0002-once.mjs': RULE,
  '0003-more.sql': 'create table more (id int);\n',
  '0003-more.down.sql': 'drop table more;\n',
};

async function makeApplied(): Promise<Context> {
  const context = await makeContext(db, { migrationsDir: await makeProject(FILES) });
  expectOk(await migrate(context, { dryRun: false, allowOutOfOrder: false }));
  return context;
}

async function states(): Promise<readonly (string | null)[]> {
  return await column(db.sql, `select name || ' ' || state from msgdb.migrations order by name`);
}

const ONCE = { dryRun: false, allowOutOfOrder: false } as const;

describe('where msgdb.migrations was dropped by hand', () => {
  test.each<[string, (context: Context) => Promise<unknown>]>([
    ['migrate', async (context) => migrate(context, ONCE)],
    ['migrate --dry-run', async (context) => migrate(context, { ...ONCE, dryRun: true })],
    ['status', async (context) => status(context, { exitCode: false })],
    ['verify', async (context) => verify(context, {})],
    ['rollback', async (context) => rollback(context, { dryRun: false })],
    ['redo', async (context) => redo(context, { dryRun: false })],
    ['repair', async (context) => repair(context, {})],
    ['baseline', async (context) => baseline(context, { dryRun: false })],
  ])('%s says what is missing and how it is made again, and changes nothing', async (_, command) => {
    const context = await makeApplied();
    await db.sql`drop table msgdb.migrations`;
    const before = await fingerprint(db.sql, { physical: true });
    await expect(command(context)).rejects.toMatchObject({
      code: 'MSGDB_HISTORY_INCOMPLETE',
      exitCode: 1,
      message: 'msgdb.migrations is missing, and the other tables of the history are there.',
      fix: expect.stringContaining('`msgdb repair --rebuild`'),
    });
    expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  });

  test('repair --rebuild makes it again from files and ledger, and all goes on as before', async () => {
    const context = await makeApplied();
    const before = await states();
    await db.sql`drop table msgdb.migrations`;
    const whole = await fingerprint(db.sql, { physical: true });
    const dry = await rebuild(context, { dryRun: true });
    expect(dry.summary).toBe('msgdb.migrations would be made again; recorded as applied: 0001-t, 0002-once, 0003-more');
    expect(await fingerprint(db.sql, { physical: true })).toEqual(whole);
    expect((await rebuild(context, { dryRun: false })).created).toEqual(['0001-t', '0002-once', '0003-more']);
    expect(await states()).toEqual(before);
    expect((await rebuild(context, { dryRun: false })).summary).toBe(
      'nothing to do: no table of the history is missing',
    );
    expect((await migrate(context, ONCE)).applied).toEqual([]);
    expectOk(await verify(context, {}));
    expectOk(await rollback(context, { dryRun: false, to: '0001' }));
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['8']);
  });

  test('what was undone, or never applied, is pending; of what was edited since, only a part is known to be done', async () => {
    const context = await makeApplied();
    expectOk(await rollback(context, { dryRun: false }));
    await db.sql`drop table msgdb.migrations`;
    await db.sql`update msgdb.ledger set object = '{"checksum": "other"}' where migration = '0001-t' and kind = 'ran-sql'`;
    await rebuild(context, { dryRun: false });
    expect(await states()).toEqual(['0001-t failed', '0002-once done']);
    const { findings } = await migrate(context, ONCE);
    expect(findings[0]).toMatchObject({ code: 'MSGDB_MIGRATION_EDITED' });
  });
});

test('a ledger that was dropped is made again empty, and it is said that nothing before is undone', async () => {
  const context = await makeApplied();
  await db.sql`drop table msgdb.ledger`;
  await expect(migrate(context, ONCE)).rejects.toMatchObject({ code: 'MSGDB_HISTORY_INCOMPLETE' });
  expect((await rebuild(context, { dryRun: false })).summary).toBe(
    'msgdb.ledger made again; what was changed before is no longer undone by rollback',
  );
  expect((await migrate(context, ONCE)).applied).toEqual([]);
});

test('a database in which msgdb never worked lacks nothing', async () => {
  const context = await makeContext(db, { migrationsDir: await makeProject(FILES) });
  expect((await rebuild(context, { dryRun: true })).summary).toBe('nothing to do: no table of the history is missing');
});
