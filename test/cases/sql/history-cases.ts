import { expect } from 'vitest';
import type { RowEntry } from '../../../src/model/ledger.ts';
import { VERSION } from '../../../src/model/version.ts';
import * as archive from '../../../src/sql/archive.ts';
import * as groups from '../../../src/sql/archived-groups.ts';
import * as history from '../../../src/sql/history.ts';
import * as schema from '../../../src/sql/history-schema.ts';
import { archiveTable } from '../../../src/sql/relation.ts';
import * as restore from '../../../src/sql/restore.ts';
import * as progress from '../../../src/sql/script-progress.ts';
import { foreignKey } from '../../support/table-facts.ts';
import { absorb, CHILD_IMAGE, DEDUPE, FIRST_ENTRY, ORIGIN, planned, T, T_IMAGE } from './fixture.ts';
import { casesOf, type SqlCase } from './sql-case.ts';

const ARCHIVE = archiveTable(T_IMAGE).name;
const ENTRY = { runId: 'run', migration: '0001-once', operation: 0, table: T, archive: ARCHIVE } as const;
const REMOVED: RowEntry = { ...ENTRY, kind: 'removed', id: 3, rows: 3 };
const UPDATED: RowEntry = { ...ENTRY, kind: 'updated', id: 4, rows: 1 };
const CREATED: RowEntry = { ...ENTRY, kind: 'created', id: 1, rows: 1 };
const GONE = absorb(DEDUPE);
const MERGED = absorb(planned({ merge: { v: 'max' } }));

/** Row 7, as relink would have made it. */
const MADE = [
  FIRST_ENTRY,
  schema.openEntry(ORIGIN, 'created', { table: T, archive: ARCHIVE }),
  `insert into msgdb.${ARCHIVE} (msgdb_ledger, msgdb_image, id, k, v) values (1, 'created', 7, null, 70)`,
];

function restoring(entry: RowEntry) {
  return { entry, table: T_IMAGE, columns: T_IMAGE.columns, referencedBy: [foreignKey('child', ['t_id'])] };
}

const SCHEMA = casesOf('history-schema', [
  {
    of: 'createHistorySchema',
    sends: schema.createHistorySchema(),
    after: ['drop schema msgdb cascade'],
    leaves: [
      `select relname from pg_class where relnamespace = 'msgdb'::regnamespace and relkind = 'r' order by 1`,
      [['archives'], ['ledger'], ['migrations'], ['runs']],
    ],
  },
  {
    of: 'createHistoryTables',
    sends: schema.createHistoryTables(),
    after: ['drop table msgdb.ledger'],
    leaves: ['select count(*) from msgdb.ledger', [['0']]],
  },
  {
    of: 'openRun',
    sends: schema.openRun('other', 'dedupe'),
    leaves: [`select command, version from msgdb.runs where id = 'other'`, [['dedupe', VERSION]]],
  },
  { of: 'findArchive', sends: schema.findArchive(T_IMAGE), gives: [expect.anything()] },
  {
    of: 'findArchive',
    what: 'that is not there',
    sends: schema.findArchive(T_IMAGE),
    after: [`drop table msgdb.${ARCHIVE}`],
    gives: [],
  },
  {
    of: 'createArchive',
    sends: schema.createArchive(T_IMAGE),
    after: [`drop table msgdb.${ARCHIVE}; delete from msgdb.archives`],
    leaves: [
      `select name, source_table, (select string_agg(attname, ' ') from pg_attribute
                                  where attrelid = ('msgdb.' || name)::regclass and attstorage = 'e')
         from msgdb.archives where source_table = 't'`,
      [[ARCHIVE, 't', 'msgdb_image']],
    ],
  },
  {
    of: 'openEntry',
    sends: schema.openEntry(ORIGIN, 'removed', { table: T }),
    leaves: [
      `select run_id, migration, operation::text, kind, object ->> 'table' from msgdb.ledger`,
      [['run', '0001-once', '0', 'removed', '{"name": "t", "schema": "public"}']],
    ],
  },
  {
    of: 'dropEmptyEntries',
    sends: schema.dropEmptyEntries('run'),
    after: [
      schema.openEntry(ORIGIN, 'removed', {}),
      schema.openEntry(ORIGIN, 'built-index', {}),
      schema.openEntry({ ...ORIGIN, runId: 'another' }, 'removed', {}),
    ],
    leaves: [
      'select run_id, kind from msgdb.ledger order by id',
      [
        ['run', 'built-index'],
        ['another', 'removed'],
      ],
    ],
  },
  {
    of: 'recordUndone',
    sends: schema.recordUndone('0001-once'),
    after: [
      history.recordState({ name: '0001-once', checksum: 'c', state: 'done', runId: 'run' }),
      schema.openEntry(ORIGIN, 'removed', {}),
      schema.openEntry(ORIGIN, 'built-index', {}),
    ],
    leaves: [
      `select m.state, kind, (undone_at is not null)::text from msgdb.ledger l join msgdb.migrations m on m.name = l.migration order by id`,
      [
        ['rolled back', 'removed', 'false'],
        ['rolled back', 'built-index', 'true'],
      ],
    ],
  },
]);

