import * as amcheck from '../../../src/sql/amcheck.ts';
import * as fence from '../../../src/sql/fence.ts';
import type { FenceMode } from '../../../src/sql/fence-body.ts';
import * as ddl from '../../../src/sql/index-ddl.ts';
import * as entries from '../../../src/sql/index-entries.ts';
import { createPartitioned } from '../../../src/sql/partitioned-index.ts';
import * as shadow from '../../../src/sql/shadow.ts';
import * as trial from '../../../src/sql/trial-key.ts';
import { BODY, BODY_PARTS, BUILD, KEY, planned, T } from './fixture.ts';
import { casesOf, type Found, type SqlCase } from './sql-case.ts';

const INDEX = { schema: 'public', name: 't_k_key' };
const UNIQUE = { ...BUILD, columns: [{ column: 'id' }, { column: 'k' }] };
const PARTED = { ...UNIQUE, table: { schema: 'public', name: 'parted' }, name: 'parted_key', partitioned: true };
const PARTITIONS = [1, 2].map((place) => ({
  table: { schema: 'public', name: `parted_${place}` },
  parent: PARTED.table,
  kind: 'table' as const,
}));
const AS_IT_WAS = {
  ...UNIQUE,
  as: { definition: `CREATE INDEX t_k_key ON public.t USING btree (v) WITH (fillfactor='70')`, comment: "it's" },
};

function definitions(name = 't_k_key'): Found[0] {
  return `select indexdef from pg_indexes where indexname = '${name}'`;
}

const UNIQUE_DEFINITION = 'CREATE UNIQUE INDEX t_k_key ON public.t USING btree (id, k)';

const DDL = casesOf('index-ddl', [
  { of: 'createIndex', sends: ddl.createIndex(UNIQUE), leaves: [definitions(), [[UNIQUE_DEFINITION]]] },
  {
    of: 'createIndex',
    what: 'of an expression, partial, where NULLs are equal',
    sends: ddl.createIndex({
      ...UNIQUE,
      columns: [{ expression: 'abs(v)' }],
      predicate: 'v > 60',
      nulls: 'not distinct',
    }),
    leaves: [
      definitions(),
      [['CREATE UNIQUE INDEX t_k_key ON public.t USING btree (abs(v)) NULLS NOT DISTINCT WHERE (v > 60)']],
    ],
  },
  {
    of: 'createIndex',
    what: 'as it was',
    sends: ddl.createIndex(AS_IT_WAS),
    leaves: [definitions(), [[AS_IT_WAS.as.definition]]],
  },
  {
    of: 'createIndexConcurrently',
    sends: ddl.createIndexConcurrently(UNIQUE),
    leaves: [definitions(), [[UNIQUE_DEFINITION]]],
    alone: true,
  },
  {
    of: 'createOnly',
    sends: ddl.createOnly(PARTED),
    leaves: [`select indisvalid::text from pg_index where indexrelid = 'parted_key'::regclass`, [['false']]],
  },
  {
    of: 'attachIndex',
    sends: ddl.attachIndex({ schema: 'public', name: 'parted_key' }, { schema: 'public', name: 'one' }),
    after: [ddl.createOnly(PARTED), 'create unique index one on parted_1 (id, k)'],
    leaves: [`select inhparent::regclass::text from pg_inherits where inhrelid = 'one'::regclass`, [['parted_key']]],
  },
  {
    of: 'renameIndex',
    sends: ddl.renameIndex(INDEX, 'We"ird'),
    after: [ddl.createIndex(UNIQUE)],
    leaves: [definitions('We"ird'), [['CREATE UNIQUE INDEX "We""ird" ON public.t USING btree (id, k)']]],
  },
  {
    of: 'dropIndex',
    sends: [ddl.dropIndex(INDEX), ddl.dropIndex(INDEX)],
    after: [ddl.createIndex(UNIQUE)],
    leaves: [definitions(), []],
  },
  {
    of: 'dropIndexConcurrently',
    sends: ddl.dropIndexConcurrently(INDEX),
    after: [ddl.createIndex(UNIQUE)],
    leaves: [definitions(), []],
    alone: true,
  },
  {
    of: 'reindex',
    sends: ddl.reindex(INDEX),
    after: [ddl.createIndex(UNIQUE), `update pg_index set indisvalid = false where indexrelid = 't_k_key'::regclass`],
    leaves: [`select indisvalid::text from pg_index where indexrelid = 't_k_key'::regclass`, [['true']]],
    alone: true,
  },
  {
    of: 'attachConstraint',
    sends: ddl.attachConstraint(T, 't_k_key'),
    after: [ddl.createIndex(UNIQUE)],
    leaves: [`select pg_get_constraintdef(oid) from pg_constraint where conname = 't_k_key'`, [['UNIQUE (id, k)']]],
  },
  {
    of: 'dropConstraint',
    sends: ddl.dropConstraint(T, 't_k_key'),
    after: ['alter table t add constraint t_k_key unique (id, k)'],
    leaves: [definitions(), []],
  },
  {
    of: 'commentIndex',
    sends: [ddl.commentIndex(AS_IT_WAS)].flatMap((each) => each ?? []),
    after: [ddl.createIndex(UNIQUE)],
    leaves: [`select obj_description('t_k_key'::regclass)`, [["it's"]]],
  },
  {
    of: 'recreate',
    what: 'a constraint',
    sends: ddl.recreate({
      kind: 'constraint',
      table: T,
      name: 't_k_key',
      definition: 'UNIQUE (id, k)',
      indexDefinition: '',
      comment: 'mine',
    }),
    leaves: [
      `select pg_get_constraintdef(oid), obj_description(conindid) from pg_constraint where conname = 't_k_key'`,
      [['UNIQUE (id, k)', 'mine']],
    ],
  },
  {
    of: 'recreate',
    what: 'an index of a partitioned table, which PostgreSQL writes with ONLY',
    sends: ddl.recreate({
      kind: 'index',
      table: PARTED.table,
      name: 'parted_key',
      definition: 'CREATE UNIQUE INDEX parted_key ON ONLY public.parted USING btree (id, k)',
      indexDefinition: '',
      comment: undefined,
    }),
    leaves: [`select indisvalid::text from pg_index where indexrelid = 'parted_key'::regclass`, [['true']]],
  },
  {
    of: 'lockTable',
    sends: ddl.lockTable(T),
    leaves: [
      `select mode from pg_locks where relation = 't'::regclass and pid = pg_backend_pid() and mode like 'Share%'`,
      [['ShareRowExclusiveLock']],
    ],
  },
]);

