import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table log (line int); create table t (id int, k text)');
});

/** A project of one script; each call runs it as it is then. */
async function project() {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-resume-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  const notes: string[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'note') notes.push(event.message);
  };
  const context = await makeContext(db, { migrationsDir, emit });
  return {
    notes,
    context,
    migrationsDir,
    run: async (script: string, down?: string) => {
      await writeFile(join(migrationsDir, '0001-script.sql'), script);
      if (down !== undefined) await writeFile(join(migrationsDir, '0001-script.down.sql'), down);
      return await migrate(context, { dryRun: false, allowOutOfOrder: false });
    },
  };
}

const lines = async (): Promise<unknown> => (await db.sql`select line from log order by line`).map(({ line }) => line);
const indexes = async (): Promise<unknown> =>
  (
    await db.sql`select relname, indisvalid from pg_index join pg_class c on c.oid = indexrelid
                  where indrelid = 't'::regclass order by 1`
  ).map(({ relname, indisvalid }) => [relname, indisvalid]);

const SCRIPT = `insert into log values (1);
vacuum t;
insert into log values (3);
select missing_for_now();
insert into log values (5);`;

test('a script without a transaction goes on with the statement that failed', async () => {
  const { run, notes } = await project();
  const failed = await run(SCRIPT);
  expect(failed.findings[0]?.fix).toMatch(
    /3 statements, at lines 1 to 3, have run and are recorded: leave them as they are\. .*goes on with the statement/,
  );
  expect(await lines()).toEqual([1, 3]);
  // What has not run may be edited, and lines move.
  expectOk(
    await run(
      SCRIPT.replace('insert into log values (3)', '-- three\n\ninsert into log values (3)').replace(
        'select missing_for_now()',
        'insert into log values (4)',
      ),
    ),
  );
  expect(notes).toContain('3 of 5 statements have run in an earlier attempt: it goes on at line 6');
  expect(await lines()).toEqual([1, 3, 4, 5]);
  expect((await run(SCRIPT.replace('select missing_for_now()', 'insert into log values (4)'))).findings[0]?.code).toBe(
    'MSGDB_MIGRATION_EDITED',
  );
});

test.each([
  ['edited', SCRIPT.replace('values (1)', 'values (9)')],
  ['taken out', SCRIPT.replace('insert into log values (1);', '')],
  ['put before', `select 1; ${SCRIPT}`],
  ['gone', 'select 1;'],
])('where what has run was %s, it is refused, and nothing is run', async (_, script) => {
  const { run } = await project();
  await run(SCRIPT);
  const { findings } = await run(script);
  expect(findings[0]).toMatchObject({ code: 'MSGDB_MIGRATION_EDITED' });
  expect(findings[0]?.message).toContain('The first 3 statements of 0001-script have run');
  expect(await lines()).toEqual([1, 3]);
});

describe('a dry run knows what an earlier attempt has done', () => {
  const look = { dryRun: true, allowOutOfOrder: false };

  test('it says where the script goes on, and leaves out SQL of the migration that has run', async () => {
    const { run, context, migrationsDir } = await project();
    await run(SCRIPT);
    const { plan, verdict } = await migrate(context, look);
    expect([verdict, plan[0]?.notes]).toEqual([
      'ok',
      ['3 of 5 statements have run in an earlier attempt: it goes on at line 4'],
    ]);
    await rm(join(migrationsDir, '0001-script.sql'));
    const two = (last: string): string =>
      `export default { summary: 's', up: [{ kind: 'sql', transaction: true, up: 'insert into log values (10)' }, { kind: 'sql', transaction: true, up: '${last}' }] };`;
    await db.sql`drop schema msgdb cascade`;
    await writeFile(join(migrationsDir, '0002-two.mjs'), two('select missing_for_now()'));
    await migrate(context, { dryRun: false, allowOutOfOrder: false });
    const after = await migrate(context, look);
    expect(after.plan.map(({ steps, notes }) => [steps.length, notes])).toEqual([
      [0, ['its SQL has run in an earlier attempt, and is not run again']],
      [1, []],
    ]);
  });

  test('what has run was edited: it is refused, as the run is', async () => {
    const { run, context, migrationsDir } = await project();
    await run(SCRIPT);
    await writeFile(join(migrationsDir, '0001-script.sql'), SCRIPT.replace('values (1)', 'values (9)'));
    const looked = await migrate(context, look);
    expect(looked.verdict).toBe('findings');
    expect(looked.findings[0]?.message).toContain('The first 3 statements of 0001-script have run');
  });
});

