import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connectToRead } from '../../../src/commands/context/with-database.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { splitScript } from '../../../src/engine/run/split-script.ts';
import { findUnreadable } from '../../../src/inspect/find-unreadable.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import type { RunEvent, ServerMessage } from '../../../src/model/event.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { planPlain } from '../../../src/plan/plan-operation.ts';
import { maskValue } from '../../../src/report/redact/mask.ts';
import { redactEvent } from '../../../src/report/redact/messages.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, expectOk, makeRule } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int primary key, k text, "N o" int, live boolean);
    insert into t values (1, 'a', null, true), (2, 'A', null, true), (3, 'a', 7, false), (4, 'b', 8, true)`);
});

/** Runs a user's script as a migration, and gives the report and what the server said besides. */
async function runSql(script: string, signal?: AbortSignal) {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-script-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  await writeFile(join(migrationsDir, '0001-script.sql'), script);
  const messages: ServerMessage[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'server-message') messages.push(event.message);
  };
  const context = await makeContext(db, { migrationsDir, emit, ...(signal ? { signal } : {}) });
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  return { report, finding: report.findings[0], messages };
}

/** After it nothing is foreseen: it may remove the copies. */
const NOT_LOOKED_INTO = `do $$ begin execute 'select 1'; end $$;`;

describe('a unique index in a user’s SQL that meets copies names table, key, number and the way out', () => {
  test.each([
    ['create unique index u on t (k);', /t has 1 excess row in 1 group of copies by k\./, '--table t --key k`'],
    [
      'create unique index u on t (lower(k));',
      /t has 2 excess rows in 1 group of copies by lower\(k\)\./,
      "--table t --key 'lower(k)'`",
    ],
    [
      'select 1; create unique index u on t (lower(k), (id * 0)) where live;',
      /Line 1: .* t has 1 excess row in 1 group of copies by lower\(k\), \(id \* 0\)\./,
      '--where live`',
    ],
    [
      'create unique index u on t ("N o") nulls not distinct;',
      /t has 1 excess row in 1 group of copies by N o\./,
      `--key '"N o"' --nulls-not-distinct\``,
    ],
    ['alter table t add constraint u unique (k);', /t has 1 excess row in 1 group/, '--table t --key k`'],
    ['create unique index concurrently u on t (k);', /t has 1 excess row/, 'drop index concurrently "public"."u";'],
  ])('%s', async (script, message, words) => {
    const { report, finding } = await runSql(`${NOT_LOOKED_INTO} ${script}`);
    expect(report.exitCode).toBe(5);
    expect(finding?.message).toMatch(message);
    expect(finding?.fix).toContain(words);
    expect(finding?.fix).toMatch(/`msgdb find-duplicates .* `msgdb new unique-t-\S+ --table t --key /);
    expect(finding?.data?.why).toMatch(/^Key .* is duplicated\./);
  });

  test('one row too many that the script writes itself is not taken for copies in the table', async () => {
    const { finding } = await runSql("insert into t values (1, 'c', 9, true);");
    expect(finding?.data?.why).toMatch(/The table is t, the key id; it has no copies now/);
    expect(finding?.fix).toMatch(/^Leave that row out, or write ON CONFLICT/);
  });

  test('a table that the script makes and fills goes with it', async () => {
    const { finding } = await runSql(
      'create table made (a int); insert into made values (1), (1); create unique index on made (a);',
    );
    expect(finding?.message).toContain('Could not create unique index');
    expect(finding?.data?.why).toMatch(/The table is made, the key a/i);
  });
});

describe('an error is shown with file, line, column and what stands there', () => {
  test.each<[string, string, number, number, string, string?]>([
    ['a type', 'select 1;\nselect 2; create table q (\n  a int,\n\tb intt)', 4, 4, 'LINE 4:  b intt)\n           ^'],
    [
      'a column, behind other letters',
      "select 'é👍', nope from t",
      1,
      14,
      "LINE 1: select 'é👍', nope from t\n                     ^",
    ],
    ['no place', 'select 1;\n  insert into t\n values (1)', 2, 3, 'LINE 2: insert into t'],
    [
      'a statement of a block',
      "select 1;\ndo $$ begin\n  perform 1;\n  execute 'select nope from t';\nend $$",
      4,
      3,
      "LINE 4:   execute 'select nope from t';",
      'QUERY: select nope from t\n              ^',
    ],
    ['a block in plain quotes', "select 1;\ndo 'begin\n  perform 1 / 0;\nend'", 3, 3, 'LINE 3:   perform 1 / 0;'],
    ['a block that raises', "do $a$\nbegin\n    raise 'no';\nend $a$", 3, 5, "LINE 3:     raise 'no';"],
    [
      'a function that it calls',
      'create function f() returns int language plpgsql as $$ begin return (select nope from t); end $$;\nselect\n  f()',
      2,
      1,
      'LINE 2: select',
      'QUERY: (select nope from t)\n               ^',
    ],
    [
      'a body that is wrong',
      'create function f() returns int language plpgsql as $$\nbegin\n  retrn 1;\nend $$',
      3,
      3,
      'LINE 3:   retrn 1;\n          ^',
    ],
    ['one that runs alone', 'vacuum t;\nselect nope from t', 2, 8, 'LINE 2: select nope from t\n               ^'],
  ])('%s', async (_, script, line, column, excerpt, queryExcerpt) => {
    const { finding } = await runSql(script);
    expect(finding?.message).toContain(`Line ${line}: `);
    expect(finding?.data).toMatchObject({ line, column, excerpt, file: expect.stringMatching(/0001-script\.sql$/) });
    expect(finding?.data?.queryExcerpt).toBe(queryExcerpt);
  });
});