const BEGUN = progress.openProgress(ORIGIN, progress.NOTHING_RUN);
const ONE_RUN = progress.advance(progress.NOTHING_RUN, 'select 1');
const PROGRESS = casesOf('script-progress', [
  {
    of: 'openProgress',
    sends: BEGUN,
    leaves: [`select kind, operation::text, object ->> 'done' from msgdb.ledger`, [['begun-sql', '0', '0']]],
  },
  {
    of: 'noteProgress',
    sends: progress.noteProgress(ORIGIN, ONE_RUN),
    after: [BEGUN],
    leaves: [
      `select kind, object ->> 'done', object ->> 'prefix' from msgdb.ledger`,
      [['begun-sql', '1', ONE_RUN.prefix]],
    ],
  },
  {
    of: 'endProgress',
    sends: progress.endProgress(ORIGIN, 'select 1'),
    after: [BEGUN],
    leaves: [
      `select kind, object::text from msgdb.ledger`,
      [['ran-sql', `{"checksum": "${schema.scriptChecksum('select 1')}"}`]],
    ],
  },
]);

const STATES = 'select name, checksum, state, duration_ms::text, error from msgdb.migrations order by name';
const DONE = history.recordState({ name: '0001-once', checksum: 'c', state: 'done', runId: 'run', durationMs: 12.6 });
const FAILED = history.recordState({ name: '0002-two', checksum: 'd', state: 'failed', runId: 'run', error: 'no' });

const HISTORY = casesOf('history', [
  {
    of: 'recordState',
    sends: [FAILED, DONE],
    after: [history.recordState({ name: '0001-once', checksum: 'b', state: 'running', runId: 'before' })],
    leaves: [
      STATES,
      [
        ['0001-once', 'c', 'done', '13', null],
        ['0002-two', 'd', 'failed', null, 'no'],
      ],
    ],
  },
  {
    of: 'copyState',
    sends: history.copyState({ name: '0001-once', checksum: 'c', state: 'done', runId: 'run', by: 'app' }),
    leaves: ['select name, run_by, version from msgdb.migrations', [['0001-once', 'app', 'shadow']]],
  },
  {
    of: 'forgetFailed',
    what: 'of which one has something to undo, and one did not fail',
    sends: history.forgetFailed(['0001-once', '0002-two', '0003-three']),
    after: [
      DONE,
      FAILED,
      history.recordState({ name: '0003-three', checksum: 'd', state: 'failed', runId: 'run' }),
      schema.openEntry({ ...ORIGIN, migration: '0003-three' }, 'ran-sql', {}),
    ],
    gives: [{ name: '0002-two' }],
  },
  {
    of: 'acceptChecksum',
    sends: history.acceptChecksum('0001-once', 'e'),
    after: [DONE],
    leaves: [STATES, [['0001-once', 'e', 'done', '13', null]]],
  },
  {
    of: 'renameMigration',
    sends: history.renameMigration('0001-once', '0001-twice'),
    after: [DONE, schema.openEntry(ORIGIN, 'removed', {})],
    leaves: [
      'select m.name, l.migration from msgdb.migrations m cross join msgdb.ledger l',
      [['0001-twice', '0001-twice']],
    ],
  },
  {
    of: 'forgetMigration',
    sends: history.forgetMigration('0001-once', 'run-2'),
    after: [DONE, FAILED, schema.openEntry(ORIGIN, 'removed', {}), schema.openEntry(ORIGIN, 'ran-sql', {})],
    leaves: [
      `select m.name, l.kind, object ->> 'leftBy', (undone_at is not null)::text
         from msgdb.migrations m cross join msgdb.ledger l order by l.id`,
      [
        ['0002-two', 'removed', 'run-2', 'false'],
        ['0002-two', 'ran-sql', null, 'true'],
      ],
    ],
  },
  {
    of: 'closeRun',
    sends: history.closeRun('run'),
    leaves: ['select (finished_at is not null)::text from msgdb.runs', [['true']]],
  },
  {
    of: 'leaveEntries',
    sends: history.leaveEntries(ORIGIN.migration ?? '', 'run-2'),
    after: [
      FIRST_ENTRY,
      schema.openEntry(ORIGIN, 'removed', {}),
      schema.openEntry(ORIGIN, 'removed', {}),
      history.closeEntries([1]),
    ],
    leaves: [
      `select id::text, object ->> 'leftBy' from msgdb.ledger order by id`,
      [
        ['1', null],
        ['2', 'run-2'],
      ],
    ],
  },
  {
    of: 'closeEntries',
    sends: history.closeEntries([1]),
    after: [FIRST_ENTRY, schema.openEntry(ORIGIN, 'dropped', {}), schema.openEntry(ORIGIN, 'dropped', {})],
    leaves: [
      'select id::text, (undone_at is not null)::text from msgdb.ledger order by id',
      [
        ['1', 'true'],
        ['2', 'false'],
      ],
    ],
  },
]);