test('what a script has set in its session is set again; what is left may fit into one transaction', async () => {
  const { run } = await project();
  await db.sql.unsafe('drop schema if exists s cascade; create schema s; create table s.log (line int)');
  await run(`set search_path = s;\nvacuum public.t;\ninsert into log values (1);\nselect 1 / 0;`);
  expectOk(
    await run(`set search_path = s;\nvacuum public.t;\ninsert into log values (1);\ninsert into log values (2);`),
  );
  expect(await db.sql`select line from s.log order by 1`).toMatchObject([{ line: 1 }, { line: 2 }]);
  expect(await lines()).toEqual([]);
});

test('what is half done can be undone, and begins anew', async () => {
  const { run, context } = await project();
  await run(SCRIPT, 'delete from log;');
  expectOk(await rollback(context, { dryRun: false, steps: 1 } as never));
  expect(await lines()).toEqual([]);
  await run(SCRIPT, 'delete from log;');
  expect(await lines()).toEqual([1, 3]);
});

describe('a server process that ends', () => {
  // A trigger of the ledger ends the session at each record; a statement of its own, before or after one.
  test.each([1, 2, 3, 4, 5, 6])('at record %s: each statement runs once', async (at) => {
    const { run } = await project();
    const script = `insert into log values (1);\ninsert into log values (2);\nvacuum t;\ncreate index concurrently i on t (k);\ninsert into log values (5);`;
    await run('select 1;'.replace('1', 'nothing_yet()'));
    await db.sql.unsafe(`
      create sequence records; grant all on sequence records to public;
      create function public.die() returns trigger language plpgsql as $$ begin
        if new.kind = 'begun-sql' and nextval('public.records') = ${at} then perform pg_terminate_backend(pg_backend_pid()); end if;
        return new; end $$;
      create trigger die before insert or update on msgdb.ledger for each row execute function public.die()`);
    const killed = await run(script);
    expect(killed.findings[0]?.code).toBe('MSGDB_CONNECTION_LOST');
    await db.sql.unsafe('drop function public.die() cascade; drop sequence records');
    expectOk(await run(script));
    expect(await lines()).toEqual([1, 2, 5]);
    expect(await indexes()).toEqual([['i', true]]);
  });

  test.each([1, 2, 3])('at statement %s of a script', async (at) => {
    const { run } = await project();
    const die = 'select pg_terminate_backend(pg_backend_pid())';
    const statements = ['insert into log values (1)', 'vacuum t', 'insert into log values (3)'];
    const killed = await run([...statements.slice(0, at), die, ...statements.slice(at)].join(';\n'));
    expect(killed.findings[0]?.code).toBe('MSGDB_CONNECTION_LOST');
    expectOk(await run(statements.join(';\n')));
    expect(await lines()).toEqual([1, 3]);
  });
});

describe('the invalid index that a concurrent build leaves', () => {
  // After a block that is not looked into, copies are met, and not foreseen.
  const BUILD = `do $$ begin execute 'select 1'; end $$; create unique index concurrently u on t (k);\nselect 1;`;

  beforeEach(async () => {
    await db.sql`insert into t values (1, 'a'), (2, 'a')`;
  });

  test('is dropped and built again by the next run, where it is the leftover of that statement', async () => {
    const { run, notes } = await project();
    expect((await run(BUILD)).exitCode).toBe(5);
    expect(await indexes()).toEqual([['u', false]]);
    await db.sql`delete from t where id = 2`;
    expectOk(await run(BUILD.replace('(k)', '(k) where id > 0')));
    expect(notes.join()).toContain(
      'index "public"."u" is invalid, left by an earlier attempt: it is dropped and built',
    );
    expect(await indexes()).toEqual([['u', true]]);
  });

  test.each(['', 'if not exists '])(
    'is named with what takes it away where somebody else left it %s',
    async (clause) => {
      const { run } = await project();
      await db.sql.unsafe('create unique index concurrently u on t (k)').catch(() => undefined);
      await db.sql`delete from t where id = 2`;
      const { findings } = await run(BUILD.replace('concurrently ', `concurrently ${clause}`));
      expect(findings[0]?.message).toMatch(/There is an index "public"."u" already, and it is invalid/);
      expect(findings[0]?.fix).toContain('drop index concurrently "public"."u";');
      await db.sql.unsafe('drop index concurrently "public"."u"');
      expectOk(await run(BUILD));
    },
  );

  test('a valid one of that name is not touched', async () => {
    const { run } = await project();
    await db.sql`create index u on t (id)`;
    expect((await run(BUILD)).findings[0]?.message).toMatch(/Relation "u" already exists/);
    expect(await indexes()).toEqual([['u', true]]);
  });
});
