import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { apply, FOUR_GROUPS, RULE, readLosers, writePlan } from './plan-file.ts';
import { cleanDatabase, column, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('groups that have changed are left out, and reported', () => {
  const TABLE = `${FOUR_GROUPS}; create table child (t_id int references t)`;

  test.each<[name: string, change: string, reason: string, left: readonly string[]]>([
    ['a loser was changed', 'update t set n = 1 where id = 4', 'contents have changed (group 2)', ['3', '4']],
    ['a survivor was changed', 'update t set n = 1 where id = 3', 'contents have changed (group 2)', ['3', '4']],
    ['a loser is gone', 'delete from t where id = 4', 'rows are no longer there (group 2)', ['3']],
    ['a survivor is gone', 'delete from t where id = 3', 'rows are no longer there (group 2)', ['4']],
    ['a copy came', `insert into t values (9, 'b', 0)`, 'there are other copies', ['3', '4', '9']],
    ['a better row came', `insert into t values (0, 'b', 0)`, 'there are other copies', ['0', '3', '4']],
    ['a row left the group', `update t set k = 'z' where id = 4`, 'contents have changed (group 2)', ['3', '4']],
    ['another row would survive', 'insert into child values (4)', 'another row would stay (group 2)', ['3', '4']],
    [
      'a row was replaced by one of the same key',
      `delete from t where id = 4; insert into t values (4, 'b', 7)`,
      'contents have changed (group 2)',
      ['3', '4'],
    ],
  ])('%s', async (_, change, reason, left) => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(db, { ...RULE, keep: ['most children', 'id'] });
    await db.sql.unsafe(change);
    const report = await apply(db, file);
    expect(report.verdict).toBe('findings');
    expect(report.findings).toMatchObject([
      {
        code: 'MSGDB_PLAN_OUTDATED',
        message: expect.stringContaining('t: 1 of 4 groups was left out, with 1 of the 4 rows to remove: '),
      },
    ]);
    expect(report.findings[0]?.message).toContain(reason);
    expect(report.targets[0]?.deleted).toBe(3);
    expect(await column(db.sql, 'select id from t where id not in (1, 5, 7) order by id')).toEqual(left);
  });

  test('a row that was written again as it was, or moved, is still the same', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(db, RULE);
    await db.sql.unsafe('update t set n = n');
    await db.sql.unsafe('vacuum full t');
    expect((await apply(db, file)).findings).toEqual([]);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '5', '7']);
  });

  test('without a primary key a row in the place of another is not it, though it looks the same', async () => {
    await db.sql.unsafe(`create table t (k int, v int); insert into t values (1, 1), (1, 1), (2, 1), (2, 1)`);
    const { file } = await writePlan(db, { table: 't', key: ['k'], limit: { share: 1 } });
    await db.sql.unsafe(`delete from t where ctid = '(0,2)'`);
    await db.sql.unsafe('vacuum t');
    await db.sql.unsafe('insert into t values (1, 1)');
    expect(await column(db.sql, `select k from t where ctid = '(0,2)'`)).toEqual(['1']);
    const report = await apply(db, file);
    expect(report.findings[0]?.message).toContain(
      'rows were updated or removed; without a primary key msgdb cannot tell which (group 1)',
    );
    expect(await column(db.sql, 'select k from t order by k')).toEqual(['1', '1', '2']);
  });

  test('duplicates that the plan does not list stay, and a second time nothing is left to do', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(db, RULE);
    await db.sql.unsafe(`insert into t values (11, 'new', 0), (12, 'new', 0)`);
    expect((await apply(db, file)).targets[0]?.deleted).toBe(4);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '5', '7', '11', '12']);
    const again = await apply(db, file);
    expect(again.targets[0]?.deleted).toBe(0);
    expect(again).toMatchObject({ verdict: 'ok', findings: [], runId: null });
    expect(again.summary).toMatch(/^nothing to do: this plan was applied by run \S+ on \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['6']);
  });

  test('a child that would be removed as a copy, and is not in the plan, stops it', async () => {
    await db.sql.unsafe(`${TABLE};
      create table taken (id int primary key, t_id int references t on delete cascade, unique (t_id));
      insert into taken values (1, 1), (2, 2), (3, 3)`);
    const { file } = await writePlan(db, RULE);
    await db.sql.unsafe('insert into taken values (4, 4)');
    const before = await readImages(db.sql);
    const report = await apply(db, file);
    expect(report.findings).toMatchObject([
      {
        code: 'MSGDB_PLAN_OUTDATED',
        message: expect.stringContaining('2 rows of taken.t_id would be removed, but'),
      },
    ]);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('groups that the rule leaves alone are not in the plan; differing may stop later than planning', async () => {
    await db.sql.unsafe(`${TABLE}; update t set n = 5 where id in (2, 4)`);
    const { file, report } = await writePlan(db, { ...RULE, onDiffer: 'stop' });
    expect(report.summary).toContain('2 rows in 2 groups would be removed');
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DIFFERS']);
    expect((await apply(db, file)).targets[0]?.deleted).toBe(2);
    const { file: keeping } = await writePlan(db, RULE);
    const stopped = await apply(db, keeping, { settings: { onDiffer: 'stop' } });
    expect(stopped.targets[0]?.deleted).toBe(0);
    expect(stopped.verdict).toBe('findings');
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3', '4', '5', '7']);
  });
});