const LOSERS = { archive: ARCHIVE, entry: 3, identity: ['id'] };
const ARCHIVED_GROUPS = casesOf('archived-groups', [
  {
    of: 'sizesOfArchived',
    sends: groups.sizesOfArchived(LOSERS),
    after: GONE,
    gives: [
      { size: 1, groups: '1' },
      { size: 2, groups: '1' },
    ],
  },
  {
    of: 'archivedGroups',
    sends: groups.archivedGroups(LOSERS, ['id', 'k', 'v'], { limit: 2, from: { table: T, columns: ['id', 'v'] } }),
    after: GONE,
    gives: [
      { losers: '1', survivor: { id: '1' }, rows: [{ id: '2', k: '1', v: '20' }], kept: { id: '1', v: null } },
      expect.objectContaining({ losers: '2', survivor: { id: '4' }, kept: { id: '4', v: '40' } }),
    ],
  },
  {
    of: 'archivedGroups',
    what: 'of a table that may not be read',
    sends: groups.archivedGroups(LOSERS, ['id'], { limit: 1 }),
    after: GONE,
    gives: [{ losers: '1', survivor: { id: '1' }, rows: [{ id: '2' }], kept: null }],
  },
]);

const ARCHIVES = casesOf('archive', [
  {
    of: 'listRuns',
    sends: archive.listRuns(),
    after: GONE,
    gives: [
      expect.objectContaining({
        id: 'run',
        command: 'migrate',
        tables: [
          { schema: 'public', table: 'child', kind: 'removed', rows: 1, undone: 0 },
          { schema: 'public', table: 'child', kind: 'updated', rows: 2, undone: 0 },
          { schema: 'public', table: 't', kind: 'removed', rows: 3, undone: 0 },
        ],
      }),
    ],
  },
  {
    of: 'showRows',
    sends: archive.showRows(ARCHIVE, 3, T_IMAGE.columns, 2),
    after: GONE,
    gives: [
      { msgdb_image: 'removed', id: '2', k: '1', v: '20' },
      { msgdb_image: 'removed', id: '5', k: '3', v: '40' },
    ],
  },
  {
    of: 'purgeRows',
    sends: archive.purgeRows(ARCHIVE, 3),
    after: GONE,
    gives: [{ rows: '3' }],
    leaves: [`select count(*) from msgdb.${ARCHIVE}`, [['0']]],
  },
  {
    of: 'markPurged',
    sends: archive.markPurged(3),
    after: GONE,
    leaves: ['select kind from msgdb.ledger order by id', [['removed'], ['updated'], ['purged']]],
  },
  {
    of: 'oldEntries',
    sends: archive.oldEntries(3_600_000),
    after: [...GONE, `update msgdb.runs set started_at = now() - interval '2 hours'`],
    gives: [
      { id: '1', run_id: 'run', archive: archiveTable(CHILD_IMAGE).name },
      { id: '2', run_id: 'run', archive: archiveTable(CHILD_IMAGE).name },
      { id: '3', run_id: 'run', archive: ARCHIVE },
    ],
  },
  {
    of: 'oldEntries',
    what: 'of a run of this hour',
    sends: archive.oldEntries(3_600_000),
    after: GONE,
    gives: [],
  },
]);

