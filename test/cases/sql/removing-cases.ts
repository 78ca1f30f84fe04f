import { expect } from 'vitest';
import { absorbLosers } from '../../../src/sql/dedupe/absorb.ts';
import { cutGroups } from '../../../src/sql/dedupe/cut-groups.ts';
import { judgeRanked } from '../../../src/sql/dedupe/judge-ranked.ts';
import { lockHashes } from '../../../src/sql/dedupe/lock-hashes.ts';
import * as members from '../../../src/sql/dedupe/plan-members.ts';
import * as plan from '../../../src/sql/dedupe/planned-groups.ts';
import * as ranking from '../../../src/sql/dedupe/rank.ts';
import * as staging from '../../../src/sql/dedupe/stage.ts';
import { type BatchStatement, findAny } from '../../../src/sql/dedupe/statements.ts';
import { dedupeInScript, scripted } from '../../../src/sql/dedupe-script.ts';
import { archiveTable } from '../../../src/sql/relation.ts';
import { relinkRows } from '../../../src/sql/relink.ts';
import { countUncreatable, createdQuestions } from '../../../src/sql/relink-created.ts';
import { restoreInScript } from '../../../src/sql/restore-script.ts';
import { statementsOf } from '../../../src/sql/script.ts';
import { assertShapes } from '../../../src/sql/shape.ts';
import {
  absorb,
  BUILD,
  BY_INDEX,
  BY_SORTING,
  CHILD_IMAGE,
  DEDUPE,
  FIRST_ENTRY,
  HASHES,
  KEY,
  ORIGIN,
  planned,
  RANKED,
  rank,
  T,
  T_IMAGE,
} from './fixture.ts';
import { casesOf, type Found, type SqlCase } from './sql-case.ts';

const STAGED: Found = [
  'select grp::text, size::text, tid::text from msgdb.work_staged order by grp, tid',
  [
    ['1', '2', '(0,1)'],
    ['1', '2', '(0,2)'],
    ['2', '3', '(0,4)'],
    ['2', '3', '(0,5)'],
    ['2', '3', '(0,6)'],
  ],
];
const STAGE = staging.stageGroups({ ...DEDUPE, key: KEY });

const STAGING = [
  ...casesOf('dedupe/stage', [
    { of: 'stageGroups', sends: STAGE, gives: [{ groups: '2', rows: '5', largest: '3' }], leaves: STAGED },
    {
      of: 'stageGroups',
      what: 'in an index that has the key sorted',
      sends: staging.stageGroups({ ...DEDUPE, key: BY_INDEX }),
      leaves: STAGED,
    },
    {
      of: 'stageGroups',
      what: 'by sorting',
      sends: staging.stageGroups({ ...DEDUPE, key: BY_SORTING }),
      leaves: STAGED,
    },
    {
      of: 'stageGroups',
      what: 'of hashes that a look has found, none of which is there now',
      sends: staging.stageGroups({ ...DEDUPE, key: KEY }, { hashes: '{1}' }),
      gives: [{ groups: '0', rows: '0', largest: '0' }],
    },
    {
      of: 'stageGroups',
      what: 'of places that a look has found',
      sends: staging.stageGroups({ ...DEDUPE, key: KEY }, { places: '{"(0,1)","(0,2)","(0,4)","(0,5)","(0,6)"}' }),
      gives: [{ groups: '2', rows: '5', largest: '3' }],
      leaves: STAGED,
    },
    {
      of: 'endOfBatch',
      sends: staging.endOfBatch({ from: 1, to: 9 }, 2),
      after: STAGE,
      gives: [{ last: '1', rows: '2' }],
    },
  ]),
  ...casesOf('dedupe/cut-groups', [
    {
      of: 'cutGroups',
      sends: cutGroups(DEDUPE, { most: 2, size: 1 }),
      after: STAGE,
      gives: [{ groups: '3', rows: '6', cut: '2', uncut: '2' }],
      leaves: [
        'select grp::text, size::text, id1::text from msgdb.work_staged order by grp, tid',
        [
          ['1', '2', '1'],
          ['1', '2', '2'],
          ['2', '2', '4'],
          ['2', '2', '5'],
          ['3', '2', '4'],
          ['3', '2', '6'],
        ],
      ],
    },
  ]),
  ...casesOf('dedupe/statements', [{ of: 'findAny', sends: findAny('from t where k = 9'), gives: [{ any: false }] }]),
];