test('a plan that was applied is left to do nothing, asks nothing and writes nothing, whatever became of losers', async () => {
  const rules: readonly UniqueKeyOptions[] = [
    RULE,
    { ...RULE, losers: 'delete' },
    { ...RULE, merge: { n: 'sum' } },
    { ...RULE, where: 'n < 9', losers: { set: { n: 9 } } },
  ];
  for (const rule of rules) {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, rule);
    const { runId } = await apply(db, file);
    const before = await fingerprint(db.sql, { physical: true });
    const context = await makeContext(db);
    const again = await applyPlan(context, { file, dryRun: false, yes: false });
    expect(again).toMatchObject({ verdict: 'ok', findings: [], runId: null });
    expect(again.summary).toContain(`nothing to do: this plan was applied by run ${runId} on `);
    expect((await applyPlan(context, { file, dryRun: true, yes: false })).summary).toBe(again.summary);
    expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  }
});

test('what an applied plan removed and was put back goes again; what others removed is not taken for its work', async () => {
  await db.sql.unsafe(FOUR_GROUPS);
  const { file } = await writePlan(db, RULE);
  const { runId } = await apply(db, file);
  await archiveRestore(await makeContext(db), { runId: runId ?? '', yes: true });
  expect(await apply(db, file)).toMatchObject({ summary: '4 rows removed', verdict: 'ok' });
  await db.sql.unsafe(`insert into t values (2, 'a', 0)`);
  expect(await apply(db, file)).toMatchObject({ targets: [{ deleted: 1 }], verdict: 'ok' });
  await db.sql.unsafe(
    `${FOUR_GROUPS.replace('create table', 'drop table t; create table')}; update t set n = 1 where id = 4`,
  );
  await db.sql.unsafe('drop schema msgdb cascade');
  const { file: other } = await writePlan(db, RULE);
  await db.sql.unsafe('update t set n = 2 where id = 6');
  await apply(db, other);
  await db.sql.unsafe('delete from t where id = 6');
  const mixed = await apply(db, other);
  expect(mixed.findings.map(({ message }) => message)).toEqual([
    't: 1 of the 4 rows to remove had been removed by something else, not by this plan.',
  ]);
  expect(mixed.summary).toContain('0 rows removed; 3 rows had been removed by run ');
});

test('survivors that took values are not counted as rows that an applied plan removed', async () => {
  const { sql } = db;
  await sql.unsafe(`${FOUR_GROUPS}; update t set n = id`);
  const { file } = await writePlan(db, { ...RULE, merge: { n: 'sum' } });
  await sql.unsafe('delete from t where id = 4');
  expect(await apply(db, file)).toMatchObject({ targets: [{ deleted: 3 }] });
  const again = await apply(db, file);
  expect(again.findings).toMatchObject([
    { message: expect.stringContaining('1 of the 4 rows to remove had been removed by something else') },
  ]);
});

describe('losers that are marked', () => {
  const MARKING = { ...RULE, where: 'n < 9', losers: { set: { n: 9 } } } as const;

  test('one that was changed since is neither gone nor marked, before the plan is applied and after it', async () => {
    const { sql } = db;
    await sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, MARKING);
    await sql.unsafe('update t set n = 1 where id = 2; delete from t where id = 8');
    const left = 'contents have changed (group 1); rows are no longer there (group 4).';
    const look = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
    expect(look.summary).toBe(
      '2 of the 4 rows that the plan lists would be marked; 2 rows in 2 groups would be left out; nothing was changed',
    );
    expect(look.findings.map(({ message }) => message)).toEqual([
      `t: 2 of 4 groups would be left out, with 2 of the 4 rows to mark: ${left}`,
    ]);
    const first = await apply(db, file);
    expect(first).toMatchObject({ summary: '2 rows marked; 2 rows in 2 groups left out', verdict: 'findings' });
    expect(first.findings.map(({ message }) => message)).toEqual([
      `t: 2 of 4 groups were left out, with 2 of the 4 rows to mark: ${left}`,
    ]);
    const again = await apply(db, file);
    expect(again.summary).toMatch(
      /^0 rows marked; 2 rows had been marked by run \S+ on .* UTC; 1 row in 1 group left out; 1 row is not there any more; nothing was changed$/,
    );
    expect(again.findings.map(({ message }) => message)).toEqual([
      't: 1 of 4 groups was left out, with 1 of the 4 rows to mark: contents have changed (group 1).',
      't: 1 of the 4 rows to mark had been removed by something else, not by this plan.',
    ]);
  });

  test('one that the application changes after it was marked stays marked; one that was put back is marked again', async () => {
    const { sql } = db;
    await sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, { ...RULE, losers: { set: { k: { expression: "k || '-' || id" } } } });
    const { runId } = await apply(db, file);
    await sql.unsafe('update t set n = 5 where id = 2');
    const again = await apply(db, file);
    expect(again).toMatchObject({ verdict: 'ok', findings: [] });
    expect(again.summary).toContain('nothing to do: this plan was applied by run');
    await sql.unsafe('update t set n = 0 where id = 2');
    await archiveRestore(await makeContext(db), { runId: runId ?? '', yes: true });
    expect(await apply(db, file)).toMatchObject({ summary: '4 rows marked', verdict: 'ok' });
  });
});

