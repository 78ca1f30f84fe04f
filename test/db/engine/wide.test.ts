import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { archiveShow } from '../../../src/commands/archive/archive-show.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { countOf } from '../../../src/model/count-of.ts';
import type { OnDiffer } from '../../../src/model/operations/common.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, makeRule, readImages, takeTurns } from './project.ts';

const db = useDatabase();

/** A table of so many columns, some of which are dropped: rows 1 and 2 differ in the last column, 3 and 4 in none. */
async function makeWide(total: number, dropped = 0): Promise<string> {
  await cleanDatabase(db.sql);
  const names = Array.from({ length: total - 2 }, (_, place) => `c${place}`);
  await db.sql.unsafe(
    `create table t (id int primary key, k int, ${names.map((name) => `${name} smallint`).join(', ')})`,
  );
  const gone = names.slice(1, 1 + dropped).map((name) => `drop ${name}`);
  if (gone.length > 0) await db.sql.unsafe(`alter table t ${gone.join(', ')}`);
  const last = names.at(-1) ?? '';
  await db.sql.unsafe(`insert into t (id, k, c0, ${last})
    values (1, 1, 1, 7), (2, 1, 1, 8), (3, 2, 5, 5), (4, 2, 5, 5), (5, 3, 1, 1)`);
  return last;
}

const RULE = { table: 't', key: ['k'], index: 't_by_k' } as const;

function ruleOf(onDiffer: OnDiffer = 'keep') {
  return uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, onDiffer });
}

describe.each([
  [840, 0],
  [1_595, 0],
  [1_600, 5],
])('a table of %i columns of which %i are dropped', (total, dropped) => {
  test('is explained and planned, to the last column', async () => {
    const last = await makeWide(total, dropped);
    const context = await makeContext(db);
    const found = await findDuplicates(context, { rule: ruleOf(), samples: 2, explain: { by: undefined } });
    expect(found.targets[0]?.samples.map(({ differs }) => differs)).toEqual([[last], []]);
    expect(found.targets[0]?.why?.differs).toMatchObject([{ column: last, groups: 1 }]);
    const plan = await dedupe(context, { rule: ruleOf(), dryRun: true, yes: false, samples: 2 });
    expect(plan.summary).toBe('2 rows would be removed; nothing was changed');
    expect(plan.targets[0]?.differing).toEqual({ groups: 1, columns: [{ column: last, groups: 1 }] });
  });

  test.each(['locked', 'online'] as const)('loses no row, and gets all back (%s)', async (strategy) => {
    await makeWide(total, dropped);
    const before = await readImages(db.sql);
    const context = await makeContext(db, { settings: { strategy } });
    const rule = ruleOf(strategy === 'online' ? 'stop' : 'keep');
    const { runId, summary } = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expect(summary).toBe(strategy === 'online' ? '1 row removed' : '2 rows removed');
    const shown = await archiveShow(context, { runId: runId ?? '', limit: 1 });
    expect(Object.keys(shown.rows[0]?.row ?? {})).toHaveLength(total - dropped);
    expect((await archiveRestore(context, { runId: runId ?? '', yes: true })).verdict).toBe('ok');
    expect(await readImages(db.sql)).toEqual(before);
  });
});

test('a plan file lists the rows of a wide table, and leaves alone what differs', async () => {
  await makeWide(1_000);
  const context = await makeContext(db);
  const planOut = join(tmpdir(), `msgdb-wide-${randomBytes(4).toString('hex')}.plan`);
  onTestFinished(() => rm(planOut, { force: true }));
  const planned = await dedupe(context, { rule: ruleOf('stop'), dryRun: true, yes: false, samples: 0, planOut });
  expect(planned.summary).toContain('1 row in 1 group would be removed');
  expect((await applyPlan(context, { file: planOut, dryRun: false, yes: true })).summary).toBe('1 row removed');
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3', '5']);
});

test('many merged columns take no longer to plan than their rows to merge', async () => {
  await makeWide(500);
  const before = await readImages(db.sql);
  const merge = Object.fromEntries(Array.from({ length: 498 }, (_, place) => [`c${place}`, 'max' as const]));
  const context = await makeContext(db, { settings: { strategy: 'locked' } });
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 }, merge });
  const { runId, targets } = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  expect(targets).toMatchObject([{ deleted: 2, merged: 1 }]);
  expect(await column(db.sql, 'select c497 from t where id = 1')).toEqual(['8']);
  expect((await archiveRestore(context, { runId: runId ?? '', yes: true })).verdict).toBe('ok');
  expect(await readImages(db.sql)).toEqual(before);
});

