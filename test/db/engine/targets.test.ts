import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { discoverKeys } from '../../../src/commands/find-duplicates/discover-keys.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { createHistorySchema } from '../../../src/sql/history-schema.ts';
import { inlineValues } from '../../../src/sql/inline-values.ts';
import { placeOwn } from '../../../src/sql/own-schema.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { column, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();
let context: Context;

/** What is no target, and what is said of it. */
const REFUSED: readonly (readonly [table: string, message: RegExp, fix: RegExp])[] = [
  ['pg_catalog.pg_description', /^pg_catalog.pg_description is a system catalog of PostgreSQL\.$/, /your own/],
  ['pg_catalog.pg_class', /is a system catalog of PostgreSQL\.$/, /your own/],
  // As in SQL, no schema is needed for them.
  ['pg_class', /^pg_catalog.pg_class is a system catalog of PostgreSQL\.$/, /your own/],
  ['PG_STATS', /^pg_catalog.pg_stats is a system view of PostgreSQL\.$/, /your own/],
  ['information_schema.sql_features', /is a system catalog of PostgreSQL\.$/, /your own/],
  ['information_schema.tables', /is a system view of PostgreSQL\.$/, /your own/],
  ['pg_toast.TOAST', /is a TOAST table: it holds long values of plain/, /^Name plain\.$/],
  ['msgdb.runs', /^msgdb.runs is a table that msgdb uses itself/, /your own/],
  ['msgdb.archive_x', /^msgdb.archive_x is a table that msgdb uses itself/, /msgdb status/],
  ['TEMPORARY', /is a temporary table/, /permanent/],
  ['owned', /^owned belongs to extension plpgsql/, /ALTER EXTENSION plpgsql DROP TABLE owned/],
  ['v', /^v is a view; its rows are in plain\.$/, /^Name plain\.$/],
  ['vv', /^vv is a view; its rows are in other.far, plain\.$/, /other.far, plain/],
  ['mv', /^mv is a materialized view; its rows are in plain\.$/, /^Name plain\.$/],
  ['numbers', /^numbers is a view; it reads no table/, /Name a table/],
  ['abroad', /^abroad is a foreign table; its rows are in sales.orders on server branch\.$/, /Connect msgdb/],
  ['plain_id_seq', /^plain_id_seq is a sequence, not a table/, /Name a table/],
  ['plain_pkey', /^plain_pkey is an index, not a table/, /Name a table/],
  ['pair', /^pair is a composite type, not a table/, /Name a table/],
  ['columns', /^columns is stored by the table access method columnar, not by heap/, /SET ACCESS METHOD heap/],
  ['parts', /^parts is stored by the table access method columnar/, /SET ACCESS METHOD heap/],
  ['events', /^events is distributed over shards by Citus/, /undistribute_table/],
  ['months', /^months is distributed over shards by Citus/, /undistribute_table/],
  ['countries', /^countries is a reference table of Citus/, /undistribute_table/],
  ['local', /^local is a table that Citus manages/, /undistribute_table/],
  ['metrics', /^metrics is a hypertable of TimescaleDB/, /leave the table out/],
  ['_timescaledb_internal.chunk_1', /is a chunk of a hypertable/, /leave the table out/],
];

/**
 * Citus and TimescaleDB are not installed here: their catalogues are, with the columns that are read of them. The access
 * method is a real one.
 */
