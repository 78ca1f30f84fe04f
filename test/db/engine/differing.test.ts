import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Group a is alike, b differs in note, c in n and note, d in the merged column alone. */
const TABLE = `
  create table t (id int primary key, k text, note text, n numeric, seen int, twice int generated always as (seen * 2) stored);
  insert into t (id, k, note, n, seen) values
    (1, 'a', 'x', 1, 1), (2, 'a', 'x', 1, 1), (3, 'b', 'x', 1, 1), (4, 'b', null, 1, 1), (5, 'b', 'x', 1, 1),
    (6, 'c', 'x', 1.0, 1), (7, 'c', 'y', 1.00, 1), (8, 'd', 'x', 1, 1), (9, 'd', 'x', 1, 2), (10, 'e', 'x', 1, 1)`;
const RULE: UniqueKeyOptions = { table: 't', key: ['k'], merge: { seen: 'max' }, limit: { share: 1 } };
const STOP = uniqueKey({ ...RULE, onDiffer: 'stop' });

test('a dry run says in how many groups copies differ, and in which columns', async () => {
  await db.sql.unsafe(TABLE);
  const before = await fingerprint(db.sql, { physical: true });
  const options = { rule: uniqueKey(RULE), dryRun: true, yes: false, samples: 0 };
  const report = await dedupe(await makeContext(db), options);
  expect(report.targets[0]?.differing).toEqual({
    groups: 2,
    columns: [
      { column: 'note', groups: 2 },
      { column: 'n', groups: 1 },
    ],
  });
  expect(report.findings).toEqual([]);
  const details = report.plan[0]?.steps[0]?.steps[0]?.details;
  expect(details).toContain("copies differ in 2 of 4 groups: note (2), n (1); the survivor's values stay");
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test('a sample shows that copies differ where the collation of the column takes them for equal', async () => {
  await db.sql.unsafe(`
    create collation either_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create table t (id int primary key, k text, note text collate either_case);
    insert into t values (1, 'a', 'Bob'), (2, 'a', 'bob')`);
  const rule = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
  const report = await dedupe(await makeContext(db), { rule, dryRun: true, yes: false, samples: 5 });
  expect(report.targets[0]?.samples[0]?.differs).toEqual(['note']);
});

describe.each(STRATEGIES)('groups whose copies differ stay as they are when differing stops (%s)', (strategy) => {
  test.each([
    ['in the rule', STOP, 'keep'],
    ['by the settings', uniqueKey(RULE), 'stop'],
    ['by the settings, whatever the rule says', uniqueKey({ ...RULE, onDiffer: 'keep' }), 'stop'],
  ] as const)('said %s', async (_, rule, onDiffer) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const before = await readImages(sql);
    const context = await makeContext(db, { settings: { strategy, onDiffer, batchSize: 1 } });
    const seen = await dedupe(context, { rule, dryRun: true, yes: false, samples: 0 });
    expect(seen.summary).toBe('2 rows would be removed, 2 groups left alone; nothing was changed');
    expect(seen.plan[0]?.title).toContain('t (k)');
    const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expect(report.findings).toEqual(seen.findings);
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_GROUP_DIFFERS', message: 't: 2 groups left alone: the copies differ in note (2), n (1).' },
    ]);
    expect(report.verdict).toBe('findings');
    expect(await column(sql, 'select id from t order by id')).toEqual(['1', '3', '4', '5', '6', '7', '8', '10']);
    expect(await column(sql, 'select seen from t where id = 8')).toEqual(['2']);
    await expectNoDebris(sql);
    await archiveRestore(context, { runId: report.runId ?? '', yes: true });
    expect(await readImages(sql)).toEqual(before);
  });
});

test('where every group differs nothing is begun', async () => {
  await db.sql.unsafe(`${TABLE}; delete from t where k in ('a', 'd')`);
  const before = await fingerprint(db.sql, { physical: true });
  const report = await dedupe(await makeContext(db), { rule: STOP, dryRun: false, yes: true, samples: 0 });
  expect(report).toMatchObject({ verdict: 'findings', runId: null });
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DIFFERS']);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test('a key by an expression: the column in it counts, as its values are not all the same', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, email text); insert into t values (1, 'A'), (2, 'a'), (3, 'b'), (4, 'b')`);
  const rule = uniqueKey({ table: 't', key: [{ expression: 'lower(email)' }], onDiffer: 'stop', limit: { share: 1 } });
  await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3']);
});

test('without a primary key, and with types that have no equality', async () => {
  await db.sql.unsafe(`
    create table t (k int, doc json, at point, gone int);
    alter table t drop column gone;
    insert into t values (1, '{}', '(1,1)'), (1, '{}', '(1,1)'), (2, '{}', '(1,1)'), (2, '{ }', '(1,1)'), (3, null, '(1,1)'), (3, null, '(1,2)')`);
  const rule = uniqueKey({ table: 't', key: ['k'], onDiffer: 'stop', limit: { share: 1 } });
  const report = await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
  expect(report.findings[0]?.message).toContain('doc (1), at (1)');
  expect(await column(db.sql, 'select k from t order by k')).toEqual(['1', '2', '2', '3', '3']);
});

test.each(STRATEGIES)(
  'a migration is refused before anything is changed, as no index could be built (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const before = await readImages(sql);
    const project = await makeRule(db, { ...RULE, onDiffer: 'stop' }, { strategy });
    const report = await project.migrate();
    expect(report.findings[0]).toMatchObject({
      code: 'MSGDB_GROUP_DIFFERS',
      message: expect.stringContaining('2 groups of t have copies that differ, in note (2), n (1).'),
    });
    expect(report.exitCode).toBe(1);
    expect(await readImages(sql)).toEqual(before);
    expect(await column(sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
    await sql`update t set note = 'x', n = 1`;
    expectOk(await project.migrate());
  },
);

test('groups that disagree and groups that differ are reported separately', async () => {
  await db.sql.unsafe(TABLE);
  const rule = uniqueKey({ ...RULE, onDiffer: 'stop', agree: ['n', 'seen'] });
  const report = await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
  expect(report.findings.map(({ code, message }) => [code, message])).toEqual([
    ['MSGDB_GROUP_DISAGREES', 't: 1 group left alone: the copies disagree in n, seen.'],
    ['MSGDB_GROUP_DIFFERS', 't: 2 groups left alone: the copies differ in note (2), n (1).'],
  ]);
  expect(await column(db.sql, "select id from t where k in ('a', 'd') order by id")).toEqual(['1', '8', '9']);
});