describe('what the parser does not know is the server’s to say', () => {
  test('neither knows it: refused before anything runs, with each place', async () => {
    const { report } = await runSql('create table made (a int);\nselec 1;\nvacuum t;\ncreate  indx on made (a);');
    expect(report).toMatchObject({ applied: [], summary: '0001-script is refused; nothing was changed' });
    expect(report.findings.map(({ code, message, data }) => [code, message, data?.column])).toEqual([
      ['MSGDB_MIGRATION_INVALID', 'The SQL cannot be parsed at line 2: syntax error at or near "selec".', 1],
      ['MSGDB_MIGRATION_INVALID', 'The SQL cannot be parsed at line 4: syntax error at or near "indx".', 9],
    ]);
    expect(await db.sql`select from pg_class where relname = 'made'`).toHaveLength(0);
    expect(await db.sql`select from pg_namespace where nspname = 'msgdb'`).toHaveLength(0);
  });

  test('the server is asked, and nothing of it is run', async () => {
    const unread = new MsgdbError('MSGDB_MIGRATION_INVALID', { what: 'newer' });
    const asked = (text: string) => ({ text, line: 1, column: 1, transactional: true, unread });
    const context = await makeContext(db);
    const refused = async (text: string): Promise<number> =>
      connectToRead(context, 'test', async (workplace) => (await findUnreadable(workplace, [asked(text)])).length);
    expect(await refused('insert into t (id) values (77) -- $msgdb$')).toBe(0);
    expect(await refused('drop table nowhere')).toBe(0);
    expect(await refused('repack $msgdb$ ( $msgdb$')).toBe(1);
    expect(await db.sql`select from t where id = 77`).toHaveLength(0);
  });
});

describe('what the server says besides errors', () => {
  test('of a user’s SQL: notices and warnings, each once, with detail and hint', async () => {
    const { report, messages } = await runSql(`
      drop table if exists nowhere;
      do $$ begin
        for i in 1 .. 5 loop raise notice 'busy with ana@example.com'; end loop;
        raise warning 'half done' using detail = 'row 7', hint = 'Look at it.';
        raise info 'as it is'; raise debug 'unheard';
      end $$;`);
    expectOk(report);
    expect(messages).toEqual([
      { severity: 'NOTICE', text: 'Table "nowhere" does not exist, skipping.', from: 'server' },
      { severity: 'NOTICE', text: 'Busy with ana@example.com.', from: 'function' },
      { severity: 'WARNING', text: 'Half done. Row 7. Look at it.', from: 'function' },
      { severity: 'INFO', text: 'As it is.', from: 'function' },
    ]);
    const redacted = messages.map((message) =>
      redactEvent({ kind: 'server-message', message }, { mask: maskValue, hides: () => true, hidesIn: () => true }),
    );
    expect(JSON.stringify(redacted)).not.toMatch(/ana@|row 7/i);
    expect(JSON.stringify(redacted)).toContain('nowhere');
  });

  test('a flood of them ends', async () => {
    const { messages } = await runSql("do $$ begin for i in 1 .. 1000 loop raise notice 'row %', i; end loop; end $$;");
    expect(messages).toHaveLength(21);
    expect(messages.at(-1)?.text).toMatch(/more messages/);
  });

  test('of msgdb’s own statements: what a trigger raises, and none of the rest', async () => {
    await db.sql.unsafe(`
      create function watch() returns trigger language plpgsql as $$ begin raise notice 'watched'; return old; end $$;
      create trigger watch before delete on t for each row execute function watch()`);
    const messages: ServerMessage[] = [];
    const { context } = await makeRule(db, { table: 't', key: ['k'] });
    const emit = (event: RunEvent): void => {
      if (event.kind === 'server-message') messages.push(event.message);
    };
    expectOk(await migrate({ ...context, emit }, { dryRun: false, allowOutOfOrder: false }));
    expect(messages).toEqual([{ severity: 'NOTICE', text: 'Watched.', from: 'function' }]);
  });
});

