import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { archiveShow } from '../../../src/commands/archive/archive-show.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  makeRule,
  readImages,
  STRATEGIES,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('an undo after the world went on', () => {
  const rule = { table: 't', key: ['k'], merge: { n: 'sum' } } as const;
  const setup = `
    create table t (id int primary key, k text, n int, note text);
    create table child (id int primary key, t_id int references t on delete cascade, name text, unique (t_id, name));
    insert into t values (1, 'a', 1, 'one'), (2, 'a', 2, 'two'), (3, 'b', 3, 'three'), (4, 'b', 4, 'four');
    insert into child values (1, 1, 'x'), (2, 2, 'x'), (3, 2, 'y'), (4, 4, 'z')`;
  const rows = 'select t::text from t order by id';

  async function migrated() {
    const { sql } = db;
    await sql.unsafe(setup);
    const project = await makeRule(db, rule);
    expectOk(await project.migrate());
    expect(await column(sql, rows)).toEqual(['(1,a,3,one)', '(3,b,7,three)']);
    return { sql, project };
  }

  test('a survivor that was changed keeps its new value, and is reported', async () => {
    const { sql, project } = await migrated();
    await sql`update t set n = 50 where id = 1`;
    const report = await project.rollback();
    expect(report).toMatchObject({ verdict: 'findings', notRestoredRows: 1 });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_NOT_RESTORED']);
    expect(await column(sql, rows)).toEqual(['(1,a,50,one)', '(2,a,2,two)', '(3,b,3,three)', '(4,b,4,four)']);
  });

  test('a survivor changed in another column gets the merged column back and keeps the new one', async () => {
    const { sql, project } = await migrated();
    await sql`update t set note = 'new' where id = 1`;
    expectOk(await project.rollback());
    expect(await column(sql, rows)).toEqual(['(1,a,1,new)', '(2,a,2,two)', '(3,b,3,three)', '(4,b,4,four)']);
  });

  test('a primary key that was taken meanwhile is not taken away', async () => {
    const { sql, project } = await migrated();
    await sql`insert into t values (2, 'new', 0, 'newer')`;
    const report = await project.rollback();
    expect(report.notRestoredRows).toBeGreaterThanOrEqual(1);
    expect(await column(sql, rows)).toEqual(['(1,a,1,one)', '(2,new,0,newer)', '(3,b,3,three)', '(4,b,4,four)']);
    // Re-pointed children of the row that could not come back must not come to belong to another row.
    expect(await column(sql, 'select t_id from child where id = 3')).toEqual(['1']);
  });

  test('a survivor that was deleted stays deleted; the losers come back', async () => {
    const { sql, project } = await migrated();
    await sql`delete from t where id = 3`;
    const report = await project.rollback();
    expect(report.verdict).toBe('findings');
    expect(await column(sql, rows)).toEqual(['(1,a,1,one)', '(2,a,2,two)', '(4,b,4,four)']);
    await expectNoDebris(sql);
  });

  test('columns that were added or dropped since, and a changed type', async () => {
    const { sql, project } = await migrated();
    await sql.unsafe(
      `alter table t add added int default 7; alter table t drop note; alter table t alter n type bigint`,
    );
    expectOk(await project.rollback());
    expect(await column(sql, rows)).toEqual(['(1,a,1,7)', '(2,a,2,7)', '(3,b,3,7)', '(4,b,4,7)']);
  });

  test('a column added NOT NULL without a default: reported, nothing half done', async () => {
    const { sql, project } = await migrated();
    await sql.unsafe(`alter table t add added int; update t set added = 1; alter table t alter added set not null`);
    const report = await project.rollback();
    expect(report.verdict).toBe('findings');
    expect(report.findings[0]?.message).toMatch(/added/);
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '3']);
    expect(await column(sql, 'select count(*) from child where t_id not in (select id from t)')).toEqual(['0']);
  });

  test('a table that was renamed or dropped: reported, the rest is restored', async () => {
    const { sql, project } = await migrated();
    await sql.unsafe('drop table child');
    const report = await project.rollback();
    expect(report.verdict).toBe('findings');
    expect(report.findings[0]?.message).toMatch(/child.*gone/);
    expect(await column(sql, rows)).toEqual(['(1,a,1,one)', '(2,a,2,two)', '(3,b,3,three)', '(4,b,4,four)']);
  });

  test('rows that did not fit can be restored later, when they do, and only once', async () => {
    const { sql } = db;
    await sql.unsafe(setup);
    const before = await readImages(sql);
    const context = await makeContext(db);
    const one = uniqueKey({ ...rule, limit: { share: 1 } });
    const done = await dedupe(context, { rule: one, dryRun: false, yes: true, samples: 0 });
    const runId = done.runId ?? '';
    await sql`insert into t values (2, 'new', 0, 'newer')`;
    expect((await archiveRestore(context, { runId, yes: true })).verdict).toBe('findings');
    await sql`delete from t where id = 2`;
    expect(await archiveRestore(context, { runId, yes: true })).toMatchObject({ verdict: 'ok' });
    expect(await readImages(sql)).toEqual(before);
    expect(await archiveRestore(context, { runId, yes: true })).toMatchObject({ verdict: 'ok', restoredRows: 0 });
    expect(await readImages(sql)).toEqual(before);
  });
});

