import { beforeEach, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { Reference } from '../../../src/model/operations/common.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLES = `
  create table t (id int primary key, k text, code text unique);
  insert into t values (1, 'a', 'c1'), (2, 'a', 'c2'), (3, 'a', 'c3'), (4, 'b', 'c4'), (5, 'c', 'c5'), (6, 'c', 'c6');
  create table taken (id int primary key, t_id int references t on delete cascade, name text, unique (t_id, name));
  insert into taken values (1, 1, 'x'), (2, 2, 'x'), (3, 3, 'x'), (4, 3, 'y'), (5, 6, 'x'), (6, 4, 'x'), (7, 2, 'y');
  create table nulled (id int primary key, code text references t (code) on delete set null);
  insert into nulled values (1, 'c2'), (2, 'c1'), (3, 'c6'), (4, null);
  create table tagged (id int primary key, t_ids int[]);
  insert into tagged values (1, '{1,2,3}'), (2, '{2,2}'), (3, '{4}'), (4, null);
  create table noted (id int primary key, kind text, ref text);
  insert into noted values (1, 't', '2'), (2, 'u', '2'), (3, 't', '1')`;
const REFERENCES: readonly Reference[] = [
  { table: 'tagged', column: 't_ids', kind: 'array' },
  { table: 'noted', column: 'ref', kind: 'polymorphic', type: { column: 'kind', value: 't' } },
];
const OPTIONS = { table: 't', key: ['k'], references: REFERENCES, limit: { share: 1 } };
const RULE = uniqueKey(OPTIONS);

test.each(STRATEGIES)('a dry run counts what refers to losers, and the run does just that (%s)', async (strategy) => {
  await db.sql.unsafe(TABLES);
  const context = await makeContext(db, { settings: { strategy } });
  const before = await readImages(db.sql);
  const seen = await dedupe(context, { rule: RULE, dryRun: true, yes: false, samples: 0 });
  const counted = seen.targets[0]?.references?.map((each) => [
    each.table,
    each.onDelete,
    each.repointed,
    each.colliding,
  ]);
  expect(counted).toEqual([
    ['nulled', 'set null', 2, 0],
    ['taken', 'cascade', 2, 3],
    ['tagged', null, 2, 0],
    ['noted', null, 1, 0],
  ]);
  expect(await readImages(db.sql)).toEqual(before);
  const done = await dedupe(context, { rule: RULE, dryRun: false, yes: true, samples: 0 });
  expect(done.targets[0]?.repointed.map(({ table, rows }) => [table, rows]).toSorted()).toEqual([
    ['noted', 1],
    ['nulled', 2],
    ['tagged', 2],
    ['taken', 2],
  ]);
  expect(done.targets[0]?.childrenRemoved).toEqual([{ table: 'taken', rows: 3 }]);
});

test('the plan says what each foreign key would have done, in migrations too', async () => {
  await db.sql.unsafe(TABLES);
  const project = await makeRule(db, OPTIONS);
  const { plan } = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
  const details = plan[0]?.steps[0]?.steps[0]?.details;
  expect(details).toContain('nulled.code is re-pointed to the survivor (2 rows), before ON DELETE SET NULL could act');
  expect(details).toContain(
    'taken.t_id is re-pointed to the survivor (2 rows), before ON DELETE CASCADE could act; copies under taken_t_id_name_key are archived and removed (3 rows)',
  );
  expect(details).toContain('tagged.t_ids is re-pointed to the survivor (2 rows)');
});

test('a key that an index has sorted, a table of partitions, and children of several columns', async () => {
  await db.sql.unsafe(`
    create table t (id int, r text, k text, primary key (id, r)) partition by list (r);
    create table t_a partition of t for values in ('a');
    create table t_b partition of t for values in ('b');
    create index on t (r, k);
    insert into t values (1, 'a', 'x'), (2, 'a', 'x'), (1, 'b', 'x'), (2, 'b', 'x'), (3, 'b', 'x');
    create table child (id int primary key, t_id int, r text, foreign key (t_id, r) references t);
    insert into child values (1, 1, 'a'), (2, 2, 'a'), (3, 3, 'b'), (4, 2, 'b'), (5, null, 'b')`);
  const rule = uniqueKey({ table: 't', key: ['k', 'r'], limit: { share: 1 } });
  const context = await makeContext(db);
  const seen = await dedupe(context, { rule, dryRun: true, yes: false, samples: 0 });
  expect(seen.targets[0]?.references).toMatchObject([{ table: 'child', repointed: 3, colliding: 0 }]);
  const done = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  expect(done.targets[0]?.repointed).toMatchObject([{ table: 'child', rows: 3 }]);
});

test('a value that loser and survivor share may be had by others: no child of theirs is moved', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, shop int, phone text);
    insert into t values (1, 1, 'x'), (2, 1, 'x'), (3, 2, 'x');
    create table child (phone text); insert into child values ('x')`);
  const references = [{ table: 'child', column: 'phone', to: ['phone'] }] as const;
  const rule = uniqueKey({ table: 't', key: ['shop', 'phone'], references, limit: { share: 1 } });
  const report = await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
  expect(report.findings).toEqual([]);
  expect(await column(sql, 'select id from t order by id')).toEqual(['1', '3']);
});