describe('a script of many statements', () => {
  const inserts = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, place) => `insert into t (id) values (${from + place});\n`).join('');
  const rows = async (): Promise<unknown> => (await db.sql`select count(*)::int as rows from t`)[0]?.rows;

  test('is done whole, in its order', async () => {
    const { report } = await runSql(`${inserts(10, 1500)}update t set id = id + 10000;\n${inserts(10, 1500)}`);
    expectOk(report);
    expect(await rows()).toBe(2 * 1490 + 4);
  });

  test('names the one that failed, not one after it, and leaves nothing', async () => {
    await db.sql`create sequence s`;
    const { report, finding } = await runSql(
      `${inserts(10, 260)}insert into t (id) values (11);\nselect nextval('s');\nselect missing;\n${inserts(300, 600)}`,
    );
    expect(report.exitCode).toBe(5);
    expect(finding?.message).toMatch(/Line 251: Duplicate key value violates unique constraint "t_pkey"/);
    expect(await rows()).toBe(4);
    expect((await db.sql`select is_called from s`)[0]?.is_called).toBe(false);
  });

  test('stops where one that runs alone fails, and what was before stays', async () => {
    const { finding } = await runSql(
      `${inserts(10, 20)}vacuum t;\ninsert into t (id) values (11);\n${inserts(30, 40)}`,
    );
    expect(finding?.message).toMatch(/Line 12: /);
    expect(await rows()).toBe(14);
  });

  test('is interrupted at whatever it is doing', async () => {
    const controller = new AbortController();
    const running = runSql(`${inserts(10, 160)}select pg_sleep(60);\n${inserts(300, 600)}`, controller.signal);
    await expect
      .poll(async () => (await db.sql`select from pg_stat_activity where query = 'select pg_sleep(60)'`).length)
      .toBe(1);
    controller.abort();
    const { report } = await running;
    expect(report.findings[0]?.code).toBe('MSGDB_INTERRUPTED');
    expect(await rows()).toBe(4);
  });

  test('a session that ends is reported as such', async () => {
    const { report } = await runSql(
      `${inserts(10, 160)}select pg_terminate_backend(pg_backend_pid());\n${inserts(300, 600)}`,
    );
    expect(report.findings[0]?.code).toBe('MSGDB_CONNECTION_LOST');
    expect(await rows()).toBe(4);
  });
});

test('a script that failed in its one transaction has changed nothing, and says so', async () => {
  const { finding } = await runSql('create table made (id int); select 1 / 0;');
  expect(finding?.fix).toMatch(/again: nothing was changed\.$/);
  expect(await db.sql`select from pg_class where relname = 'made'`).toHaveLength(0);
});

test('the plan lists what runs outside a transaction', async () => {
  const script = 'create index concurrently i on t (k);\nselect 1;\nvacuum t;';
  const plan = planPlain({ ...sql({ up: script }), statements: { up: await splitScript(script), down: [] } });
  expect(plan.steps[0]).toMatchObject({
    title: 'Run SQL, each statement by itself: the one on line 1 cannot run in a transaction',
    details: [
      'line 1, outside a transaction: create index concurrently i on t (k)',
      'line 3, outside a transaction: vacuum t',
    ],
  });
});

test.each([
  ['create index concurrently i on t (k); vacuum t; reindex table concurrently t;', 'share update exclusive'],
  ['vacuum (full) t;', 'access exclusive'],
  ['create index concurrently i on t (k); drop index concurrently i;', 'share update exclusive'],
  ['create index concurrently i on t (k); drop table t;', 'access exclusive'],
  ['create index i on t (k);', 'access exclusive'],
])('the plan of %s says whether the application waits', async (script, lock) => {
  const operation = sql({ up: script });
  const statements = await splitScript(script);
  const plan = planPlain({ ...operation, statements: { up: statements, down: [] } });
  expect(plan.steps.map((step) => step.lock)).toEqual([lock]);
});

test.each(['(select 1)', 'id + (\n select max(id) from t)'])(
  'a key %j is reported as a subquery',
  async (expression) => {
    const rule = uniqueKey({ table: 't', key: [{ expression }] });
    const looking = findDuplicates(await makeContext(db), { rule, samples: 0 });
    await expect(looking).rejects.toThrow(/subquery/);
  },
);
