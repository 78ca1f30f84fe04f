import { expect } from 'vitest';
import { statement } from '../../../src/model/statement.ts';
import * as syntax from '../../../src/sql/check-syntax.ts';
import * as probe from '../../../src/sql/probe.ts';
import * as race from '../../../src/sql/race.ts';
import { readSearchPath } from '../../../src/sql/repair/frame.ts';
import { describeShape } from '../../../src/sql/repair/table-shape.ts';
import * as script from '../../../src/sql/script.ts';
import * as frame from '../../../src/sql/script-frame.ts';
import * as limits from '../../../src/sql/script-limits.ts';
import * as settings from '../../../src/sql/settings.ts';
import * as tables from '../../../src/sql/table.ts';
import * as transaction from '../../../src/sql/transaction.ts';
import * as triggers from '../../../src/sql/triggers.ts';
import { index } from '../../support/table-facts.ts';
import { FACTS, KEY, T } from './fixture.ts';
import { casesOf, type Found, type SqlCase } from './sql-case.ts';

function setting(name: string, value: string): Found {
  return [`select current_setting('${name}')`, [[value]]];
}

const SETTINGS = [
  ...casesOf('check-syntax', [
    {
      of: 'checkSyntax',
      sends: syntax.checkSyntax('delete from child'),
      leaves: ['select count(*) > 0 from child', [['true']]],
    },
  ]),
  ...casesOf('settings', [
    { of: 'applySettings', sends: settings.applySettings({ work_mem: '64MB' }), leaves: setting('work_mem', '64MB') },
    { of: 'setLocally', sends: settings.setLocally('work_mem', '32MB'), leaves: setting('work_mem', '32MB') },
    { of: 'limitStatements', sends: settings.limitStatements(1_500.2), leaves: setting('statement_timeout', '1501ms') },
    {
      of: 'restoreRole',
      sends: settings.restoreRole('none'),
      after: ['create role msgdb_somebody', 'set local role msgdb_somebody'],
      leaves: ['select (current_user = session_user)::text', [['true']]],
    },
  ]),
  ...casesOf('script-limits', [
    {
      of: 'setLimits',
      what: 'for a transaction',
      sends: limits.setLimits({ timeout: '1.5m', lockTimeout: '5s' }, 'transaction'),
      leaves: [`select current_setting('statement_timeout'), current_setting('lock_timeout')`, [['90s', '5s']]],
    },
    {
      of: 'setLimits',
      what: 'for a session',
      sends: limits.setLimits({ lockTimeout: '0' }, 'session'),
      after: [`set lock_timeout = '1s'`],
      leaves: setting('lock_timeout', '0'),
    },
    {
      of: 'beginWaiting',
      sends: limits.beginWaiting(1_500),
      leaves: setting('lock_timeout', '1500ms'),
      alone: true,
    },
  ]),
  ...casesOf('script-frame', [
    {
      of: 'forgetTimeouts',
      sends: frame.forgetTimeouts(),
      after: [`set local statement_timeout = '9min'`],
      leaves: setting('statement_timeout', '0'),
    },
    {
      of: 'setSearchPath',
      sends: frame.setSearchPath('pg_catalog, "Mine"'),
      leaves: setting('search_path', 'pg_catalog, "Mine"'),
    },
    { of: 'noteRole', sends: frame.noteRole(), leaves: setting('msgdb.role', 'none') },
    {
      of: 'RESTORE_SESSION',
      sends: frame.RESTORE_SESSION,
      after: [frame.noteRole(), 'create role msgdb_somebody', 'set role msgdb_somebody', `set work_mem = '1MB'`],
      leaves: [
        `select (current_user = session_user)::text, (current_setting('work_mem') <> '1MB')::text`,
        [['true', 'true']],
      ],
    },
    {
      of: 'openTransaction',
      sends: [...frame.openTransaction({ lockTimeoutMs: 2_000 }), statement('commit')],
      gives: [],
      alone: true,
    },
    {
      of: 'limitTime',
      sends: frame.limitTime(60, [statement('delete from child')]),
      leaves: [
        `select (select count(*) from child), current_setting('statement_timeout'), to_regprocedure('msgdb.work_limit()')::text`,
        [['0', '0', null]],
      ],
    },
  ]),
  ...casesOf('script', [
    { of: 'BEGIN', sends: [script.BEGIN, script.COMMIT], gives: [], alone: true },
    {
      of: 'COMMIT',
      sends: [script.BEGIN, statement('delete from child'), script.COMMIT],
      leaves: ['select count(*) from child', [['0']]],
      alone: true,
    },
    {
      of: 'ROLLBACK',
      sends: [script.BEGIN, statement('create table never ()'), script.ROLLBACK],
      leaves: [`select count(*) from pg_class where relname = 'never'`, [['0']]],
      alone: true,
    },
  ]),
  ...casesOf('transaction', [
    {
      of: 'SET_SAVEPOINT',
      sends: [transaction.SET_SAVEPOINT, statement('delete from child'), statement('rollback to savepoint msgdb')],
      leaves: ['select count(*) from child', [['5']]],
    },
    {
      of: 'UNDO_TO_SAVEPOINT',
      sends: transaction.UNDO_TO_SAVEPOINT,
      after: [transaction.SET_SAVEPOINT, 'delete from child'],
      leaves: ['select count(*) from child', [['5']]],
    },
    {
      of: 'RELEASE_SAVEPOINT',
      sends: transaction.RELEASE_SAVEPOINT,
      after: [transaction.SET_SAVEPOINT, 'delete from child'],
      leaves: ['select count(*) from child', [['0']]],
    },
    {
      of: 'CHECK_DEFERRED',
      what: 'and what comes next may alter the table',
      sends: [transaction.CHECK_DEFERRED, statement('alter table child add more integer')],
      after: [
        'alter table child alter constraint child_t_id_fkey deferrable initially deferred',
        'update child set t_id = 3 where id = 14',
      ],
      gives: [],
    },
    {
      of: 'DEFER_CHECKS',
      sends: [transaction.DEFER_CHECKS, statement('update child set t_id = 99 where id = 10')],
      after: ['alter table child alter constraint child_t_id_fkey deferrable'],
      leaves: ['select t_id from child where id = 10', [['99']]],
    },
  ]),
];