const ROWS = 'select id::text, k::text, v::text from t order by id';
const RESTORED: readonly SqlCase[] = casesOf('restore', [
  {
    of: 'restoreRows',
    what: 'that were removed',
    sends: restore.restoreRows(restoring(REMOVED)),
    after: GONE,
    gives: [{ rows: '3' }],
    leaves: [
      ROWS,
      [
        ['1', '1', null],
        ['2', '1', '20'],
        ['3', '2', '30'],
        ['4', '3', '40'],
        ['5', '3', '40'],
        ['6', '3', '60'],
        ['7', null, '70'],
      ],
    ],
  },
  {
    of: 'restoreRows',
    what: 'that were removed, one of them',
    sends: restore.restoreRows({ ...restoring(REMOVED), only: '(0,2)' }),
    after: GONE,
    gives: [{ rows: '1' }],
    leaves: ['select id::text from t where id in (2, 5, 6)', [['5']]],
  },
  {
    of: 'restoreRows',
    what: 'that took values, one of which was changed since',
    sends: restore.restoreRows(restoring({ ...UPDATED, rows: 2 })),
    after: [...MERGED, 'update t set v = 99 where id = 4'],
    gives: [{ rows: '1' }],
    leaves: [
      'select id::text, v::text from t where id in (1, 4) order by id',
      [
        ['1', null],
        ['4', '99'],
      ],
    ],
  },
  {
    of: 'restoreRows',
    what: 'that were created',
    sends: restore.restoreRows(restoring(CREATED)),
    after: MADE,
    gives: [{ rows: '1' }],
    leaves: ['select id::text from t where id = 7', []],
  },
  {
    of: 'restoreRows',
    what: 'that were created, and that somebody refers to by now',
    sends: restore.restoreRows(restoring(CREATED)),
    after: [...MADE, 'insert into child values (20, 7, 1)'],
    gives: [{ rows: '0' }],
  },
  {
    of: 'explainWaiting',
    what: 'that took values, one of which was changed since',
    sends: restore.explainWaiting(restoring({ ...UPDATED, rows: 2 }), 1),
    after: [...MERGED, 'update t set v = 99 where id = 4'],
    gives: [
      { because: 'changed', rows: '1', places: [expect.any(String)] },
      { because: 'other', rows: '1', places: [expect.any(String)] },
    ],
  },
  {
    of: 'explainWaiting',
    what: 'that were created, and that somebody refers to by now',
    sends: restore.explainWaiting(restoring(CREATED), 5),
    after: [...MADE, 'insert into child values (20, 7, 1)'],
    gives: [{ because: 'named', rows: '1', places: [expect.any(String)] }],
  },
  {
    of: 'explainWaiting',
    what: 'that were removed',
    sends: restore.explainWaiting(restoring(REMOVED), 2),
    after: GONE,
    gives: [{ because: 'other', rows: '3', places: ['(0,1)', '(0,2)'] }],
  },
  { of: 'countWaiting', sends: restore.countWaiting({ entry: REMOVED }), after: GONE, gives: [{ rows: '3' }] },
  { of: 'countBack', sends: restore.countBack(REMOVED), after: GONE, gives: [{ rows: '0' }] },
  {
    of: 'countBack',
    what: 'of which two are back',
    sends: restore.countBack(REMOVED),
    after: [...GONE, restore.recordRestored(REMOVED, 2, 'in part')],
    gives: [{ rows: '2' }],
  },
  {
    of: 'waitingRows',
    sends: restore.waitingRows({ entry: REMOVED }, '(0,1)'),
    after: GONE,
    gives: [{ place: '(0,2)' }, { place: '(0,3)' }],
  },
  {
    of: 'waitingKeys',
    sends: restore.waitingKeys({ entry: REMOVED }, ['id', 'k'], 2),
    after: GONE,
    gives: [{ key: '2, 1' }, { key: '5, 3' }],
  },
  {
    of: 'waitingKeys',
    what: 'at places',
    sends: restore.waitingKeys({ entry: REMOVED }, ['id'], 9, ['(0,3)']),
    after: GONE,
    gives: [{ key: '6' }],
  },
  {
    of: 'recordRestored',
    sends: [restore.recordRestored(REMOVED, 2, 'in part'), restore.recordRestored({ ...REMOVED, id: 2 }, 2, 'whole')],
    after: GONE,
    leaves: [
      'select restored_count::text, (undone_at is not null)::text from msgdb.ledger where id > 1 order by id',
      [
        ['2', 'true'],
        ['2', 'false'],
      ],
    ],
  },
  { of: 'lockCreated', sends: restore.lockCreated(restoring(CREATED)), after: MADE, gives: [{ '?column?': 1 }] },
]);

export const HISTORY_CASES: readonly SqlCase[] = [
  ...SCHEMA,
  ...PROGRESS,
  ...HISTORY,
  ...ARCHIVED_GROUPS,
  ...ARCHIVES,
  ...RESTORED,
];
