import { beforeEach, expect, test } from 'vitest';
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
  expectSecondRunDoesNothing,
  makeProjectOf,
  makeRule,
  readImages,
  STRATEGIES,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each(STRATEGIES)(
  "losers: 'delete' keeps no copy: undo brings back what it can, and says what it cannot (%s)",
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`
    create table t (id int primary key, k text, n int);
    create table child (id int primary key, t_id int references t on delete cascade);
    insert into t values (1, 'a', 1), (2, 'a', 2), (3, 'b', 3);
    insert into child values (1, 2), (2, 3)`);
    const rule = { table: 't', key: ['k'], losers: 'delete', merge: { n: 'sum' } } as const;
    const project = await makeRule(db, rule, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select t::text from t order by id')).toEqual(['(1,a,3)', '(3,b,3)']);
    expect(await column(sql, 'select child::text from child order by id')).toEqual(['(1,1)', '(2,3)']);
    await expectSecondRunDoesNothing(sql, project);
    const report = await project.rollback();
    expect(await column(sql, 'select t::text from t order by id')).toEqual(['(1,a,1)', '(3,b,3)']);
    // The loser is gone for good, and the child cannot refer to it: it is left where it is. Both are reported.
    expect(report.notRestoredRows).toBe(2);
    expect(report.findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^child: 1 row, \(id\)=\(1\), was not restored: /),
      "t: 1 row was not restored: removed without a copy (losers: 'delete')",
    ]);
    expect(await column(sql, 'select child::text from child order by id')).toEqual(['(1,1)', '(2,3)']);
  },
);

test.each(STRATEGIES)('losers: { set } marks them, and undo takes the marks off (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k text, deleted_at timestamptz, note text, rank int);
    create table child (id int primary key, t_id int references t);
    insert into t values (1, 'a', null, null, 1), (2, 'a', null, 'x', 2), (3, 'a', '2020-01-01', null, 3), (4, 'b', null, null, 4);
    insert into child values (1, 2), (2, 3), (3, 4)`);
  const before = await readImages(sql);
  const set = {
    deleted_at: 'infinity',
    note: { expression: "coalesce(note, '') || id" },
    rank: { expression: 'rank + 10' },
  };
  const project = await makeRule(
    db,
    { table: 't', key: ['k'], where: 'deleted_at IS NULL', losers: { set } },
    { strategy },
  );
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t order by id')).toEqual([
    '(1,a,,,1)',
    '(2,a,infinity,x2,12)',
    '(3,a,"2020-01-01 00:00:00+00",,3)',
    '(4,b,,,4)',
  ]);
  expect(await column(sql, 'select child::text from child order by id')).toEqual(['(1,1)', '(2,3)', '(3,4)']);
  await expectSecondRunDoesNothing(sql, project);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)(
  'losers that marking leaves in the rule are refused before anything is changed (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(
      `create table t (id int primary key, k text, note text); insert into t values (1, 'a', null), (2, 'a', null)`,
    );
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], losers: { set: { note: 'copy' } } }, { strategy });
    const report = await project.migrate();
    expect(report.findings[0]).toMatchObject({
      code: 'MSGDB_REFUSED',
      message: expect.stringMatching(/would still be a copy/),
    });
    expect(await readImages(sql)).toEqual(before);
    await expectNoDebris(sql);
  },
);

test.each([
  ['by default more than half of the covered rows', undefined, 21],
  ['a number of losers', { losers: 5 }, 6],
  ['a share', { share: 0.1 }, 5],
] as const)('nothing is removed beyond the limit: %s', async (_, limit, copies) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t select n, 0 from generate_series(1, ${copies + 1}) n;
    insert into t select n, n from generate_series(100, 118) n`);
  const before = await readImages(sql);
  const project = await makeProjectOf(db, [uniqueKey({ table: 't', key: ['k'], ...(limit ? { limit } : {}) })]);
  const report = await project.migrate();
  expect(report.findings[0]).toMatchObject({ code: 'MSGDB_BLAST_RADIUS', message: expect.stringMatching(/rows/) });
  expect(report.exitCode).toBe(1);
  expect(await readImages(sql)).toEqual(before);
  expect(await column(sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
});