const TRIGGER = 'create trigger "Noted" before update on t for each row execute function noted()';

const TABLES = [
  ...casesOf('table', [
    {
      of: 'analyzeTable',
      sends: tables.analyzeTable({ schema: 'public', name: 'parted_1' }),
      leaves: [`select reltuples::text from pg_class where relname = 'parted_1'`, [['1']]],
    },
    {
      of: 'dropTable',
      sends: tables.dropTable({ schema: 'public', name: 'child' }),
      leaves: [`select to_regclass('child')::text`, [[null]]],
    },
    { of: 'selectRowCount', sends: tables.selectRowCount(T), gives: [{ rows: '7' }] },
  ]),
  ...casesOf('repair/frame', [
    {
      of: 'readSearchPath',
      sends: readSearchPath(),
      after: ['set local search_path = public'],
      gives: [{ search_path: 'public' }],
    },
  ]),
  ...casesOf('repair/table-shape', [
    {
      of: 'describeShape',
      sends: describeShape([T, { schema: 'public', name: 'parted_1' }, { schema: 'public', name: 'gone' }]),
      after: [
        TRIGGER,
        'alter table t drop column v, add column g numeric(4, 1) generated always as (id) stored',
        'alter table t alter column id add generated always as identity, alter column k type bigint',
        'create table heir () inherits (t)',
      ],
      gives: [
        { shape: 'public.parted_1 has the column id integer' },
        { shape: 'public.parted_1 has the column k integer' },
        { shape: 'public.parted_1 is a table and a partition' },
        { shape: 'public.t has the column g numeric(4,1), generated' },
        { shape: 'public.t has the column id integer, generated always as identity' },
        { shape: 'public.t has the column k bigint' },
        { shape: 'public.t has the trigger "Noted", which calls noted' },
        { shape: 'public.t is a table' },
        { shape: 'public.t is inherited by public.heir' },
        { shape: 'public.t is referred to by public.child (t_id), on delete no action' },
      ],
    },
  ]),
  ...casesOf('triggers', [
    {
      of: 'changingTriggers',
      sends: triggers.changingTriggers(T, 'update', 'r'),
      after: [
        TRIGGER,
        'create trigger later after update on t for each row execute function noted()',
        'alter table t enable always trigger "Noted"',
      ],
      gives: [{ name: 'Noted', always: true }],
    },
    {
      of: 'changingTriggers',
      what: 'of an INSERT',
      sends: triggers.changingTriggers(T, 'insert', 'r'),
      after: [TRIGGER],
      gives: [],
    },
    {
      of: 'setTrigger',
      sends: triggers.setTrigger(T, 'enable always', 'Noted'),
      after: [TRIGGER],
      leaves: [`select tgenabled from pg_trigger where tgname = 'Noted'`, [['A']]],
    },
    {
      of: 'setTrigger',
      what: 'off',
      sends: triggers.setTrigger(T, 'disable', 'Noted'),
      after: [TRIGGER],
      leaves: [`select tgenabled from pg_trigger where tgname = 'Noted'`, [['D']]],
    },
  ]),
];

/** The index that a plan of the probe names. */
function arbiter(name: string) {
  return [
    {
      'QUERY PLAN': [
        expect.objectContaining({ Plan: expect.objectContaining({ 'Conflict Arbiter Indexes': [name] }) }),
      ],
    },
  ];
}

const PREPARED = `select count(*) from pg_prepared_statements where name = 'msgdb_probe'`;