describe('what the archive cannot hold is refused before anything is changed', () => {
  test.each([1_596, 1_600])('a table of %i columns', async (total) => {
    await makeWide(total);
    const project = await makeRule(db, RULE);
    const report = await project.migrate();
    expect(report).toMatchObject({
      verdict: 'findings',
      findings: [
        {
          code: 'MSGDB_REFUSED',
          message: expect.stringContaining(
            `t has ${countOf(total, 'column')}, and the archive can hold rows of at most 1,595`,
          ),
        },
      ],
    });
    expect(report.findings[0]?.fix).toBe(
      `Drop or move at least ${countOf(total - 1_595, 'column')} of t; or, where rows need not come back, use losers: 'delete' without merges.`,
    );
    const planned = await dedupe(project.context, { rule: ruleOf(), dryRun: true, yes: false, samples: 1 });
    expect(planned.findings.map(({ code }) => code)).toEqual(['MSGDB_REFUSED']);
  });

  test('but not where there are no copies, nor where no copy is kept', async () => {
    await makeWide(1_600);
    expectOk(await (await makeRule(db, { ...RULE, losers: 'delete' })).migrate());
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '5']);
    await db.sql`drop index t_by_k`;
    await db.sql.unsafe('drop schema msgdb cascade');
    expectOk(await (await makeRule(db, RULE)).migrate());
  });

  test('a child of the table, whose rows are re-pointed', async () => {
    await makeWide(1_600);
    await db.sql.unsafe(`
      create table p (id int primary key, k int); insert into p values (1, 1), (5, 1);
      alter table t add foreign key (c0) references p`);
    const report = await (await makeRule(db, { table: 'p', key: ['k'] })).migrate();
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_REFUSED', message: expect.stringContaining('t has 1,600 columns, and the archive') },
    ]);
  });
});

/** Values for the first of 1,000 columns of 8 bytes: with the archive's own, 991 of them fit into a page with room to spare. */
const LONG = Array.from({ length: 1_000 }, (_, place) => `c${place}`);

function longRow(id: number, k: number, values: number): string {
  const names = ['id', 'k', ...LONG.slice(0, values)];
  return `insert into t (${names.join(', ')}) values (${[id, k, ...names.slice(2).map(() => 1)].join(', ')})`;
}