const RANGE = { from: 1, to: 2 };
const RANKS: Found = [
  `select dense_rank() over (order by grp)::text, rank::text, id1::text from ${RANKED} order by grp, rank`,
  [
    ['1', '1', '1'],
    ['1', '2', '2'],
    ['2', '1', '4'],
    ['2', '2', '5'],
    ['2', '3', '6'],
  ],
];

/** Groups of suspect hashes are numbered in their order. */
const SUSPECT_RANKS: Found = [
  `select rank::text, id1::text, count(*) over (partition by grp)::text from ${RANKED} order by id1`,
  [
    ['1', '1', '2'],
    ['2', '2', '2'],
    ['1', '4', '3'],
    ['2', '5', '3'],
    ['3', '6', '3'],
  ],
];

const RANKING = casesOf('dedupe/rank', [
  { of: 'lockRows', sends: ranking.lockRows(DEDUPE, RANGE, RANKED), after: STAGE, leaves: RANKS },
  {
    of: 'lockRows',
    what: 'of which one moved',
    sends: ranking.lockRows(DEDUPE, RANGE, RANKED),
    after: [...STAGE, 'update t set v = 1 where id = 5'],
    leaves: [`select id1::text from ${RANKED} order by id1`, [['1'], ['2']]],
  },
  {
    of: 'lockAndRank',
    what: 'by an order of its own, and without groups that differ where they must not',
    sends: ranking.lockAndRank(planned({ keep: ['v desc'], agree: ['id'] }), RANGE, RANKED),
    after: STAGE,
    gives: [{ rows: '0' }],
  },
  {
    of: 'countOpen',
    sends: ranking.countOpen(RANGE, RANKED),
    after: [...STAGE, 'update t set v = 1 where id = 5', ...ranking.lockRows(DEDUPE, RANGE, RANKED)],
    gives: [{ groups: '1' }],
  },
  {
    of: 'followMoved',
    sends: ranking.followMoved(DEDUPE, RANGE, RANKED),
    after: [...STAGE, 'update t set v = 1 where id = 5', ...ranking.lockRows(DEDUPE, RANGE, RANKED)],
    gives: [{ rows: '1' }],
    leaves: [`select count(*) from msgdb.work_staged s join t on t.ctid = s.tid`, [['5']]],
  },
  { of: 'rankStaged', sends: ranking.rankStaged(DEDUPE, RANKED), after: STAGE, leaves: RANKS },
  {
    of: 'rankKnown',
    what: 'of which one is that of a single row',
    sends: ranking.rankKnown({ ...DEDUPE, key: KEY }, RANKED, { hashes: HASHES }),
    leaves: SUSPECT_RANKS,
  },
  {
    of: 'rankKnown',
    what: 'at places, one of which has a single row',
    sends: ranking.rankKnown({ ...DEDUPE, key: KEY }, RANKED, {
      places: '{"(0,1)","(0,2)","(0,3)","(0,4)","(0,5)","(0,6)"}',
    }),
    leaves: SUSPECT_RANKS,
  },
  {
    of: 'rankKnown',
    what: 'whose rows go by place alone',
    sends: ranking.rankKnown({ ...DEDUPE, key: KEY, references: [], merges: [] }, RANKED, { hashes: HASHES }),
    leaves: SUSPECT_RANKS,
  },
  {
    of: 'rankEveryRow',
    sends: ranking.rankEveryRow({ ...DEDUPE, key: KEY }, RANKED),
    leaves: [`select count(*) filter (where rank = 1)::text, count(*)::text from ${RANKED}`, [['2', '5']]],
  },
]);

const JUDGING = casesOf('dedupe/judge-ranked', [
  {
    of: 'judgeRanked',
    what: 'without groups that differ where they must not',
    sends: judgeRanked(planned({ agree: ['v'] }), RANKED),
    after: [...STAGE, 'update t set v = 40 where id = 6', ...STAGE, ...ranking.lockRows(DEDUPE, RANGE, RANKED)],
    gives: [{ rows: '2' }],
  },
]);

