import { expect } from 'vitest';
import * as groups from '../../../src/sql/dedupe/find-groups.ts';
import * as found from '../../../src/sql/dedupe/found-rows.ts';
import { countInserted } from '../../../src/sql/dedupe/inserted.ts';
import * as keyed from '../../../src/sql/dedupe/keyed.ts';
import { listRemaining } from '../../../src/sql/dedupe/list-remaining.ts';
import { sortEachByItself } from '../../../src/sql/dedupe/merged-values.ts';
import * as newcomers from '../../../src/sql/dedupe/newcomers.ts';
import { rankInBulk } from '../../../src/sql/dedupe/ranked-members.ts';
import { sampleRows } from '../../../src/sql/dedupe/sample-rows.ts';
import { type Counted, countGroups } from '../../../src/sql/dedupe/survey-groups.ts';
import { countRefused, guardedRows } from '../../../src/sql/dedupe/survey-guards.ts';
import { askLinking, findLinking } from '../../../src/sql/dedupe/survey-linked.ts';
import { explainCopies } from '../../../src/sql/explain/explain-copies.ts';
import * as widths from '../../../src/sql/key-widths.ts';
import { countOrphans } from '../../../src/sql/orphans.ts';
import { surveyLost } from '../../../src/sql/relink.ts';
import * as rows from '../../../src/sql/try-rows.ts';
import {
  BODY,
  BODY_PARTS,
  BY_INDEX,
  BY_SORTING,
  CHILD_IMAGE,
  DEDUPE,
  HASHES,
  KEY,
  planned,
  RULE,
  ruleOf,
  T_IMAGE,
  TEXTS,
} from './fixture.ts';
import { casesOf, type Found, type SqlCase } from './sql-case.ts';

const K_1 = '{-3670598878359251130}';

const GROUPS = casesOf('dedupe/find-groups', [
  {
    of: 'listSuspects',
    sends: groups.listSuspects(KEY),
    gives: [{ count: '2', hashes: expect.stringMatching(/^\{-?\d+,-?\d+\}$/) }],
  },
  {
    of: 'findSuspects',
    sends: groups.findSuspects(KEY),
    gives: [expect.objectContaining({ covered: '6', groups: '2', moment: expect.stringMatching(/^\d+$/) })],
  },
  {
    of: 'findSuspects',
    what: 'of no rows',
    sends: groups.findSuspects({ ...KEY, predicate: 'false' }),
    gives: [expect.objectContaining({ covered: '0', groups: '0', every: null, largest: null })],
  },
  {
    of: 'findSuspects',
    what: 'of two parts that have functions of their own',
    sends: groups.findSuspects({
      ...KEY,
      columns: [{ column: 'k' }, { expression: "'a'::text" }],
      hashFunctions: ['hashint4extended', 'hashtextextended'],
    }),
    gives: [expect.objectContaining({ covered: '6', groups: '2', every: expect.stringMatching(/^\{-?\d+,-?\d+\}$/) })],
  },
  {
    of: 'countByKey',
    what: 'in an index that has the key sorted',
    sends: groups.countByKey(BY_INDEX, [0]),
    gives: [
      {
        moment: expect.stringMatching(/^\d+$/),
        covered: '6',
        groups: '2',
        excess_rows: '3',
        largest_group: '3',
        every: expect.stringMatching(/^\{-?\d+,-?\d+\}$/),
        largest: '{-6566953864026435689,-3670598878359251130}',
      },
    ],
  },
  {
    of: 'countByKey',
    what: 'without a hash',
    sends: groups.countByKey(BY_SORTING),
    gives: [{ covered: '6', groups: '2', excess_rows: '3', largest_group: '3' }],
  },
  {
    of: 'countByKey',
    what: 'where NULLs are equal, of rows that a predicate covers',
    sends: groups.countByKey({ ...KEY, predicate: 'v > 20', nulls: 'not distinct' }),
    gives: [expect.objectContaining({ covered: '5', groups: '1', excess_rows: '2', largest_group: '3' })],
  },
  { of: 'groupByKey', sends: groups.groupByKey(KEY), gives: [{}, {}, {}] },
  { of: 'readKeys', sends: groups.readKeys(KEY), gives: expect.arrayContaining([{ k1: 1 }, { k1: 3 }]) },
  {
    of: 'sampleGroups',
    sends: groups.sampleGroups(KEY, { groups: 5, mostPlaces: 2 }, { hashes: undefined, places: undefined }),
    gives: [
      { copies: '3', k1: '3', tabs: [expect.any(Number), expect.any(Number)], tids: ['(0,4)', '(0,5)'] },
      { copies: '2', k1: '1', tabs: [expect.any(Number), expect.any(Number)], tids: ['(0,1)', '(0,2)'] },
    ],
  },
  {
    of: 'sampleGroups',
    what: 'of one hash, at places that are known, of which one has no row',
    sends: groups.sampleGroups(
      KEY,
      { groups: 5, mostPlaces: 2 },
      { hashes: K_1, places: '{"(0,1)","(0,2)","(0,4)","(9,9)"}' },
    ),
    gives: [{ copies: '2', k1: '1', tabs: [expect.any(Number), expect.any(Number)], tids: ['(0,1)', '(0,2)'] }],
  },
  {
    of: 'countDisagreeing',
    sends: groups.countDisagreeing(KEY, ['v'], undefined),
    gives: [{ groups: '2' }],
  },
  {
    of: 'countDisagreeing',
    what: 'at places that are known',
    sends: groups.countDisagreeing(KEY, ['v'], '{"(0,1)","(0,2)"}'),
    gives: [{ groups: '1' }],
  },
]);

