import { beforeEach, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** A type and values of it, each of which has to come back to the byte. */
const TYPES: readonly (readonly [type: string, values: readonly string[]])[] = [
  ['smallint', ['-32768', '32767']],
  ['bigint', ['-9223372036854775808', '9223372036854775807']],
  [
    'numeric',
    ["'NaN'", "'-infinity'", '0.00000000000000000000000000000000000001', '1.10', '1.1', "repeat('9', 300)::numeric"],
  ],
  ['numeric(6,2)', ['1', '-9999.99']],
  ['real', ['0.1', "'-0'", '3.4028235e38', '1.4e-45']],
  ['float8', ["'-0'", "'NaN'", "'-infinity'", '0.1 + 0.2', '5e-324', '1.7976931348623157e308']],
  ['money', ["'-92233720368547758.08'"]],
  ['char(5)', ["'a'", "''", "'a   '"]],
  ['varchar(3)', ["'a  '", "'äöü'"]],
  ['text', ["E'\\t\\r\\n\\\\ '' \" \\u0001'", "''", "repeat('x', 100000)"]],
  ['name', ["'n'"]],
  ['"char"', ["'x'", "''"]],
  ['bytea', ["'\\x00ff'", "''", "decode(repeat('00ff', 5000), 'hex')"]],
  ['json', [`'{"b":  1, "a":1, "a":2}'`, `' [ 1 ,2 ] '`, `'"\\u00e4"'`]],
  ['jsonb', [`'{"b": 1.00, "a": 1e2}'`, "'null'"]],
  ['xml', ['\'<a  b="1"/>\'']],
  ['date', ["'infinity'", "'4713-01-01 BC'", "'5874897-12-31'"]],
  ['timestamp(0)', ["'2024-01-01 00:00:00.6'"]],
  ['timestamptz', ["'infinity'", "'-infinity'", "'2024-03-31 02:30:00.000001+02'", "'4713-01-01 00:00 BC'"]],
  ['time', ["'24:00'", "'00:00:00.000001'"]],
  ['timetz', ["'10:00+05:30'"]],
  ['interval', ["'1 mon -1 day +00:00:00.000001'", "'24 hours'", "'1 day'"]],
  ['boolean', ['false']],
  ['uuid', ["'00000000-0000-0000-0000-000000000000'"]],
  ['inet', ["'10.0.0.1/8'"]],
  ['cidr', ["'10.0.0.0/8'"]],
  ['macaddr8', ["'08:00:2b:01:02:03:04:05'"]],
  ['bit(3)', ["'101'"]],
  ['varbit', ["''", "'0001'"]],
  ['point', ["'(1e-300,-0)'"]],
  ['path', ["'[(0,0),(1,1)]'"]],
  ['tsvector', ["'''a b'':1A c:2'"]],
  ['tsquery', ["'a & !b'"]],
  ['int4range', ["'empty'", "'[1,)'"]],
  ['tstzmultirange', ["'{[2024-01-01,2024-02-01),(2025-01-01,infinity]}'"]],
  ['int[]', ["'{}'", "'{NULL,1}'", "'[0:1][2:2]={{1},{2}}'"]],
  ['json[]', [`array['{"a":  1}'::json, null]`]],
  ['mood', ["'ok'"]],
  ['mood[]', ["'{ok,sad}'"]],
  ['xy', ['row(null, null)', 'row(1, \'{"a":  1}\')']],
  ['xy[]', ['array[row(1, null)::xy, null]']],
  ['must', ["'x'"]],
  ['short', ["'abc'"]],
  ['must[]', ["array['a'::must]"]],
  ['text collate "C"', ["'ß'"]],
  ['text collate ci', ["'ß'"]],
  ['citext', ["'Ab'"]],
  ['hstore', [`'a=>NULL, b=>"1"'`]],
  ['pg_lsn', ["'16/B374D848'"]],
  ['oid', ['4294967295']],
  ['regclass', ["'pg_class'"]],
];

test.each(STRATEGIES)(
  'archive and table together are the table before, and undo is exact, for every type (%s)',
  async (strategy) => {
    const { sql } = db;
    const columns = TYPES.map(([type], place) => `c${place} ${type}`);
    const most = Math.max(...TYPES.map(([, values]) => values.length));
    await sql.unsafe(`
    create extension citext; create extension hstore;
    create type mood as enum ('sad', 'ok');
    create type xy as (x int, y json);
    create domain must as text not null check (value <> '');
    create domain short as varchar(3);
    create collation ci (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
    create table t (id int primary key, k int, dropped int, ${columns.join(', ')}, g int generated always as (k * 2) stored);
    alter table t drop column dropped`);
    for (let row = 0; row < most * 2; row += 1) {
      const values = TYPES.map(([, each]) => each[Math.floor(row / 2) % each.length]);
      await sql.unsafe(`insert into t values (${row}, ${Math.floor(row / 2)}, ${values.join(', ')})`);
    }
    await sql.unsafe(`insert into t (id, k, ${must()}) values (100, 0, 'y')`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy });
    expectOk(await project.migrate());

    const [archive] = await column(sql, `select name from msgdb.archives`);
    const names = (
      await column(
        sql,
        `select attname from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped order by attnum`,
      )
    ).join(', ');
    await sql.unsafe(
      'create type image as (' +
        (
          await column(
            sql,
            `select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
    from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped`,
          )
        ).join('') +
        ')',
    );
    const together = await column(
      sql,
      `
    select md5(record_send(i)) from (select (row(${names})::image).* from t) i
    union all select md5(record_send(i)) from (select (row(${names})::image).* from msgdb."${archive}" where msgdb_image = 'removed') i order by 1`,
    );
    await sql.unsafe('drop type image');
    expect(together).toEqual((before['public.t'] ?? []).map((image) => image.slice(-32)).sort());
    await expectExactUndo(sql, project, before);
  },
);