const SHAPES = casesOf('shape', [
  { of: 'assertShapes', sends: assertShapes(DEDUPE.shapes), gives: [{ rows: '0' }] },
  {
    of: 'assertShapes',
    what: 'of a table with another column, and one with another foreign key to it',
    sends: assertShapes(DEDUPE.shapes).map(({ statement }) => statement),
    after: [
      `alter table t add more integer; alter table child add unique (id, n);
       create table of_child (id integer, n integer, foreign key (id, n) references child (id, n) on delete cascade)`,
    ],
    gives: [{ rows: '2' }],
  },
]);

const LOCKING = casesOf('dedupe/lock-hashes', [
  {
    of: 'lockHashes',
    what: 'of which one is that of a single row',
    sends: lockHashes({ ...DEDUPE, key: KEY }, RANKED, HASHES),
    leaves: SUSPECT_RANKS,
  },
  {
    of: 'lockHashes',
    what: 'by an order that counts children',
    sends: lockHashes({ ...planned({ keep: ['most children'] }), key: KEY }, RANKED, HASHES),
    leaves: [`select count(*) from ${RANKED} where rank = 1`, [['2']]],
  },
]);

const LEFT: Found = [
  `select 't' as name, id::text, v::text from t union all select 'child', id::text, t_id::text from child order by 1, 2`,
  [
    ['child', '10', '1'],
    ['child', '12', '1'],
    ['child', '13', '3'],
    ['child', '14', '4'],
    ['t', '1', null],
    ['t', '3', '30'],
    ['t', '4', '40'],
    ['t', '7', '70'],
  ],
];
const MERGING = planned({ merge: { v: 'max' } });
const MARKING = planned({ losers: { set: { k: null } } });

/** Survivors may not have more than 50. */
const CAP = `
  create function cap() returns trigger language plpgsql as 'begin new.v := least(new.v, 50); return new; end';
  create trigger cap before update on t for each row execute function cap()`;
const REWRITTEN_MERGING = { ...MERGING, image: { ...T_IMAGE, rewritten: true as const }, references: [] };

/** The statement that counts what a trigger has left, and those before it. */
function changesOf(statements: readonly BatchStatement[]): readonly BatchStatement[] {
  return statements.filter(({ compared }) => compared !== undefined);
}

function othersOf(statements: readonly BatchStatement[]): readonly BatchStatement[] {
  return statements.slice(
    0,
    statements.findIndex(({ compared }) => compared !== undefined),
  );
}