const FOUND = casesOf('dedupe/found-rows', [
  {
    of: 'findRows',
    what: 'of which one hash is that of a single row',
    sends: found.findRows(KEY, HASHES),
    gives: [
      {
        groups: '2',
        excess_rows: '3',
        largest_group: '3',
        found: { places: '{"(0,1)","(0,2)","(0,4)","(0,5)","(0,6)"}', mark: expect.stringMatching(/^-?\d+$/) },
      },
    ],
  },
  { of: 'readMark', sends: found.readMark(KEY, '{"(0,1)"}'), gives: [{ mark: expect.stringMatching(/^-?\d+$/) }] },
  { of: 'readMark', what: 'of a row that is gone', sends: found.readMark(KEY, '{"(0,9)"}'), gives: [{ mark: null }] },
]);

const KEYED_SETTINGS = `select setting from pg_settings where name in ('enable_bitmapscan', 'enable_indexonlyscan', 'enable_indexscan')`;
const OFF: Found = [KEYED_SETTINGS, [['off'], ['off'], ['off']]];
const ON: Found = [KEYED_SETTINGS, [['on'], ['on'], ['on']]];
const SORTED = `select setting from pg_settings where name in ('enable_seqscan', 'enable_sort')`;
const COST = `select setting from pg_settings where name = 'parallel_tuple_cost'`;