describe('an undo of rows that a deferred foreign key held together', () => {
  const both = "select concat_ws(' ', p.id, p.t_id, c.id, c.t_id) from p left join c on c.p_id = p.id order by 1";
  const setup = `
    create table t (id int primary key, k text);
    create table p (id int primary key, t_id int references t, unique (id, t_id));
    create table c (id int primary key, p_id int, t_id int references t,
                    foreign key (p_id, t_id) references p (id, t_id) deferrable initially deferred);
    insert into t values (1, 'a'), (2, 'a'), (3, 'a');
    insert into p values (10, 2), (11, 2), (12, 1), (13, 3);
    insert into c values (100, 10, 2), (101, 11, 2), (102, 12, 1), (103, 13, 3)`;

  test.each(STRATEGIES)('they come back together (%s)', async (strategy) => {
    await db.sql.unsafe(setup);
    const before = await readImages(db.sql);
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy });
    expectOk(await project.migrate());
    expect(await column(db.sql, both)).toEqual(['10 1 100 1', '11 1 101 1', '12 1 102 1', '13 1 103 1']);
    await expectExactUndo(db.sql, project, before);
  });

  test('one that is gone by then is reported, and the others come back', async () => {
    await db.sql.unsafe(setup);
    const project = await makeRule(db, { table: 't', key: ['k'] });
    expectOk(await project.migrate());
    await db.sql`delete from c where id = 101`;
    expect(await project.rollback()).toMatchObject({ verdict: 'findings', notRestoredRows: 1 });
    expect(await column(db.sql, both)).toEqual(['10 2 100 2', '11 2', '12 1 102 1', '13 3 103 3']);
    await expectNoDebris(db.sql);
  });

  test('where they cannot, each row comes back that can alone', async () => {
    await db.sql.unsafe(setup);
    const project = await makeRule(db, { table: 't', key: ['k'] });
    expectOk(await project.migrate());
    await db.sql.unsafe(`insert into c values (104, 11, 1); delete from c where id in (100, 101, 103)`);
    const report = await project.rollback();
    expect(report).toMatchObject({ verdict: 'findings', notRestoredRows: 4 });
    expect(await column(db.sql, both)).toEqual(['10 2', '11 1 104 1', '12 1 102 1', '13 3']);
    await expectNoDebris(db.sql);
  });
});