const ABSORBING = [
  ...casesOf('dedupe/absorb', [
    {
      of: 'absorbLosers',
      what: 'with children, of which one becomes a copy',
      sends: absorbLosers(DEDUPE, 0, ORIGIN),
      after: [FIRST_ENTRY, ...rank(DEDUPE)],
      leaves: LEFT,
    },
    {
      of: 'absorbLosers',
      what: 'whose survivors take values',
      sends: absorbLosers({ ...MERGING, references: [] }, 0, ORIGIN),
      after: [FIRST_ENTRY, 'delete from child', ...rank(MERGING)],
      leaves: [
        'select id::text, v::text from t where id in (1, 2, 4, 5) order by id',
        [
          ['1', '20'],
          ['4', '60'],
        ],
      ],
    },
    {
      of: 'absorbLosers',
      what: 'that are marked, and stay',
      sends: absorbLosers({ ...MARKING, references: [] }, 0, ORIGIN),
      after: [FIRST_ENTRY, ...rank(MARKING)],
      leaves: ['select id::text from t where k is null order by id', [['2'], ['5'], ['6'], ['7']]],
    },
    {
      of: 'absorbLosers',
      what: 'whose survivors take values, where a trigger may write others',
      sends: changesOf(absorbLosers(REWRITTEN_MERGING, 0, ORIGIN)),
      after: [
        FIRST_ENTRY,
        'delete from child',
        CAP,
        ...rank(REWRITTEN_MERGING),
        ...othersOf(absorbLosers(REWRITTEN_MERGING, 0, ORIGIN)),
      ],
      gives: [{ rows: '2', differing: [1] }],
    },
    {
      of: 'absorbLosers',
      what: 'that are marked, where a trigger may write other values',
      sends: absorbLosers({ ...MARKING, image: { ...T_IMAGE, rewritten: true }, references: [] }, 0, ORIGIN),
      after: [FIRST_ENTRY, CAP, ...rank(MARKING)],
      leaves: ['select id::text from t where k is null order by id', [['2'], ['5'], ['6'], ['7']]],
    },
    {
      of: 'absorbLosers',
      what: 'that are deleted for good',
      sends: absorbLosers({ ...planned({ losers: 'delete' }), references: [] }, 0, ORIGIN),
      after: [FIRST_ENTRY, 'delete from child', ...rank(DEDUPE)],
      leaves: [
        `select kind, row_count::text, (select count(*) from t)::text from msgdb.ledger`,
        [['deleted', '3', '4']],
      ],
    },
  ]),
  ...casesOf('dedupe-script', [
    {
      of: 'dedupeInScript',
      sends: dedupeInScript(
        { kind: 'dedupe', dedupe: planned(), title: '', lock: 'row', census: CENSUS(), ranks: 'suspects' },
        ORIGIN,
      ),
      after: [FIRST_ENTRY],
      leaves: LEFT,
    },
    {
      of: 'scripted',
      what: 'a statement that is sent only where there is a row to write',
      sends: scripted({
        role: 'work',
        statement: { text: 'delete from child where id = $1', values: [10] },
        onlyFor: 'from child where id = 10',
      }),
      leaves: ['select count(*) from child', [['4']]],
    },
    {
      of: 'scripted',
      what: 'a statement that says what a trigger has left',
      sends: scripted({
        role: 'merged',
        writes: { table: T, command: 'update' },
        compared: ['v'],
        statement: {
          text: `with gone as (delete from child where id = 10) select 1 as rows, '[1]'::jsonb as differing`,
          values: [],
        },
      }),
      leaves: ['select count(*) from child', [['4']]],
    },
  ]),
];

function CENSUS() {
  return { covered: 6, groups: 2, excessRows: 3, largestGroup: 3 };
}

const TABLE = { dedupe: planned(), textual: [] };
const TEXTUAL = { dedupe: planned(), textual: ['v'] };
/** What a plan file has of the group of k = 1: row 2 has other contents there. */
const LINES = [
  '{"group": 1, "rank": 1, "key": {"id": 1}, "row": "x"}',
  '{"group": 1, "rank": 2, "key": {"id": 9}, "row": "y"}',
];
const LOADED = [...plan.createPlanned(TABLE), plan.loadPlanned(TABLE, LINES)];

/** A plan of what is there now. */
const OPENED = [members.openMembers(TABLE)];
const PLANNED_NOW = [
  ...plan.createPlanned(TABLE),
  `insert into msgdb.work_planned
     select grp, rank, left(encode(sha256(record_send(row(t.id, t.k, t.v))), 'hex'), 32), false, t.id
       from (values (7, 1, 1), (7, 2, 2)) as m(grp, rank, id) join t on t.id = m.id`,
];