const SETTINGS = [
  ...casesOf('dedupe/keyed', [
    { of: 'readFrom', what: 'a table', sends: keyed.readFrom(KEY), leaves: OFF },
    { of: 'readFrom', what: 'an index', sends: keyed.readFrom(BY_INDEX), after: [keyed.scanTable()], leaves: ON },
    { of: 'scanTable', sends: keyed.scanTable(), leaves: OFF },
    { of: 'allowIndexes', sends: keyed.allowIndexes(), after: [keyed.scanTable()], leaves: ON },
    { of: 'sortNothing', sends: keyed.sortNothing(), leaves: [SORTED, [['off'], ['off']]] },
    { of: 'sortAgain', sends: keyed.sortAgain(), after: [keyed.sortNothing()], leaves: [SORTED, [['on'], ['on']]] },
    { of: 'sortInParallel', sends: keyed.sortInParallel(), leaves: [COST, [['0']]] },
    {
      of: 'resetParallelCost',
      sends: keyed.resetParallelCost(),
      after: [keyed.sortInParallel()],
      leaves: [COST, [['0.1']]],
    },
    {
      of: 'resetPageCost',
      sends: keyed.resetPageCost(),
      after: [keyed.fetchByPlace()],
      leaves: [`select setting from pg_settings where name = 'random_page_cost'`, [['4']]],
    },
  ]),
  ...casesOf('dedupe/ranked-members', [
    {
      of: 'rankInBulk',
      sends: rankInBulk(),
      leaves: [`select setting from pg_settings where name = 'enable_nestloop'`, [['off']]],
    },
  ]),
  ...casesOf('dedupe/merged-values', [
    {
      of: 'sortEachByItself',
      what: 'for 100 columns',
      sends: sortEachByItself(Array.from({ length: 100 }, () => merged('v'))),
      leaves: [
        `select count(*) from pg_settings where name = 'enable_presorted_aggregate' and setting = 'on'`,
        [['0']],
      ],
    },
  ]),
];

function merged(name: string) {
  const [merge] = ruleOf({ merge: { [name]: 'max' } }).dedupe.merges;
  if (merge === undefined) throw new Error(`no merge of ${name}`);
  return merge;
}

/** Of the rows of all groups. */
const PLACES = '{"(0,1)","(0,2)","(0,4)","(0,5)","(0,6)"}';

const RELINK = {
  child: CHILD_IMAGE,
  column: 't_id',
  parent: T_IMAGE,
  referenced: 'id',
  match: [{ child: 'n', parent: 'v' }],
  create: undefined,
  holder: undefined,
};
const LOST = [
  'alter table child drop constraint child_t_id_fkey',
  'insert into child values (20, 99, 30), (21, null, 40), (22, null, 5), (23, null, null)',
];

const COUNTED = casesOf('dedupe/survey-groups', [
  {
    of: 'countGroups',
    what: 'all that is counted, with values that survivors take',
    sends: countGroups(
      ruleOf({ merge: { v: 'max' } }).dedupe,
      ruleOf({ merge: { v: 'max' } }).ties,
      new Set<Counted>(['differing', 'children', 'ambiguous', 'taken', 'ties']),
      undefined,
    ),
    gives: [
      {
        differing: { groups: 0, columns: [], left_groups: 0, left_rows: 0 },
        children: { moving: [2], colliding: [1], unnamed: [0], refused: [0] },
        ambiguous: { others: [0] },
        taken: { alike: [0], children: [0] },
        ties: expect.anything(),
      },
    ],
  },
  {
    of: 'countGroups',
    what: 'columns that differ, in groups that are left alone',
    sends: countGroups(ruleOf({ agree: ['v'] }).dedupe, RULE.ties, new Set<Counted>(['differing']), undefined),
    gives: [
      {
        differing: { groups: 2, columns: [2], left_groups: 2, left_rows: 3 },
        children: null,
        ambiguous: null,
        taken: null,
        ties: null,
      },
    ],
  },
  {
    of: 'countGroups',
    what: 'columns that differ, of rows whose places are known',
    sends: countGroups(ruleOf({ agree: ['v'] }).dedupe, RULE.ties, new Set<Counted>(['differing']), PLACES),
    gives: [
      {
        differing: { groups: 2, columns: [2], left_groups: 2, left_rows: 3 },
        children: null,
        ambiguous: null,
        taken: null,
        ties: null,
      },
    ],
  },
]);

const MARKING = ruleOf({ losers: { set: { k: 3 } } }).dedupe;
const CHECKED = {
  ...ruleOf({ merge: { v: 'max' } }).dedupe,
  guards: [{ kind: 'check' as const, name: 'small', expression: 'v < 50', validated: true }],
};