const PARTITIONED = casesOf('partitioned-index', [
  {
    of: 'createPartitioned',
    sends: createPartitioned(PARTED, PARTITIONS),
    leaves: [`select indisvalid::text from pg_index where indexrelid = 'parted_key'::regclass`, [['true']]],
    alone: true,
  },
]);

const SCANS = `select setting from pg_settings where name in ('enable_seqscan', 'enable_sort', 'enable_indexscan') order by name`;

const ENTRIES = casesOf('index-entries', [
  { of: 'readInOrder', sends: entries.readInOrder(), leaves: [SCANS, [['on'], ['off'], ['off']]] },
  {
    of: 'readInAnyOrder',
    sends: entries.readInAnyOrder(),
    after: [entries.readInOrder()],
    leaves: [SCANS, [['on'], ['on'], ['on']]],
  },
  { of: 'countEntries', sends: entries.countEntries(KEY), gives: [{ entries: '6', misplaced: '0' }] },
  {
    of: 'countEntries',
    what: 'of an index that knows one row less',
    sends: entries.countEntries({ ...KEY, columns: [{ column: 'id' }] }),
    after: [
      `update pg_index set indisready = false where indexrelid = 't_pkey'::regclass`,
      'insert into t values (8, 4, 80)',
      `update pg_index set indisready = true where indexrelid = 't_pkey'::regclass`,
      entries.readInOrder(),
    ],
    gives: [{ entries: '7', misplaced: '0' }],
  },
]);

const AMCHECK = casesOf('amcheck', [
  {
    of: 'compareWithTable',
    sends: amcheck.compareWithTable('ext', { schema: 'public', name: 't_pkey' }),
    after: ['create schema ext; create extension amcheck schema ext'],
    gives: [{ bt_index_check: '' }],
  },
  {
    of: 'compareWithTable',
    what: 'of a partitioned index: its parts',
    sends: amcheck.compareWithTable('ext', { schema: 'public', name: 'parted_key' }),
    after: ['create schema ext; create extension amcheck schema ext', ddl.createIndex(PARTED)],
    gives: [{ bt_index_check: '' }, { bt_index_check: '' }],
  },
]);

const TRIED = `select indexdef from pg_indexes where schemaname = 'msgdb' and indexname = 'work_trial_key'`;
const TRIAL = casesOf('trial-key', [
  {
    of: 'makeTrial',
    sends: trial.makeTrial(KEY),
    leaves: [
      `select attname from pg_attribute where attrelid = 'msgdb.work_trial'::regclass and attnum > 0 order by attnum`,
      [['id'], ['k'], ['v']],
    ],
  },
  {
    of: 'indexTrial',
    sends: trial.indexTrial(KEY),
    after: trial.makeTrial(KEY),
    leaves: [TRIED, [['CREATE UNIQUE INDEX work_trial_key ON msgdb.work_trial USING btree (k)']]],
  },
  {
    of: 'fillTrial',
    sends: trial.fillTrial(BODY, BODY_PARTS),
    after: [...trial.makeTrial(BODY), trial.indexTrial(BODY)],
    leaves: ['select min(id)::text, count(*)::text from msgdb.work_trial', [['85', '6']]],
  },
  {
    of: 'indexFilledTrial',
    sends: trial.indexFilledTrial(KEY),
    after: [...trial.makeTrial(KEY), 'insert into msgdb.work_trial select * from t'],
    leaves: [TRIED, [['CREATE INDEX work_trial_key ON msgdb.work_trial USING btree (k)']]],
  },
  {
    of: 'dropTrial',
    sends: trial.dropTrial(),
    after: trial.makeTrial(KEY),
    leaves: [`select to_regclass('msgdb.work_trial')::text`, [[null]]],
  },
  {
    of: 'tryKeyInScript',
    sends: trial.tryKeyInScript(planned()),
    leaves: [`select to_regclass('msgdb.work_trial')::text`, [[null]]],
  },
]);