const PLANS = [
  ...casesOf('dedupe/plan-members', [
    {
      of: 'openMembers',
      sends: [members.openMembers(TEXTUAL), members.fetchMembers(1)],
      gives: [{ line: expect.stringMatching(/^\{"group":1,"rank":1,"key":\{"id": 1\},"row":"[0-9a-f]{32}"\}$/) }],
    },
    {
      of: 'fetchMembers',
      sends: members.fetchMembers(9),
      after: OPENED,
      gives: Array.from({ length: 5 }, () => ({ line: expect.any(String) })),
    },
    {
      of: 'closeMembers',
      sends: members.closeMembers(),
      after: OPENED,
      leaves: ['select count(*) from pg_cursors', [['0']]],
    },
  ]),
  ...casesOf('dedupe/planned-groups', [
    {
      of: 'createPlanned',
      sends: plan.createPlanned(TABLE),
      leaves: [
        `select attname from pg_attribute where attrelid = 'msgdb.work_planned'::regclass and attnum > 0 order by attnum`,
        [['grp'], ['rank'], ['hash'], ['done'], ['id1']],
      ],
    },
    {
      of: 'loadPlanned',
      sends: plan.loadPlanned(TABLE, LINES),
      after: plan.createPlanned(TABLE),
      leaves: [
        'select grp::text, rank::text, hash, id1::text from msgdb.work_planned order by rank',
        [
          ['1', '1', 'x', '1'],
          ['1', '2', 'y', '9'],
        ],
      ],
    },
    {
      of: 'lookAtPlanned',
      sends: plan.lookAtPlanned(TABLE, LINES),
      gives: [{ grp: '1', rows: '2', gone: '1', changed: '1', open: '0' }],
    },
    {
      of: 'lookAtPlanned',
      what: 'of a row with other contents',
      sends: plan.lookAtPlanned(TABLE, LINES.slice(0, 1)),
      gives: [{ grp: '1', rows: '1', gone: '0', changed: '1', open: '0' }],
    },
    {
      of: 'lookAtPlanned',
      what: 'of which a run of the plan has marked one loser',
      sends: plan.lookAtPlanned({ dedupe: MARKING, textual: [], marked: 'p' }, [
        '{"group": 1, "rank": 1, "key": {"id": 1}, "row": "x"}',
        '{"group": 1, "rank": 2, "key": {"id": 2}, "row": "y"}',
        '{"group": 2, "rank": 1, "key": {"id": 3}, "row": "x"}',
        '{"group": 2, "rank": 2, "key": {"id": 7}, "row": "y"}',
      ]),
      after: [FIRST_ENTRY, ...rank(MARKING), ...absorbLosers(MARKING, 0, { ...ORIGIN, plan: 'p' })],
      gives: [
        { grp: '1', rows: '2', gone: '0', changed: '2', open: '0' },
        { grp: '2', rows: '2', gone: '0', changed: '2', open: '1' },
      ],
    },
    {
      of: 'indexPlanned',
      sends: plan.indexPlanned(TABLE),
      after: LOADED,
      leaves: [`select count(*) from pg_index where indrelid = 'msgdb.work_planned'::regclass`, [['2']]],
    },
    {
      of: 'keepPlanned',
      what: 'of which the plan has one group',
      sends: plan.keepPlanned(TABLE),
      after: [...STAGE, ...LOADED],
      gives: [{ groups: '1' }],
      leaves: ['select tid::text from msgdb.work_staged order by tid', [['(0,1)'], ['(0,2)']]],
    },
    {
      of: 'checkPlanned',
      what: 'of which one group is as it was',
      sends: plan.checkPlanned(TABLE, RANKED),
      after: [...rank(DEDUPE), ...PLANNED_NOW],
      gives: [{ rows: '1' }],
      leaves: ['select distinct grp::text, done::text from msgdb.work_planned', [['7', 'true']]],
    },
    {
      of: 'readLeftOut',
      sends: plan.readLeftOut(TABLE, 3),
      after: LOADED,
      gives: [{ reason: 'done', groups: '1', rows: '1', first: [1] }],
    },
    {
      of: 'dropPlanned',
      sends: plan.dropPlanned(),
      after: LOADED,
      leaves: [`select to_regclass('msgdb.work_planned')::text`, [[null]]],
    },
  ]),
];

const RELINK = {
  child: CHILD_IMAGE,
  column: 't_id',
  parent: T_IMAGE,
  referenced: 'id',
  match: [{ child: 'n', parent: 'v' }],
  create: undefined,
  holder: undefined,
};
const CREATING = {
  ...RELINK,
  create: [{ column: 'id', type: 'integer', baseType: 'integer', value: { expression: '1000' } }],
};
const LINKED = `select id::text, t_id::text from child where id >= 20 order by id`;

const LINKING = casesOf('relink', [
  {
    of: 'relinkRows',
    sends: relinkRows(RELINK, ORIGIN),
    after: [FIRST_ENTRY, 'insert into child values (20, null, 30), (21, null, 5)'],
    leaves: [
      LINKED,
      [
        ['20', '3'],
        ['21', null],
      ],
    ],
  },
  {
    of: 'relinkRows',
    what: 'and creates what is missing',
    sends: relinkRows(CREATING, ORIGIN),
    after: [FIRST_ENTRY, 'insert into child values (21, null, 5)'],
    leaves: [LINKED, [['21', '1000']]],
  },
]);