const GUARDED = casesOf('dedupe/survey-guards', [
  {
    of: 'countRefused',
    what: 'by a CHECK of survivors that take values, and by a damaged primary key',
    sends: countRefused(CHECKED, guardedRows(CHECKED), [], undefined),
    gives: [
      {
        refused: [
          { rows: 1, sample: ['4'] },
          { rows: 0, sample: [] },
        ],
      },
    ],
  },
  {
    of: 'countRefused',
    what: 'by the rule itself, of losers that are marked',
    sends: countRefused(MARKING, guardedRows(MARKING), [], PLACES),
    gives: [
      {
        refused: [
          { rows: 0, sample: [] },
          { rows: 2, sample: ['5', '6'] },
        ],
      },
    ],
  },
]);

/** Rows of child that refer by t_id and by n. */
const TWICE = {
  ...DEDUPE,
  references: DEDUPE.references.flatMap((each) => [
    { ...each, guards: [{ kind: 'check' as const, name: 'apart', expression: 't_id + n <> 7', validated: true }] },
    { ...each, label: 'child.n', columns: each.columns.map((column) => ({ ...column, name: 'n' })) },
  ]),
};

const NO_TIES = { moves: [], ties: [], clashes: [], passages: [], crossings: [] };

const LINKED = casesOf('dedupe/survey-linked', [
  {
    of: 'askLinking',
    what: 'of children that refer twice, by a CHECK between two batches and by which copy stays',
    after: ['insert into child values (15, 6, 5), (16, 2, 6)'],
    sends: askLinking(TWICE, NO_TIES, findLinking(TWICE, NO_TIES), undefined),
    gives: [{ met: [true, false] }],
  },
]);