const PROBES = casesOf('probe', [
  {
    of: 'explainProbe',
    sends: probe.explainProbe(FACTS.table, '(id)'),
    gives: arbiter('t_pkey'),
    leaves: ['select count(*) from t', [['7']]],
  },
  { of: 'parseProbe', sends: probe.parseProbe(FACTS.table, '(id)'), leaves: [PREPARED, [['0']]] },
  {
    of: 'analyseStatement',
    sends: probe.analyseStatement('insert into t values ($1, $2) on conflict (id) do nothing'),
    leaves: [PREPARED, [['0']]],
  },
  {
    of: 'apart',
    sends: probe.apart(probe.explainProbe(FACTS.table, '(id)'), 500.4),
    gives: arbiter('t_pkey'),
    alone: true,
  },
  {
    of: 'prepareProbe',
    sends: [
      probe.prepareProbe(FACTS.table, '(id) where k > $1', 500),
      statement('rollback'),
      statement('deallocate msgdb_probe'),
    ],
    gives: [],
    alone: true,
  },
  {
    of: 'explainPrepared',
    sends: probe.explainPrepared(1),
    after: [
      'create unique index partial on t (id) where k > 0',
      'set local plan_cache_mode = force_generic_plan',
      'prepare msgdb_probe as insert into t (id, k) values (null, $1) on conflict (id) where k > 0 do nothing',
    ],
    gives: [
      {
        'QUERY PLAN': [
          expect.objectContaining({
            Plan: expect.objectContaining({ 'Conflict Arbiter Indexes': expect.arrayContaining(['partial']) }),
          }),
        ],
      },
    ],
    leaves: ['deallocate msgdb_probe', []],
  },
  {
    of: 'forgetPrepared',
    sends: probe.forgetPrepared(),
    after: ['begin', 'prepare msgdb_probe as select 1'],
    leaves: [PREPARED, [['0']]],
    alone: true,
  },
]);

const SCHEMA = 'msgdb_race_1';
const RACE_KEY = { ...KEY, columns: [{ column: 'id' }] };
const CONTEST = race.createRace(SCHEMA, FACTS.table);
const SEED = 'select id::text, k::text, v::text from msgdb_race_1.seed';

const RACES = casesOf('race', [
  {
    of: 'createRace',
    sends: CONTEST,
    leaves: [`select indexname from pg_indexes where schemaname = '${SCHEMA}'`, [['contest_pkey']]],
  },
  { of: 'selectLeftoverRaces', sends: race.selectLeftoverRaces(), after: CONTEST, gives: [{ name: SCHEMA }] },
  {
    of: 'dropRaceSchema',
    sends: race.dropRaceSchema(SCHEMA),
    after: CONTEST,
    leaves: [`select to_regnamespace('${SCHEMA}')::text`, [[null]]],
  },
  {
    of: 'copySeed',
    sends: race.copySeed(SCHEMA, FACTS.table, { ...RACE_KEY, predicate: 'v = 30' }),
    after: CONTEST,
    leaves: [SEED, [['3', '2', '30']]],
  },
  {
    of: 'inventSeed',
    sends: race.inventSeed(SCHEMA, FACTS.table, RACE_KEY),
    after: CONTEST,
    leaves: [SEED, [['1', null, null]]],
  },
  {
    of: 'isSeedCovered',
    sends: race.isSeedCovered(SCHEMA, { ...RACE_KEY, predicate: 'k > 0' }),
    after: [...CONTEST, ...race.inventSeed(SCHEMA, FACTS.table, RACE_KEY)],
    gives: [{ covered: null }],
  },
  {
    of: 'dropOther',
    sends: race.dropOther(SCHEMA, index('other', ['k'])),
    after: [...CONTEST, `create unique index other on ${SCHEMA}.contest (k)`],
    leaves: [`select indexname from pg_indexes where schemaname = '${SCHEMA}'`, [['contest_pkey']]],
  },
  {
    of: 'raceUpsert',
    sends: race.raceUpsert(SCHEMA, FACTS.table, RACE_KEY, 77),
    after: [...CONTEST, ...race.inventSeed(SCHEMA, FACTS.table, RACE_KEY)],
    leaves: [`select count(*) from ${SCHEMA}.contest`, [['1']]],
  },
  {
    of: 'countContest',
    sends: race.countContest(SCHEMA),
    after: [...CONTEST, `insert into ${SCHEMA}.contest select * from t`],
    gives: [{ rows: 7 }],
  },
  {
    of: 'emptyContest',
    sends: race.emptyContest(SCHEMA),
    after: [...CONTEST, `insert into ${SCHEMA}.contest select * from t`],
    leaves: [`select count(*) from ${SCHEMA}.contest`, [['0']]],
  },
  {
    of: 'closeBarrier',
    sends: race.closeBarrier(77),
    leaves: [
      `select count(*) from pg_locks where locktype = 'advisory' and objid = 77 and pid = pg_backend_pid()`,
      [['1']],
    ],
  },
  {
    of: 'openBarrier',
    sends: race.openBarrier(78),
    after: [race.closeBarrier(78)],
    gives: [{ pg_advisory_unlock: true }],
  },
  { of: 'countWaiting', sends: race.countWaiting(78), gives: [{ waiting: 0 }] },
]);

export const SESSION_CASES: readonly SqlCase[] = [...SETTINGS, ...TABLES, ...PROBES, ...RACES];