/** Rows are matched by `v`; `id` is given, and each of them gets 7, which is taken. */
const CREATED = {
  ...RELINK,
  create: [{ column: 'id', type: 'integer', baseType: 'integer', value: 7 }],
  creating: {
    guards: [
      { kind: 'check' as const, name: 'few', expression: 'v < 9', validated: true },
      { kind: 'not null' as const, name: 'k', column: 'k' },
    ],
    uniques: [{ index: 't_pkey', columns: ['id'], predicate: undefined, nulls: 'distinct' as const }],
    given: [
      { column: 'id', type: 'integer' },
      { column: 'v', type: 'integer' },
    ],
  },
};
const UNCREATABLE = casesOf('relink-created', [
  {
    of: 'countUncreatable',
    sends: countUncreatable(CREATED, [
      { kind: 'value', column: 'id', type: 'integer' },
      ...createdQuestions(CREATED.creating),
    ]),
    after: ['insert into child values (20, null, 5), (21, null, 12)'],
    gives: [
      {
        refused: [
          { rows: 0, sample: [] },
          { rows: 1, sample: ['12'] },
          { rows: 2, sample: ['12', '5'] },
          { rows: 2, sample: ['12', '5'] },
        ],
      },
    ],
  },
]);

const RESTORATION = {
  entry: {
    kind: 'removed' as const,
    id: 3,
    runId: 'run',
    migration: undefined,
    operation: undefined,
    table: T,
    archive: archiveTable(T_IMAGE).name,
    rows: 3,
  },
  table: T_IMAGE,
  columns: T_IMAGE.columns,
  referencedBy: [],
};

const SCRIPTS = [
  ...casesOf('restore-script', [
    {
      of: 'restoreInScript',
      sends: restoreInScript(RESTORATION),
      written: true,
      after: absorb(DEDUPE),
      leaves: [
        'select restored_count::text, (select count(*) from t)::text from msgdb.ledger where id = 3',
        [['3', '7']],
      ],
    },
  ]),
  ...casesOf('script', [
    {
      of: 'statementsOf',
      what: 'steps of one transaction, with a limit of time',
      sends: statementsOf(
        {
          kind: 'transaction',
          title: '',
          lock: 'share row exclusive',
          lockTable: T,
          within: { seconds: 60, otherwise: [] },
          steps: [
            {
              kind: 'drop-index',
              title: '',
              lock: 'access exclusive',
              index: { schema: 'public', name: 'old' },
              concurrently: false,
              restore: undefined,
            },
            {
              kind: 'build-index',
              title: '',
              lock: 'share row exclusive',
              build: { ...BUILD, columns: [{ column: 'id' }] },
              concurrently: false,
              dedupe: undefined,
              partitions: [],
            },
            { kind: 'attach-constraint', title: '', lock: 'access exclusive', of: T, index: 't_k_key' },
          ],
        },
        ORIGIN,
      ),
      leaves: [`select pg_get_constraintdef(oid) from pg_constraint where conname = 't_k_key'`, [['UNIQUE (id)']]],
      alone: true,
    },
    {
      of: 'statementsOf',
      what: 'a script of the user that takes another role',
      sends: statementsOf(
        {
          kind: 'sql',
          title: '',
          lock: 'none',
          script: 'set search_path = nowhere',
          statements: [{ text: 'set search_path = nowhere', line: 1, column: 1, transactional: true }],
          file: undefined,
          transaction: true,
        },
        ORIGIN,
      ),
      leaves: [`select kind, current_setting('search_path') <> 'nowhere' from msgdb.ledger`, [['ran-sql', 'true']]],
      alone: true,
    },
  ]),
];

export const REMOVING_CASES: readonly SqlCase[] = [
  ...STAGING,
  ...RANKING,
  ...JUDGING,
  ...LOCKING,
  ...SHAPES,
  ...ABSORBING,
  ...PLANS,
  ...LINKING,
  ...UNCREATABLE,
  ...SCRIPTS,
];