const OTHERS = [
  ...casesOf('dedupe/list-remaining', [
    {
      of: 'listRemaining',
      sends: listRemaining(DEDUPE, ['v'], 5),
      after: ['insert into t values (8, 8, 30)'],
      gives: [
        { rows: '2', name: ['30', expect.any(String)] },
        { rows: '2', name: ['30', expect.any(String)] },
      ],
    },
    {
      of: 'listRemaining',
      what: 'beside groups that are left alone',
      sends: listRemaining(planned({ agree: ['v'] }), ['v'], 1),
      gives: [{ rows: '2', name: ['40', '(0,4)'] }],
    },
  ]),
  ...casesOf('dedupe/newcomers', [
    { of: 'readMoment', sends: newcomers.readMoment(), gives: [{ moment: expect.stringMatching(/^\d+$/) }] },
    {
      of: 'findNewcomers',
      what: 'since the beginning of time',
      sends: newcomers.findNewcomers(KEY, '3'),
      gives: [{ count: '6', hashes: expect.stringMatching(/^\{(-?\d+,?){6}\}$/) }],
    },
  ]),
  ...casesOf('dedupe/inserted', [
    {
      of: 'countInserted',
      // Of a table that was there before, what earlier transactions have inserted may not be reported yet.
      sends: countInserted({ schema: 'public', name: 'fresh' }),
      after: ['create table fresh (id int)', 'insert into fresh values (8), (9)'],
      gives: [{ inserted: '2' }],
    },
  ]),
  ...casesOf('dedupe/sample-rows', [
    {
      of: 'sampleRows',
      what: 'of one group whole, and of one that is too large to name its places',
      sends: sampleRows(
        DEDUPE,
        [
          { copies: 3, places: [{ tab: '$t', tid: '(0,5)' }] },
          {
            copies: 2,
            places: [
              { tab: '$t', tid: '(0,1)' },
              { tab: '$t', tid: '(0,2)' },
            ],
          },
        ],
        { rows: 2, compared: 10 },
      ),
      gives: [
        { msgdb_group: 0, id: '4', k: '3', v: '40', msgdb_differs: [true, false, true] },
        { msgdb_group: 0, id: '5', k: '3', v: '40', msgdb_differs: [true, false, true] },
        { msgdb_group: 1, id: '1', k: '1', v: null, msgdb_differs: [true, false, true] },
        { msgdb_group: 1, id: '2', k: '1', v: '20', msgdb_differs: [true, false, true] },
      ],
    },
  ]),
  ...casesOf('explain/explain-copies', [
    {
      of: 'explainCopies',
      sends: explainCopies({
        key: { ...KEY, table: TEXTS, columns: [{ expression: 'id / 2' }], predicate: 'id < 4' },
        time: { column: 'at', form: 'timestamptz' },
        columns: ['body'],
        mostGroups: 10,
        mostRowsOfGroup: 10,
        mostRows: 100,
      }),
      gives: [
        expect.objectContaining({
          groups: '1',
          rows: '2',
          untimed: '0',
          gaps: [[5, 1, 1]],
          differs: { c1: 1, c1_filled: 0 },
        }),
      ],
    },
  ]),
  ...casesOf('key-widths', [
    { of: 'countCovered', sends: widths.countCovered(KEY), gives: [{ covered: '6' }] },
    {
      of: 'countCovered',
      what: 'and how long the keys are',
      sends: widths.countCovered({ ...BODY, predicate: 'id > 80' }, BODY_PARTS),
      gives: [{ covered: '10', least: 2892, most: 2892, too_long: '6' }],
    },
    {
      of: 'listLong',
      sends: widths.listLong(BODY, BODY_PARTS, ['id'], 2),
      gives: [
        { name: ['90'], least: 2892, most: 2892, bytes: [null], counted: [2884], method: expect.any(String) },
        { name: ['89'], least: 2860, most: 2860, bytes: [null], counted: [2852], method: expect.any(String) },
      ],
    },
  ]),
  ...casesOf('orphans', [
    {
      of: 'countOrphans',
      sends: DEDUPE.references.map((reference) => countOrphans(reference, T_IMAGE)),
      after: LOST,
      gives: [{ rows: '1' }],
    },
    {
      of: 'countOrphans',
      what: 'in an array',
      sends: DEDUPE.references.map((reference) =>
        countOrphans(
          { ...reference, kind: 'array', columns: reference.columns.map((each) => ({ ...each, name: 'list' })) },
          T_IMAGE,
        ),
      ),
      after: [
        'alter table child add list integer[]',
        `update child set list = case id when 10 then '{1,99}' else '{2}' end::integer[]`,
      ],
      gives: [{ rows: '1' }],
    },
  ]),
  ...casesOf('relink', [
    {
      of: 'surveyLost',
      sends: surveyLost(RELINK),
      after: LOST,
      gives: [{ lost: '4', matched: '1', ambiguous: '1', waiting: '1', missing: '1', wide: '0', wide_rows: [] }],
    },
  ]),
  ...casesOf('try-rows', [
    { of: 'countPages', sends: rows.countPages(KEY), gives: [{ pages: '1' }] },
    {
      of: 'evaluate',
      what: 'before the row on which it fails',
      sends: rows.evaluate(KEY, '1 / (v - 30)', 'k > 0', { from: [0, 1], to: [0, 3] }),
      gives: [{ rows: '2' }],
    },
    { of: 'nameRow', sends: rows.nameRow(KEY, ['id', 'k'], [0, 3]), gives: [{ name: '3, 2' }] },
    { of: 'nameRow', what: 'without a primary key', sends: rows.nameRow(KEY, [], [0, 3]), gives: [{ name: '(0,3)' }] },
  ]),
];

export const FINDING_CASES: readonly SqlCase[] = [
  ...GROUPS,
  ...FOUND,
  ...SETTINGS,
  ...COUNTED,
  ...GUARDED,
  ...LINKED,
  ...OTHERS,
];