test.each([
  ['a limit of the settings holds where the rule has none', undefined, { losers: 4 }, 'MSGDB_BLAST_RADIUS'],
  ['a limit of the settings allows more than the default', undefined, { losers: 21 }, undefined],
  ['a limit of the rule goes before that of the settings', { losers: 4 }, { losers: 21 }, 'MSGDB_BLAST_RADIUS'],
  ['no row at all', undefined, { losers: 0 }, 'MSGDB_BLAST_RADIUS'],
] as const)('%s', async (_, own, limit, code) => {
  const { sql } = db;
  await sql.unsafe(
    'create table t (id int primary key, k int); insert into t select n, 0 from generate_series(1, 22) n',
  );
  const rule = uniqueKey({ table: 't', key: ['k'], ...(own ? { limit: own } : {}) });
  const context = await makeContext(db, { settings: { limit } });
  for (const dryRun of [true, false]) {
    const report = await dedupe(context, { rule, dryRun, yes: true, samples: 0 });
    expect(report.findings.map((each) => each.code)).toEqual(code ? [code] : []);
    if (code) expect(report.findings[0]?.fix).toContain('--limit 21, or limit: { losers: 21 } in the rule');
  }
  expect(await column(sql, 'select count(*) from t')).toEqual([code ? '22' : '1']);
});

test('a limit is for the whole run: copies that come while it works count too', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t values (1, 1), (2, 1), (3, 3);
    create function more() returns trigger language plpgsql as $$
      begin insert into t select id + 10, 3 from generate_series(1, 5) id on conflict do nothing; return old; end $$;
    create trigger more after delete on t for each row execute function more()`);
  const project = await makeRule(db, { table: 't', key: ['k'], limit: { losers: 3 } }, { strategy: 'online' });
  const report = await project.migrate();
  expect(report.findings[0]).toMatchObject({ code: 'MSGDB_BLAST_RADIUS' });
  expect(await column(sql, 'select count(*) from t')).toEqual(['7']);
});

test.each(STRATEGIES)('groups that disagree are refused before anything is changed (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k text, tenant int, doc jsonb);
    insert into t values (1, 'a', 1, '{}'), (2, 'a', 2, '{}'), (3, 'b', 1, '{}'), (4, 'b', 1, '{}'), (5, 'c', null, '{}'),
                         (6, 'c', null, '{}'), (7, 'd', null, '{}'), (8, 'd', 1, '{}')`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'], agree: ['tenant', 'doc'] }, { strategy });
  const report = await project.migrate();
  expect(report.findings[0]).toMatchObject({
    code: 'MSGDB_GROUP_DISAGREES',
    message: expect.stringMatching(/2 groups/),
  });
  expect(report.exitCode).toBe(1);
  expect(await readImages(sql)).toEqual(before);
  await expectNoDebris(sql);
  await sql.unsafe('update t set tenant = 1');
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '5', '7']);
  expectOk(await project.rollback());
  expect(await column(sql, 'select count(*) from t')).toEqual(['8']);
});

test.each(STRATEGIES)('dedupe leaves groups that disagree alone, and cleans the others (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k text, tenant int);
    insert into t values (1, 'a', 1), (2, 'a', 2), (3, 'b', 1), (4, 'b', 1), (5, 'c', null), (6, 'c', null), (7, 'd', null), (8, 'd', 1)`);
  const context = await makeContext(db, { settings: { strategy } });
  const rule = uniqueKey({ table: 't', key: ['k'], agree: ['tenant'], limit: { share: 1 } });
  const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DISAGREES']);
  expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '2', '3', '5', '7', '8']);
  await expectNoDebris(sql);
});

test('a column that must agree cannot be json, which has no equality', async () => {
  const { sql } = db;
  await sql.unsafe(
    `create table t (id int primary key, k int, doc json); insert into t values (1, 1, '{}'), (2, 1, '{}'), (3, 1, '{ }')`,
  );
  const project = await makeRule(db, { table: 't', key: ['k'], agree: ['doc'] });
  const report = await project.migrate();
  expect(report.findings[0]?.code).toBe('MSGDB_REFUSED');
});