beforeAll(async () => {
  for (const each of createHistorySchema()) await db.sql.unsafe(inlineValues(placeOwn(each, 'msgdb')));
  await db.sql.unsafe(`
    create table plain (id serial primary key, k text, note text);
    insert into plain (k) values ('a'), ('a'), ('b');
    create schema other; create table other.far (id int primary key, k text);
    create view v as select * from plain;
    create view vv as select v.id, f.k from v join other.far f using (id);
    create materialized view mv as select id, k from v;
    create view numbers as select 1 as id, 'x' as k;
    create type pair as (id int, k text);
    create extension postgres_fdw; create server branch foreign data wrapper postgres_fdw;
    create foreign table abroad (id int, k text) server branch options (schema_name 'sales', table_name 'orders');
    create table owned (id int primary key, k text); alter extension plpgsql add table owned;
    create access method columnar type table handler heap_tableam_handler;
    create table columns (id int, k text) using columnar; insert into columns values (1, 'a'), (2, 'a');
    create table parts (id int, k text) partition by list (k);
    create table parts_a partition of parts for values in ('a') using columnar;
    create table msgdb.archive_x (id int, k text);
    create table events (id int, k text); create table countries (id int, k text); create table local (id int, k text);
    create table months (id int, k text) partition by list (k); create table months_a partition of months for values in ('a');
    set allow_system_table_mods = on;
    create table pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char", partkey text, colocationid int, repmodel "char");
    reset allow_system_table_mods;
    insert into pg_dist_partition values ('events', 'h', 'k', 1, 's'), ('months', 'h', 'k', 1, 's'),
      ('countries', 'n', null, 2, 't'), ('local', 'n', null, 0, 's');
    create schema _timescaledb_catalog; create schema _timescaledb_internal;
    create table metrics (id int, k text);
    create table _timescaledb_internal.chunk_1 () inherits (metrics);
    create table _timescaledb_catalog.hypertable (schema_name name, table_name name);
    create table _timescaledb_catalog.chunk (schema_name name, table_name name);
    insert into _timescaledb_catalog.hypertable values ('public', 'metrics');
    insert into _timescaledb_catalog.chunk values ('_timescaledb_internal', 'chunk_1');
    insert into columns select n, n::text from generate_series(3, 200) n; analyze`);
  const holder = db.open();
  await holder.unsafe('create temp table scratch (id int, k text)');
  context = await makeContext(db);
});

/** Names that the server gives. */
async function nameOf(table: string): Promise<string> {
  const query = {
    'pg_toast.TOAST': `select 'pg_toast.' || relname from pg_class where oid = (select reltoastrelid from pg_class where oid = 'plain'::regclass)`,
    TEMPORARY: `select nspname || '.scratch' from pg_class c join pg_namespace n on n.oid = relnamespace where relname = 'scratch'`,
  }[table];
  return (query && (await column(db.sql, query))[0]) ?? table;
}

