import { expect, test } from 'vitest';
import type { OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import { type IndexOptions, index as indexOperation } from '../../../src/model/operations/index-operation.ts';
import { NOTHING_FOUND, type Survey } from '../../../src/model/plan.ts';
import type { PlanSettings } from '../../../src/model/plan-settings.ts';
import { planIndex } from '../../../src/plan/plan-index.ts';
import { resolveIndex } from '../../../src/resolve/resolve-operation.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { factsOf, index, table } from '../../support/table-facts.ts';

const DEBRIS = index('i', ['a'], { unique: false, valid: false });

interface Case {
  readonly what: string;
  readonly options?: Partial<IndexOptions>;
  readonly own?: Partial<TableFacts>;
  readonly facts?: Partial<OperationFacts>;
  readonly survey?: Partial<Survey>;
  readonly strategy?: PlanSettings['strategy'];
  readonly steps?: readonly string[];
  readonly refused?: readonly Refused[];
}

function plan({ options, own, facts: more, survey, strategy = 'auto' }: Case) {
  const facts = { ...factsOf(table('t', ['a', 'b'], own)), ...more };
  const operation = indexOperation({ table: 't', name: 'i', columns: ['a'], ...options });
  const settings: PlanSettings = {
    strategy,
    indexReferences: 'none',
    planned: { built: new Set(), dropped: [] },
  };
  return planIndex(resolveIndex(operation, facts), facts, { ...NOTHING_FOUND, ...survey }, settings);
}

test.each<Case>([
  { what: 'a small table', steps: ['Build index i, share row exclusive'] },
  { what: 'a small table, online', strategy: 'online', steps: ['Build index i concurrently, share update exclusive'] },
  { what: 'a large table', own: { bytes: 1024 ** 3 }, steps: ['Build index i concurrently, share update exclusive'] },
  {
    what: 'a large table, locked',
    own: { bytes: 1024 ** 3 },
    strategy: 'locked',
    steps: ['Build index i, share row exclusive'],
  },
  {
    what: 'one that serves, under another name',
    own: { indexes: [index('mine', ['a'], { unique: false })] },
    steps: ['Nothing to build: mine exists and is valid, none'],
  },
  {
    what: 'a unique one is another',
    own: { indexes: [index('mine', ['a'])] },
    steps: ['Build index i, share row exclusive'],
  },
  {
    what: 'the leftover of a failed build goes first, while writers go on',
    own: { indexes: [DEBRIS] },
    steps: [
      'Drop i, an invalid leftover of a failed build, share update exclusive',
      'Build index i, share row exclusive',
    ],
  },
  {
    what: 'a column that is not there',
    options: { columns: ['a', 'x'] },
    refused: [['MSGDB_COLUMN_NOT_FOUND', 't has no column x.']],
  },
  {
    what: 'a name that is another index',
    own: { indexes: [index('i', ['b'], { unique: false })] },
    refused: [['MSGDB_INDEX_DIFFERS', 'There is an index i, but the name means something else: CREATE']],
  },
  {
    what: 'a name that is an invalid index of another meaning',
    own: { indexes: [index('i', ['b'], { unique: false, valid: false })] },
    refused: [['MSGDB_INDEX_INVALID', 'left by a failed build', 'drop index concurrently "public"."i";']],
  },
  {
    what: 'a name that is being built with another meaning',
    own: { indexes: [index('i', ['b'], { valid: false, building: true })] },
    refused: [['MSGDB_INDEX_DIFFERS', 'another session is building an index of that name']],
  },
  {
    what: 'a name that a relation has',
    facts: { nameTaken: true },
    refused: [['MSGDB_INDEX_DIFFERS', 'The name i is taken by another relation in public.', "index: 't_unique_key'"]],
  },
  {
    what: 'the same, where an index serves: the name is not needed',
    facts: { nameTaken: true },
    own: { indexes: [index('mine', ['a'], { unique: false })] },
    steps: ['Nothing to build: mine exists and is valid, none'],
  },
  {
    what: 'one that somebody is building',
    own: { indexes: [index('i', ['a'], { unique: false, valid: false, building: true })] },
    refused: [['MSGDB_RUN_LOCKED', 'Another session is building i now.', '--lock-wait']],
  },
  {
    what: 'a name of 63 bytes',
    options: { name: 'i'.repeat(63) },
    steps: [`Build index ${'i'.repeat(63)}, share row exclusive`],
  },
  {
    what: 'a longer one',
    options: { name: 'ä'.repeat(32) },
    refused: [['MSGDB_USAGE', 'has more than 63 bytes', `index: '${'ä'.repeat(31)}'`]],
  },
  {
    what: 'a type that the method does not take',
    options: { method: 'gin' },
    facts: {
      parts: [
        {
          sql: 'a',
          type: 'integer',
          length: 4,
          align: 4,
          storage: 'p',
          textual: false,
          virtual: false,
          hasClass: false,
          hashFunction: null,
        },
      ],
    },
    refused: [
      ['MSGDB_REFUSED', 't.a is of type integer, which cannot be in a gin index', 'Choose a method that takes integer'],
    ],
  },
  {
    what: 'rows that are hidden',
    own: { rowSecurityActive: true },
    refused: [['MSGDB_ROWS_HIDDEN', 'Row-level security hides rows of t from this role.', 'Connect as app, the owner']],
  },
  {
    what: 'keys that are too long',
    survey: { longKeys: { rows: 2, largest: 4000, most: 2704, untried: 0, named: { columns: ['id'], rows: [['7']] } } },
    refused: [
      [
        'MSGDB_KEY_TOO_LONG',
        '2 rows of t have a key (a) that is too long for i: 4,000 bytes',
        '(id)=(7; …)',
        "method: 'hash'",
      ],
    ],
  },
])('$what', (each) => {
  const { steps, refusals } = plan(each);
  expectRefusals(refusals, each.refused ?? []);
  expect(steps.map(({ title, lock }) => `${title}, ${lock}`)).toEqual(each.steps ?? []);
});

test('the plan names the index as the rule would, and why it is built so', () => {
  const { title, steps, notes } = plan({
    what: '',
    options: { columns: ['b', { expression: 'lower(a)' }] },
    strategy: 'online',
  });
  expect(title).toBe('index on t (b, lower(a))');
  expect(steps[0]?.details?.[0]).toMatch(/^strategy online: /);
  expect(notes).toEqual([]);
});

test('only the owner builds it', () => {
  const privileges = { select: true, insert: true, update: true, delete: true, owner: false };
  const { refusals, lacking = [] } = plan({ what: '', own: { privileges } });
  expectRefusals(refusals, []);
  expectRefusals(lacking, [
    ['MSGDB_PERMISSION_DENIED', 'Building an index on t needs its owner, app.', 'grant "app" to "app"'],
  ]);
});