async function makeLong(...rows: readonly string[]): Promise<void> {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table p (id int primary key, k int); insert into p values (1, 1), (2, 1);
    create table t (id int primary key, k int, ${LONG.map((name) => `${name} bigint`).join(', ')});
    ${rows.join(';\n')}`);
}

describe('rows that the archive could not hold', () => {
  const merge = Object.fromEntries(LONG.slice(500).map((name) => [name, 'first-non-null' as const]));
  const others = LONG.slice(500).join(', ');
  const taken = `insert into t (id, k, ${others}) values (2, 1, ${others.replaceAll(/c\d+/g, '7')})`;
  const cases: readonly { name: string; rows: readonly string[]; rule: UniqueKeyOptions; named: string }[] = [
    { name: 'losers', rows: [longRow(1, 1, 1), longRow(2, 1, 992)], rule: RULE, named: '2' },
    { name: 'survivors that take values', rows: [longRow(1, 1, 500), taken], rule: { ...RULE, merge }, named: '1' },
    {
      name: 'children',
      rows: [longRow(7, 2, 995)],
      rule: { table: 'p', key: ['k'], references: [{ table: 't', column: 'k' }] },
      named: '7',
    },
    {
      name: 'children that have losers in an array',
      rows: [
        'alter table t add list int[]',
        longRow(7, 3, 992).replace('id, k', 'list, id, k').replace('7, 3', 'array[1, 2], 7, 3'),
      ],
      rule: { table: 'p', key: ['k'], references: [{ table: 't', column: 'list', kind: 'array' }] },
      named: '7',
    },
    {
      name: 'children that take values of others',
      rows: [
        'create unique index one on t (k)',
        longRow(7, 1, 500),
        `insert into t (id, k, ${others}) values (8, 2, ${others.replaceAll(/c\d+/g, '7')})`,
      ],
      rule: { table: 'p', key: ['k'], references: [{ table: 't', column: 'k', onCollision: 'merge' }] },
      named: '7',
    },
  ];

  test.each(takeTurns(cases))('refuse the plan: $name ($strategy)', async ({ rows, rule, named, strategy }) => {
    await makeLong(...rows);
    const before = await readImages(db.sql);
    const project = await makeRule(db, rule, { strategy });
    const message = expect.stringMatching(`1 row of t, \\(id\\)=\\(${named}\\), is too long for the archive`);
    const wanted = [{ code: 'MSGDB_REFUSED', message }];
    expect((await migrate(project.context, { dryRun: true, allowOutOfOrder: false })).findings).toMatchObject(wanted);
    expect((await project.migrate()).findings).toMatchObject(wanted);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('refuse the plan: rows that are linked again', async () => {
    await makeLong(
      longRow(1, 1, 993).replace('(id, k,', '(id,').replace('(1, 1,', '(1,'),
      longRow(2, 1, 5).replace('(id, k,', '(id,').replace('(2, 1,', '(2,'),
      'alter table p add c0 int; update p set c0 = 1 where id = 1',
    );
    const before = await readImages(db.sql);
    const operation = relink({ table: 't', column: 'k', to: 'p', match: { c0: 'c0' } });
    const project = await makeProjectOf(db, [operation]);
    const wanted = [{ message: expect.stringContaining('1 row of t, (id)=(1), is too long for the archive') }];
    expect((await migrate(project.context, { dryRun: true, allowOutOfOrder: false })).findings).toMatchObject(wanted);
    expect((await project.migrate()).findings).toMatchObject(wanted);
    expect(await readImages(db.sql)).toEqual(before);
    await db.sql`delete from t where id = 1`;
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select k from t')).toEqual(['1']);
  });

  test('but none that it holds: what is planned is run, and undone', async () => {
    await makeLong(longRow(1, 1, 1), longRow(2, 1, 991), longRow(3, 3, 1_000));
    const before = await readImages(db.sql);
    const project = await makeRule(db, RULE);
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3']);
    expectOk(await project.rollback());
    expect(await readImages(db.sql)).toEqual(before);
  });
});

test("long texts are moved out of the archive's rows, and short ones count", async () => {
  await cleanDatabase(db.sql);
  const names = Array.from({ length: 350 }, (_, place) => `c${place}`);
  await db.sql.unsafe(`
    create table t (id int primary key, k int, ${names.map((name) => `${name} text`).join(', ')});
    insert into t select 1, 1, ${names.map(() => `repeat('x', 22)`).join(', ')};
    insert into t select 2, 1, ${names.map((_, place) => (place < 150 ? `repeat(md5('y'), 4)` : `repeat('x', 22)`)).join(', ')};
    insert into t select 3, 1, ${names.map(() => `repeat('x', 21)`).join(', ')}`);
  const project = await makeRule(db, { ...RULE, keep: ['id desc'] });
  const report = await project.migrate();
  expect(report.findings.map(({ message }) => message)).toEqual([expect.stringMatching(/1 row of t, \(id\)=\(1\)/)]);
  await db.sql`delete from t where id = 1`;
  expectOk(await project.migrate());
});

test('a long value is archived as the table stores it, compressed or not, and comes back', async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int primary key, k int, plain text, packed text);
    alter table t alter plain set storage external;
    insert into t select n, 1, repeat(n::text, 5000), repeat(n::text, 500000) from generate_series(1, 2) n`);
  const stored = (table: string, row: string): string =>
    `select pg_column_size(plain), pg_column_compression(plain), pg_column_size(packed), pg_column_compression(packed)
       from ${table} where ${row}`;
  const before = await readImages(db.sql);
  const sizes = await db.sql.unsafe(stored('t', 'id = 2')).values();
  expect(sizes).toEqual([[5_000, null, expect.any(Number), 'pglz']]);
  const project = await makeRule(db, RULE);
  expectOk(await project.migrate());
  const [archive] = await column(db.sql, 'select name from msgdb.archives');
  expect(await db.sql.unsafe(stored(`msgdb."${archive}"`, `msgdb_image = 'removed'`)).values()).toEqual(sizes);
  expectOk(await project.rollback());
  expect(await readImages(db.sql)).toEqual(before);
});