function must(): string {
  return `c${TYPES.findIndex(([type]) => type === 'must')}`;
}

test('dry runs write nothing, byte for byte', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)`);
  const before = await fingerprint(sql, { physical: true });
  const context = await makeContext(db);
  const rule = uniqueKey({ table: 't', key: ['k'] });
  await dedupe(context, { rule, dryRun: true, yes: false, samples: 3 });
  expect(await fingerprint(sql, { physical: true })).toEqual(before);
});

test('several runs on one table are undone one after the other, each exactly', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, a int, b int, n int);
    insert into t values (1, 1, 1, 1), (2, 1, 2, 2), (3, 2, 1, 3), (4, 2, 3, 4), (5, 9, 1, 5)`);
  const context = await makeContext(db);
  const images = [await readImages(sql)];
  const runs: string[] = [];
  for (const key of ['a', 'b']) {
    const rule = uniqueKey({ table: 't', key: [key], merge: { n: 'sum' }, limit: { share: 1 } });
    const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expect(report.verdict).toBe('ok');
    runs.push(report.runId ?? '');
    images.push(await readImages(sql));
  }
  for (const runId of runs.toReversed()) {
    images.pop();
    expect(await archiveRestore(context, { runId, yes: true })).toMatchObject({ verdict: 'ok', notRestoredRows: 0 });
    expect(await readImages(sql)).toEqual(images.at(-1));
  }
});

test('a survivor that was changed since is not said to hold values twice before the copies are back', async () => {
  const { sql } = db;
  const NEWER = 't: 1 row, (id)=(1), was not restored: changed since the run, and newer values are not overwritten';
  const TWICE = `${NEWER}; left with the values taken from copies that are back`;
  await sql.unsafe(`create table t (id int primary key, k text, n int);
    insert into t values (1, 'a', 1), (2, 'a', 2)`);
  const context = await makeContext(db);
  const rule = uniqueKey({ table: 't', key: ['k'], merge: { n: 'max' }, limit: { share: 1 } });
  const { runId } = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  const restore = async () => {
    const { findings } = await archiveRestore(context, { runId: runId ?? '', yes: true });
    return findings.map(({ message }) => message);
  };
  await sql`create unique index on t (k)`;
  await sql`update t set n = 100 where id = 1`;
  expect((await restore()).toSorted()).toEqual([
    NEWER,
    expect.stringMatching(/^t: 1 row, \(id\)=\(2\), was not restored: .*unique/),
  ]);
  await sql`drop index t_k_idx`;
  expect(await restore()).toEqual([TWICE]);
  // The copies came back with an earlier restore, whose entry is closed.
  expect(await restore()).toEqual([TWICE]);
  expect(await column(sql, 'select n from t order by id')).toEqual(['100', '2']);
});

test('a survivor that was changed since keeps what it took, and the restore says so: a sum is there twice', async () => {
  const { sql } = db;
  await sql.unsafe(`create table t (id int primary key, k int, n int);
    insert into t values (1, 1, 1), (2, 1, 2), (3, 2, 3), (4, 2, 4), (5, 3, 5), (6, 3, 6);
    create table c (id int primary key, t_id int references t); insert into c values (1, 2), (2, 4)`);
  const context = await makeContext(db);
  const rule = uniqueKey({ table: 't', key: ['k'], merge: { n: 'sum' }, limit: { share: 1 } });
  const { runId } = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  await sql`update t set n = n + 100 where id in (1, 3)`;
  await sql`update c set t_id = 5 where id = 2`;
  const report = await archiveRestore(context, { runId: runId ?? '', yes: true });
  expect(report).toMatchObject({ verdict: 'findings', notRestoredRows: 3 });
  expect(report.findings.map(({ message }) => message).toSorted()).toEqual([
    'c: 1 row, (id)=(2), was not restored: changed since the run, and newer values are not overwritten',
    't: 2 rows, (id)=(1; 3), were not restored: changed since the run, and newer values are not overwritten; left with the values taken from copies that are back',
  ]);
  const survivors = report.findings.find(({ table }) => table === 't');
  expect(survivors?.fix).toContain(`\`msgdb archive show ${runId}\` shows the values before and after the run`);
  expect(await column(sql, `select concat_ws(' ', id, n) from t order by id`)).toEqual([
    '1 103',
    '2 2',
    '3 107',
    '4 4',
    '5 5',
    '6 6',
  ]);
  // As the advice says.
  await sql`update t set n = n - 100 where id in (1, 3)`;
  await archiveRestore(context, { runId: runId ?? '', yes: true });
  expect(await column(sql, 'select sum(n) from t')).toEqual(['21']);
});