describe('without a primary key an updated row is not taken for a removed one', () => {
  test.each([
    ['removed', RULE],
    ['marked', { ...RULE, where: 'n < 9', losers: { set: { n: 9 } } }],
    ['removed', { ...RULE, merge: { n: 'sum' } }],
  ] as const)('losers that are %s', async (fate, rule) => {
    const { sql } = db;
    await sql.unsafe(FOUR_GROUPS.replace('primary key', ''));
    const { file } = await writePlan(db, rule);
    await sql.unsafe('update t set n = 1 where id in (2, 5)');
    const verb = fate === 'marked' ? 'mark' : 'remove';
    const unknown = 'rows were updated or removed; without a primary key msgdb cannot tell which';
    const look = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
    expect(look.findings.map(({ message }) => message)).toEqual([
      `t: 2 of 4 groups would be left out, with 2 of the 4 rows to ${verb}: ${unknown} (groups 1, 3).`,
    ]);
    const first = await apply(db, file);
    expect(first.summary).toBe(`2 rows ${fate}; 2 rows in 2 groups left out`);
    expect(first.findings.map(({ message }) => message)).toEqual([
      `t: 2 of 4 groups were left out, with 2 of the 4 rows to ${verb}: ${unknown} (groups 1, 3).`,
    ]);
    const again = await apply(db, file);
    expect(again.findings.map(({ message }) => message)).toEqual([
      `t: 1 of 4 groups was left out, with 1 of the 4 rows to ${verb}: ${unknown} (group 3).`,
      `t: 1 of the 4 rows to ${verb} was updated or removed by something else, not by this plan; without a primary key msgdb cannot tell which.`,
    ]);
    expect(again.summary).toContain('1 row was updated or removed by something else');
  });
});

test('a primary key with a collation of its own is found again', async () => {
  await db.sql.unsafe(`create table t (id text collate "C" primary key, k text, n int);
    insert into t select 'r' || n, chr(96 + (n + 1) / 2), 0 from generate_series(1, 8) n`);
  const { file } = await writePlan(db, { ...RULE, where: 'n < 9', losers: { set: { n: 9 } } });
  expect((await applyPlan(await makeContext(db), { file, dryRun: true, yes: false })).findings).toEqual([]);
  expect((await apply(db, file)).summary).toBe('4 rows marked');
  expect((await apply(db, file)).summary).toContain('nothing to do');
});

test('a plan that was interrupted is continued by the same command', async () => {
  await db.sql.unsafe(
    'create table t (id int primary key, k int); insert into t select n, n / 2 from generate_series(2, 21) n',
  );
  const { file } = await writePlan(db, RULE);
  const stop = new AbortController();
  const emit: NonNullable<ContextOverrides['emit']> = (event) => {
    if (event.kind === 'progress' && event.title.startsWith('groups') && event.done === 4) stop.abort();
  };
  const first = await apply(db, file, { settings: { batchSize: 1 }, signal: stop.signal, emit });
  expect(first.findings.map(({ code }) => code)).toEqual(['MSGDB_INTERRUPTED']);
  expect(first.targets[0]?.deleted).toBe(4);
  const second = await apply(db, file);
  expect(second.targets[0]?.deleted).toBe(6);
  expect(second).toMatchObject({ verdict: 'ok', findings: [] });
  expect(second.summary).toContain(`6 rows removed; 4 rows had been removed by run ${first.runId} on `);
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['10']);
});

test('writers that change and add rows meanwhile never lose one that the plan did not list as it is', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, n int default 0);
    insert into t select n, n / 2 from generate_series(2, 2001) n`);
  const { file } = await writePlan(db, RULE);
  const listed = await readLosers(file);
  const touched = new Set<number>();
  let writing = true;
  const writer = (async () => {
    for (let id = 2001; writing && id > 1; id -= 7) {
      const rows = await sql`update t set n = n + 1 where id = ${id} returning id`;
      if (rows.length > 0) touched.add(id);
      await sql`insert into t values (${id + 10_000}, ${Math.floor(id / 2)})`;
    }
  })();
  const report = await apply(db, file, { settings: { batchSize: 10 } });
  writing = false;
  await writer;
  const left = new Set((await sql`select id from t`).map((row) => Number(row.id)));
  const gone = [...Array(2000).keys()].map((n) => n + 2).filter((id) => !left.has(id));
  expect(gone.filter((id) => !listed.includes(id))).toEqual([]);
  expect(gone.filter((id) => touched.has(id))).toEqual([]);
  expect(report.targets[0]?.deleted).toBe(gone.length);
  const lost = await sql`select k from generate_series(1, 1000) k where not exists (select from t where t.k = k.k)`;
  expect(lost).toEqual([]);
});