test('children whose rule refuses collisions refuse the plan, of a migration and of a dry run', async () => {
  await db.sql.unsafe(TABLES);
  const before = await readImages(db.sql);
  const references = [{ table: 'taken', column: 't_id', onCollision: 'refuse' }] as const;
  const rule = { table: 't', key: ['k'], references } as const;
  const report = await (await makeRule(db, rule)).migrate();
  const expected = {
    code: 'MSGDB_REFUSED',
    message: expect.stringContaining('3 rows of taken.t_id would become copies of others under taken_t_id_name_key.'),
  };
  expect(report.findings[0]).toMatchObject(expected);
  const options = { rule: uniqueKey({ ...rule, limit: { share: 1 } }), dryRun: true, yes: false, samples: 0 };
  expect((await dedupe(await makeContext(db), options)).findings).toMatchObject([expected]);
  expect(await readImages(db.sql)).toEqual(before);
  expect(await column(db.sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
});

test('a survivor that has NULL where children refer to takes none of them: the plan is refused, and so is a batch', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k text, code text unique);
    insert into t values (1, 'a', null), (2, 'a', 'c2'), (3, 'b', 'c3');
    create table child (id int primary key, code text references t (code) on delete set null);
    insert into child values (1, 'c2'), (2, 'c3')`);
  const before = await readImages(sql);
  const rule = { table: 't', key: ['k'], keep: ['id'] } as const;
  const report = await (await makeRule(db, rule)).migrate();
  expect(report.findings[0]).toMatchObject({
    code: 'MSGDB_REFUSED',
    message: expect.stringContaining('1 row of child.code would lose the reference: the survivor has NULL in code.'),
  });
  expect(await readImages(sql)).toEqual(before);
  const keep = [{ most: 'complete', of: ['code'] }] as const;
  const mended = await makeRule(db, { ...rule, keep });
  expect((await mended.migrate()).verdict).toBe('ok');
  expect(await column(sql, 'select child::text from child order by id')).toEqual(['(1,c2)', '(2,c3)']);
});

test.each([
  ['a merged column', { merge: { code: 'first-non-null' } }, 'child (code) references t (code)'],
  ['a marked column', { losers: { set: { code: null, k: null } } }, 'child (code) references t (code)'],
  ['a re-pointed child', {}, 'grandchild (t_id, name) references child (t_id, name)'],
] as const)('a foreign key that would lose its references when %s changes is refused', async (_, more, key) => {
  const { sql } = db;
  const [table, ...rest] = key.split(' ');
  await sql.unsafe(`
    create table t (id int primary key, k text, code text unique);
    insert into t values (1, 'a', 'c1'), (2, 'a', 'c2');
    create table child (id int primary key, t_id int references t, name text, code text, unique (t_id, name));
    create table grandchild (id int primary key, t_id int, name text);
    insert into child values (1, 2, 'x', 'c2'); insert into grandchild values (1, 2, 'x');
    alter table ${table} add constraint forgetful foreign key ${rest.join(' ')} on update set null`);
  const before = await readImages(sql);
  const report = await (await makeRule(db, { table: 't', key: ['k'], ...more })).migrate();
  expect(report.findings[0]).toMatchObject({
    code: 'MSGDB_REFUSED',
    message: expect.stringMatching(/forgetful of (grand)?child lose its references \(ON UPDATE SET NULL\)/),
  });
  expect(await readImages(sql)).toEqual(before);
});

/** Both columns of a child refer to the table: what a dry run counts, and what a run then does. */
const TWICE = [
  {
    name: 'a CHECK over both, and a primary key of both',
    child: `create table child (a int references t, b int references t, check (a <> b), primary key (a, b));
            insert into child values (1, 2), (2, 1), (4, 2), (2, 4), (5, 5 - 1)`,
    refused:
      /^Re-pointing child\.a, b would break the CHECK constraint child_check of child in 2 rows of child, \(a, b\)=\(1, 2; 2, 1\)\.$/,
    moved: 2,
    removed: 2,
    says: 'child.a, b are re-pointed to the survivor (2 rows); rows that a constraint would refuse are archived and removed (2 rows)',
  },
  {
    name: 'rows that move by both columns, and others that become copies by the second alone',
    child: `create table child (id int primary key, a int references t, b int references t on delete cascade, unique (a, b), check (a <> b));
            insert into child values (1, 2, 6), (2, 4, 2), (3, 4, 1), (4, 3, 1), (5, 4, 3), (6, 1, 3)`,
    refused:
      /^Re-pointing child\.a, b would break the CHECK constraint child_check of child in 2 rows of child, \(id\)=\(4; 6\)\.$/,
    moved: 1,
    removed: 4,
    says: 'child.a, b are re-pointed to the survivor (1 row), before ON DELETE CASCADE could act; copies under child_a_b_key are archived and removed (2 rows); rows that a constraint would refuse are archived and removed (2 rows)',
  },
  {
    name: 'an EXCLUDE constraint over both, that only a row that moves by the second breaks',
    child: `create table child (id int primary key, a int references t, b int references t,
                                exclude using gist (int4range(a, a, '[]') with &&, int4range(b, b, '[]') with &&));
            insert into child values (1, 4, 1), (2, 4, 2), (3, 5, 6), (4, 2, 6)`,
    refused: /^Re-pointing child\.a, b would break the EXCLUDE constraint .* in 1 row of child, \(id\)=\(2\)\.$/,
    moved: 2,
    removed: 1,
    says: 'child.a, b are re-pointed to the survivor (2 rows); rows that a constraint would refuse are archived and removed (1 row)',
  },
];

test.each(TWICE)('two references of a child are counted by row: $name', async ({ child, refused, ...counts }) => {
  await db.sql.unsafe(`${TABLES.slice(0, TABLES.indexOf('create table taken'))} ${child}`);
  const refusal = (await (await makeRule(db, { table: 't', key: ['k'] })).migrate()).findings;
  expect(refusal).toMatchObject([{ message: expect.stringMatching(refused) }]);
  const both = `references: [${['a', 'b'].map((name) => `{ table: 'child', column: '${name}', onCollision: 'remove' }`).join(', ')}]`;
  expect(refusal[0]?.fix).toBe(`Change or remove these rows; or let them be archived and removed: ${both}.`);
  for (const name of ['a', 'b']) {
    const references = [{ table: 'child', column: name, onCollision: 'remove' }] as const;
    const options = { table: 't', key: ['k'], references, limit: { share: 1 } };
    const { plan } = await migrate((await makeRule(db, options)).context, { dryRun: true, allowOutOfOrder: false });
    expect(plan[0]?.steps[0]?.steps[0]?.details).toContain(counts.says);
  }
  const references = [{ table: 'child', column: 'a', onCollision: 'remove' }] as const;
  const rule = uniqueKey({ table: 't', key: ['k'], references, limit: { share: 1 } });
  const context = await makeContext(db);
  const [seen] = (await dedupe(context, { rule, dryRun: true, yes: false, samples: 0 })).targets;
  const sum = (values: readonly number[] = []): number => values.reduce((all, each) => all + each, 0);
  expect(sum(seen?.references?.map(({ repointed }) => repointed))).toBe(counts.moved);
  expect(sum(seen?.references?.map(({ colliding }) => colliding))).toBe(counts.removed);
  const [done] = (await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 })).targets;
  expect(done?.repointed).toEqual([{ table: 'child', columns: ['a', 'b'], rows: counts.moved }]);
  expect(done?.childrenRemoved).toEqual([{ table: 'child', rows: counts.removed }]);
});

test('where no row that moves breaks a CHECK, a copy that would is removed as a copy, and refuses nothing', async () => {
  await db.sql.unsafe(`${TABLES.slice(0, TABLES.indexOf('create table taken'))}
    create table child (id int primary key, a int references t, v int, unique (a), check (a > 1 or v > 0));
    insert into child values (1, 1, 1), (2, 2, 0)`);
  expect((await (await makeRule(db, { table: 't', key: ['k'] })).migrate()).findings).toEqual([]);
  expect(await column(db.sql, 'select id from child')).toEqual(['1']);
});

test('dedupe has no flag for what a rule of a migration says: the fix says where it goes', async () => {
  await db.sql.unsafe(`${TABLES.slice(0, TABLES.indexOf('create table taken'))}
    create table child (id int primary key, a int references t, b int references t, check (a <> b));
    insert into child values (1, 1, 2)`);
  const rule = uniqueKey({ table: 't', key: ['k', { expression: 'lower(k)' }], limit: { share: 1 } });
  const report = await dedupe(await makeContext(db), { rule, dryRun: true, yes: false, samples: 0 });
  expect(report.findings[0]?.fix).toMatch(
    /onCollision: 'remove' \}\]\. This is an option of a rule in a migration, not a flag: `msgdb new unique-t-k-lower-k --table t --key 'k,lower\(k\)'` writes one\.$/,
  );
  const told = (await (await makeRule(db, { table: 't', key: ['k'] })).migrate()).findings[0];
  expect(told?.fix).toMatch(/onCollision: 'remove' \}\]\.$/);
});