describe('rows that do not come back', () => {
  const rule = { table: 'par', key: ['k'], limit: { share: 1 } } as const;
  const setup = `create table par (id int, sub int, k text, code int, primary key (id, sub));
    insert into par select i, 1, 'a', i from generate_series(1, 9) i`;

  test('are reported by reason, with their keys and the run, and restored by the command that is named', async () => {
    const { sql } = db;
    await sql.unsafe(setup);
    const project = await makeRule(db, rule);
    const { runId } = await project.migrate();
    await sql.unsafe(`insert into par values (2, 1, 'new', 0); create unique index u on par (code);
      insert into par select 100 + i, 1, 'n' || i, i from generate_series(3, 8) i`);
    const report = await project.rollback();
    expect(report).toMatchObject({ restoredRows: 1, notRestoredRows: 7 });
    const told = report.findings.map(({ message }) => message);
    expect(told).toHaveLength(2);
    expect(told).toEqual([
      expect.stringMatching(/^par: 1 row, \(id, sub\)=\(2, 1\), was not restored: .*"par_pkey"/),
      expect.stringMatching(/^par: 6 rows, \(id, sub\)=\(3, 1; 4, 1; 5, 1; 6, 1; 7, 1; …\), were not restored: .*"u"/),
    ]);
    for (const { fix } of report.findings) expect(fix).toContain(`\`msgdb archive show ${runId}\``);
    const context = await makeContext(db);
    const shown = await archiveShow(context, { runId: runId ?? '', limit: 10 });
    expect(shown).toMatchObject({ next: `msgdb archive restore ${runId}` });
    expect(shown.rows).toHaveLength(7);
    await sql.unsafe('drop index u; delete from par where k = $$new$$');
    expect(await archiveRestore(context, { runId: runId ?? '', yes: true })).toMatchObject({ findings: [] });
    expect(await column(sql, `select count(*) from par where k = 'a'`)).toEqual(['9']);
    const again = await archiveRestore(context, { runId: runId ?? '', yes: false });
    expect(again).toMatchObject({ verdict: 'ok', restoredRows: 0 });
    expect(again.summary).toMatch(/^nothing to restore: all rows of run .* are back already$/);
  });

  test('are left to their run: a later rollback of the migration undoes what was done since', async () => {
    const { sql } = db;
    await sql.unsafe(
      `create table t (id int primary key, k text, n int); insert into t values (1, 'a', 1), (2, 'a', 2)`,
    );
    const project = await makeRule(db, { table: 't', key: ['k'], merge: { n: 'max' } });
    const { runId } = await project.migrate();
    await sql`update t set n = 50 where id = 1`;
    await sql`insert into t values (2, 'e', 9)`;
    expect(await project.rollback()).toMatchObject({ verdict: 'findings', notRestoredRows: 2 });
    // The application continues: the first survivor has what the merge gave it, and its copy's number is free again.
    await sql`update t set n = 2 where id = 1`;
    await sql`delete from t where id = 2`;
    await sql`insert into t values (3, 'b', 3), (4, 'b', 4)`;
    const before = await column(sql, 'select t::text from t order by id');
    expectOk(await project.migrate());
    const undone = await project.rollback();
    expect(undone).toMatchObject({ verdict: 'ok', notRestoredRows: 0 });
    expect(await column(sql, 'select t::text from t order by id')).toEqual(before);
    // What was left can still be asked for.
    await archiveRestore(await makeContext(db), { runId: runId ?? '', yes: true });
    expect(await column(sql, 'select t::text from t where id < 3 order by id')).toEqual(['(1,a,1)', '(2,a,2)']);
  });

  test('a migration that is applied is undone by rollback, whichever command is asked', async () => {
    await db.sql.unsafe(setup);
    const project = await makeRule(db, rule);
    const { runId } = await project.migrate();
    const context = await makeContext(db);
    expect(await archiveShow(context, { runId: runId ?? '', limit: 1 })).toMatchObject({ next: 'msgdb rollback' });
    expectOk(await project.rollback());
    const again = await archiveRestore(context, { runId: runId ?? '', yes: false });
    expect(again).toMatchObject({ verdict: 'ok' });
    await expect(archiveRestore(context, { runId: 'nope', yes: false })).rejects.toThrow('There is no run nope');
  });

  test('a trigger that says something else of every row does not make a list without end', async () => {
    await db.sql.unsafe(`create table par (id int primary key, k text);
      insert into par select i, 'a' from generate_series(1, 21) i`);
    const context = await makeContext(db);
    const options = { rule: uniqueKey(rule), dryRun: false, yes: true, samples: 0 };
    const { runId } = await dedupe(context, options);
    await db.sql.unsafe(`create function no() returns trigger language plpgsql as
      $$ begin raise 'row %', new.id; end $$;
      create constraint trigger no after insert on par for each row execute function no()`);
    const report = await archiveRestore(context, { runId: runId ?? '', yes: true });
    expect(report.notRestoredRows).toBe(20);
    expect(report.findings).toHaveLength(11);
    expect(report.findings[0]?.message).toBe('par: 1 row, (id)=(2), was not restored: Row 2. (SQLSTATE P0001)');
    expect(report.findings[10]?.message).toMatch(
      /^par: 10 rows, \(id\)=\(12; .*; …\), were not restored: further reasons/,
    );
  });
});