function fenceOf(mode: FenceMode, until?: string) {
  return {
    until,
    id: 'abc',
    index: 't_k_key',
    key: { table: T, partitioned: false, nulls: 'distinct' as const },
    form: {
      parts: [{ text: 'k', equals: 'operator(pg_catalog.=)', collation: undefined }],
      predicate: undefined,
      reads: ['k'],
      columns: ['id', 'k', 'v'],
      generated: [],
      otherKeys: [['id']],
      definition: 'CREATE INDEX msgdb_support_abc ON public.t USING btree (k)',
    },
    hashable: true,
    mode,
  };
}

/** A copy is refused by the trigger, with the SQLSTATE of a unique index. */
const COPY = `
  do $$ begin
    insert into t values (9, 2, 0);
    raise exception 'it was let in';
  exception when unique_violation then null;
  end $$`;
const TRIGGERS = `select tgname from pg_trigger where tgrelid = 't'::regclass and tgname like '%msgdb%' order by 1`;

const UNTIL = '2026-01-01T00:30:00.000Z';
const KEEPING = {
  key: '(k)',
  nulls: 'distinct' as const,
  since: '2026-01-01T00:00:00.000Z',
  until: UNTIL,
  by: 'alice',
  runId: 'R',
};

const FENCE = casesOf('fence', [
  {
    of: 'createFence',
    sends: fence.createFence(fenceOf('reject')),
    leaves: [TRIGGERS, [['msgdb_ins_abc'], ['msgdb_upd_abc']]],
  },
  {
    of: 'createFence',
    what: 'that leaves copies out',
    sends: fence.createFence(fenceOf('skip')),
    leaves: [
      `with came as (insert into t values (9, 2, 0), (10, 9, 0) returning id) select id::text from came`,
      [['10']],
    ],
  },
  {
    of: 'createFence',
    what: 'that stays',
    sends: fence.createFence(fenceOf('reject', UNTIL), KEEPING),
    leaves: [
      `select obj_description(oid)::jsonb #>> '{kept,until}' from pg_proc where proname = 'fence_abc'`,
      [[UNTIL]],
    ],
  },
  {
    of: 'recordFence',
    sends: [fence.recordFence(fenceOf('reject', UNTIL), KEEPING, { runId: 'R', migration: null, operation: null })],
    leaves: [`select kind, object ->> 'until' from msgdb.ledger where run_id = 'R'`, [['kept-fence', UNTIL]]],
  },
  {
    of: 'closeFence',
    sends: [fence.closeFence('abc')],
    after: [fence.recordFence(fenceOf('reject', UNTIL), KEEPING, { runId: 'R', migration: null, operation: null })],
    leaves: [`select (undone_at is not null)::text from msgdb.ledger where run_id = 'R'`, [['true']]],
  },
  {
    of: 'dropFence',
    sends: fence.dropFence(T, 'abc'),
    after: [...fence.createFence(fenceOf('reject')), COPY],
    leaves: [TRIGGERS, []],
  },
  {
    of: 'giveFence',
    sends: fence.giveFence('abc', { owner: 'msgdb_somebody', mayCreate: false }),
    after: [...fence.createFence(fenceOf('reject')), 'create role msgdb_somebody'],
    leaves: [
      `select proowner::regrole::text, has_schema_privilege('msgdb_somebody', 'msgdb', 'create')::text from pg_proc where proname = 'fence_abc'`,
      [['msgdb_somebody', 'false']],
    ],
  },
]);

const SHADOW = casesOf('shadow', [
  {
    of: 'createExtension',
    sends: shadow.createExtension({ schema: 'ext', name: 'citext' }),
    after: [`create role ${shadow.SHADOW_OWNER}`],
    leaves: [`select extnamespace::regnamespace::text from pg_extension where extname = 'citext'`, [['ext']]],
  },
  {
    of: 'invalidateIndex',
    sends: shadow.invalidateIndex({ schema: 'public', name: 't_pkey', ready: true }),
    leaves: [
      `select indisvalid::text, indisready::text from pg_index where indexrelid = 't_pkey'::regclass`,
      [['false', 'true']],
    ],
  },
]);

export const INDEX_CASES: readonly SqlCase[] = [
  ...DDL,
  ...PARTITIONED,
  ...ENTRIES,
  ...AMCHECK,
  ...TRIAL,
  ...FENCE,
  ...SHADOW,
];