test.each(REFUSED)('%s is never a target, and it is said why', async (name, message, fix) => {
  const rule = uniqueKey({ table: await nameOf(name), key: ['k'] });
  await expect(findDuplicates(context, { rule, samples: 3 })).rejects.toMatchObject({
    code: 'MSGDB_TABLE_REFUSED',
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
});

describe('every command that takes a table refuses', () => {
  test.each(['pg_catalog.pg_description', 'vv', 'columns', 'events'])('%s', async (table) => {
    const rule = uniqueKey({ table, key: ['k'], limit: { share: 1 } });
    const refusal = { code: 'MSGDB_TABLE_REFUSED' };
    const before = await readImages(db.sql);
    for (const work of [
      () => findDuplicates(context, { rule, samples: 3, explain: { by: undefined } }),
      () => dedupe(context, { rule, dryRun: true, yes: false, samples: 3 }),
      () => dedupe(context, { rule, dryRun: false, yes: true, samples: 3 }),
      () => discoverKeys(context, { table, schema: undefined, timeLimitMs: 0 }),
    ]) {
      await expect(work()).rejects.toMatchObject(refusal);
    }
    expect((await verify(context, { rule })).findings).toMatchObject([refusal]);
    for (const operation of [
      rule,
      dropUniqueKey({ table, key: ['k'] }),
      index({ table, columns: ['k'], name: 'some_index' }),
      uniqueKey({ table: 'plain', key: ['k'], references: [{ table, column: 'id', kind: 'soft' }] }),
      relink({ table: 'plain', column: 'note', to: `${table}.id`, match: { k: 'k' } }),
    ]) {
      const project = await makeProjectOf(db, [operation]);
      const shown = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
      expect(shown).toMatchObject({ verdict: 'findings', findings: [refusal] });
      expect(await project.migrate()).toMatchObject({ verdict: 'findings', findings: [refusal] });
    }
    expect(await readImages(db.sql)).toEqual(before);
  });
});

test('one such rule among others is a finding, and the others are looked at', async () => {
  const project = await makeProjectOf(db, [
    uniqueKey({ table: 'events', key: ['k'] }),
    uniqueKey({ table: 'plain', key: ['k'] }),
  ]);
  const { targets, findings } = await findDuplicates(project.context, { samples: 1 });
  expect(targets.map(({ table, excessRows }) => [table, excessRows])).toEqual([['plain', 1]]);
  expect(findings.map(({ code }) => code)).toEqual(['MSGDB_TABLE_REFUSED', 'MSGDB_DUPLICATES_FOUND']);
  const report = await project.verify();
  expect(report.checks.map(({ code }) => code)).toContain('MSGDB_DUPLICATES_FOUND');
});

test('a name that is wrong is not taken for one of PostgreSQL’s or msgdb’s', async () => {
  const rule = uniqueKey({ table: 'runs', key: ['k'] });
  const failure = await findDuplicates(context, { rule, samples: 0 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'MSGDB_TABLE_NOT_FOUND', fix: expect.not.stringMatching(/msgdb\.|pg_/) });
});

test('looking for keys passes over what is stored otherwise, and says so', async () => {
  const { discovery } = await discoverKeys(context, { table: undefined, schema: undefined, timeLimitMs: 0 });
  expect(discovery?.passedOver).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ table: 'columns', reason: expect.stringContaining('columnar') }),
      expect.objectContaining({ table: 'events', reason: 'is distributed over shards by Citus' }),
      expect.objectContaining({ table: 'metrics', reason: 'is a hypertable of TimescaleDB' }),
    ]),
  );
  const seen = discovery?.candidates.map(({ table }) => table) ?? [];
  expect(seen.filter((table) => /^(columns|events|metrics|pg_|msgdb|_timescale)/.test(table))).toEqual([]);
});

test('copies are not removed where rows that are stored otherwise refer to them', async () => {
  await db.sql.unsafe(`
    create table device (id int primary key, k text); insert into device values (1, 'a'), (2, 'a');
    create table reading (device_id int references device on delete cascade); insert into reading values (2);
    insert into _timescaledb_catalog.hypertable values ('public', 'reading')`);
  const project = await makeProjectOf(db, [uniqueKey({ table: 'device', key: ['k'], limit: { share: 1 } })]);
  const report = await project.migrate();
  expect(report.findings).toMatchObject([
    { code: 'MSGDB_TABLE_REFUSED', message: expect.stringMatching(/cannot be re-pointed: reading is a hypertable/) },
  ]);
  await db.sql.unsafe('delete from device where id = 1');
  expect(await project.migrate()).toMatchObject({ verdict: 'ok' });
});

test('rows of tables that inherit are not covered, and every command that counts says so', async () => {
  await db.sql.unsafe(`create table base (id int primary key, k text); create table heir () inherits (base);
    insert into base values (1, 'a'), (2, 'a'); insert into heir values (3, 'a')`);
  const rule = uniqueKey({ table: 'base', key: ['k'], limit: { share: 1 } });
  const said: string[] = [];
  const listening = await makeContext(db, {
    emit: (event) => void (event.kind === 'note' && said.push(event.message)),
  });
  const note = expect.stringMatching(/^Rows of tables that inherit from base are not counted: /);
  expect((await findDuplicates(listening, { rule, samples: 1 })).targets).toMatchObject([{ excessRows: 1 }]);
  expect(said).toEqual([note]);
  const { plan } = await dedupe(context, { rule, dryRun: true, yes: false, samples: 1 });
  expect(plan?.[0]?.notes).toContainEqual(note);
  await dedupe(context, { rule, dryRun: false, yes: true, samples: 1 });
  expect(await column(db.sql, 'select id from base order by id')).toEqual(['1', '3']);
});
