import { describe, expect, test } from 'vitest';
import type { OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { NOTHING_FOUND, type Plan, type Step, type Survey } from '../../../src/model/plan.ts';
import type { PlanSettings } from '../../../src/model/plan-settings.ts';
import { planUniqueKey } from '../../../src/plan/plan-unique-key.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { factsOf, foreignKey, index, table } from '../../support/table-facts.ts';

const SETTINGS: PlanSettings = {
  strategy: 'auto',
  indexReferences: 'temporary',
  planned: { built: new Set(), dropped: [] },
};
const COPIES: Survey = { ...NOTHING_FOUND, census: { covered: 10, groups: 1, excessRows: 1, largestGroup: 2 } };

/** The kinds of steps; those of a transaction in brackets. */
function kindsOf(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => (step.kind === 'transaction' ? `[${kindsOf(step.steps).join(' ')}]` : step.kind));
}

function endOf({ steps, refusals }: Plan): readonly string[] {
  return refusals.length > 0 ? refusals.map(({ code }) => code) : kindsOf(steps);
}

interface Case {
  readonly what: string;
  readonly own?: Partial<TableFacts>;
  readonly survey?: Survey;
  readonly rule?: Partial<UniqueKeyOptions>;
  readonly strategy?: PlanSettings['strategy'];
  /** Kinds of steps, or codes of refusals. */
  readonly end: readonly string[];
}

const PKEY = index('t_pkey', ['id'], { primary: true });

describe('a rule on t (k)', () => {
  test.each<Case>([
    { what: 'a small table without copies', survey: NOTHING_FOUND, end: ['[build-index]'] },
    { what: 'a small table with copies', end: ['[dedupe build-index]'] },
    { what: 'a large table', own: { bytes: 1024 ** 3 }, end: ['dedupe', 'build-index'] },
    {
      what: 'online, though there are no copies yet',
      survey: NOTHING_FOUND,
      strategy: 'online',
      end: ['dedupe', 'build-index'],
    },
    { what: 'a constraint', rule: { constraint: true }, end: ['[dedupe build-index attach-constraint]'] },
    {
      what: 'an index that serves',
      survey: NOTHING_FOUND,
      own: { indexes: [PKEY, index('mine', ['k'])] },
      end: ['accept-index'],
    },
    {
      what: 'an index that serves and hides copies',
      own: { indexes: [PKEY, index('mine', ['k'])] },
      end: ['accept-index', 'dedupe', 'rebuild-index'],
    },
    {
      what: 'the leftover of a failed build',
      own: { indexes: [PKEY, index('t_k_key', ['k'], { valid: false })] },
      end: ['[drop-index dedupe build-index]'],
    },
    {
      what: 'a ready leftover, online: it keeps most new copies out',
      own: { indexes: [PKEY, index('t_k_key', ['k'], { valid: false })] },
      strategy: 'online',
      end: ['dedupe', 'build-index'],
    },
    {
      what: 'another index of the wanted name',
      own: { indexes: [PKEY, index('t_k_key', ['id', 'k'])] },
      end: ['MSGDB_INDEX_DIFFERS'],
    },
    {
      what: 'most rows would go',
      survey: { ...NOTHING_FOUND, census: { covered: 100, groups: 1, excessRows: 99, largestGroup: 100 } },
      end: ['MSGDB_BLAST_RADIUS'],
    },
    { what: 'a column that is not there', rule: { key: ['nope'] }, end: ['MSGDB_COLUMN_NOT_FOUND'] },
  ])('$what', ({ own, survey = COPIES, rule, strategy = 'auto', end }) => {
    const facts = factsOf(table('t', ['k', 'n'], own));
    const operation = uniqueKey({ table: 't', key: ['k'], ...rule });
    expect(endOf(planUniqueKey(resolveRule(operation, facts), facts, survey, { ...SETTINGS, strategy }))).toEqual(end);
  });

  test('what auto does under a lock has a limit, and online steps that are done instead', () => {
    const facts = factsOf(table('t', ['k']));
    const { steps } = planUniqueKey(resolveRule(uniqueKey({ table: 't', key: ['k'] }), facts), facts, COPIES, SETTINGS);
    const [step] = steps;
    expect(
      step?.kind === 'transaction' && step.within && [step.within.seconds, kindsOf(step.within.otherwise)],
    ).toEqual([3, ['dedupe', 'build-index']]);
  });
});

interface Refusing extends Omit<Case, 'end' | 'survey'> {
  readonly related?: readonly TableFacts[];
  readonly facts?: Partial<OperationFacts>;
  readonly survey?: Partial<Survey>;
  readonly planned?: PlanSettings['planned'];
  readonly refused: readonly Refused[];
}

function refusing({ own, related, facts: more, survey = COPIES, rule, planned = SETTINGS.planned }: Refusing): Plan {
  const facts = { ...factsOf(table('t', ['k', 'n'], own), related), ...more };
  const resolved = resolveRule(uniqueKey({ table: 't', key: ['k'], ...rule }), facts);
  return planUniqueKey(resolved, facts, { ...NOTHING_FOUND, ...survey }, { ...SETTINGS, planned });
}

const DEFERRABLE = [PKEY, index('t_k_key', ['k'], { immediate: false })];
const dropping = (more: { readonly key?: readonly string[]; readonly name?: string } = {}) => ({
  built: new Set<string>(),
  dropped: [dropUniqueKey({ table: 't', key: ['k'], ...more })],
});

describe('a rule on t (k) is refused', () => {
  test.each<Refusing>([
    {
      what: 'for all reasons together',
      rule: { key: ['nope'], keep: ['nix desc'], agree: ['nada'] },
      refused: [
        ['MSGDB_COLUMN_NOT_FOUND', 'no column nope'],
        ['MSGDB_COLUMN_NOT_FOUND', 'no column nix'],
        ['MSGDB_COLUMN_NOT_FOUND', 'no column nada'],
      ],
    },
    {
      what: 'where rows are hidden',
      own: { rowSecurityActive: true },
      refused: [['MSGDB_ROWS_HIDDEN', 'Row-level security hides rows of t from this role.']],
    },
    {
      what: 'where rows may not be read',
      own: { privileges: { ...table('x', []).privileges, select: false } },
      survey: NOTHING_FOUND,
      refused: [
        ['MSGDB_PERMISSION_DENIED', 'Planning reads the rows of t, which app may not.', 'grant select on "public"."t"'],
      ],
    },
    {
      what: 'as a constraint with a predicate',
      rule: { constraint: true, where: 'k > 0' },
      refused: [['MSGDB_REFUSED', 'neither a predicate nor an expression', 'Leave out constraint: true']],
    },
    {
      what: 'as a constraint over an expression',
      rule: { constraint: true, key: [{ expression: 'abs(k)' }] },
      refused: [['MSGDB_REFUSED', 'neither a predicate nor an expression']],
    },
    {
      what: 'as a constraint of a partitioned table',
      rule: { constraint: true },
      own: { kind: 'partitioned', partitionKey: ['k'] },
      refused: [['MSGDB_REFUSED', 't is partitioned', '0A000']],
    },
    {
      what: 'without the partition key',
      own: { kind: 'partitioned', partitionKey: ['k', 'n', 'id'] },
      refused: [['MSGDB_REFUSED', 't is partitioned by n, id, which the key does not contain', 'Add n, id to the key']],
    },
    {
      what: 'beside a foreign partition',
      own: { kind: 'partitioned', partitionKey: ['k'] },
      facts: {
        partitions: [
          { table: { schema: 'public', name: 'p' }, parent: { schema: 'public', name: 't' }, kind: 'table' },
          { table: { schema: 'public', name: 'far' }, parent: { schema: 'public', name: 't' }, kind: 'foreign' },
        ],
      },
      refused: [['MSGDB_REFUSED', 'its partition far is a foreign table', 'Detach the partition']],
    },
    {
      what: 'where the name is an index of another meaning',
      own: { indexes: [PKEY, index('t_k_key', ['n'])] },
      refused: [['MSGDB_INDEX_DIFFERS', 'There is an index t_k_key, but the name means something else']],
    },
    {
      what: 'where the name is taken',
      facts: { nameTaken: true },
      refused: [['MSGDB_INDEX_DIFFERS', 'The name t_k_key is taken by another relation in public.', 't_unique_key']],
    },
    {
      what: 'where its index is being built',
      own: { indexes: [PKEY, index('x', ['k'], { valid: false, building: true })] },
      refused: [['MSGDB_RUN_LOCKED', 'Another session is building x now.']],
    },
    {
      what: 'beside a deferrable constraint that stays',
      own: { indexes: DEFERRABLE },
      rule: { index: 'new' },
      refused: [['MSGDB_UPSERT_DEFERRABLE', 't_k_key is DEFERRABLE', "key: ['k'], name: 't_k_key', replacedBy: 'new'"]],
    },
    {
      what: 'beside one, where another rule goes',
      own: { indexes: DEFERRABLE },
      rule: { index: 'new' },
      planned: dropping({ key: ['n'] }),
      refused: [['MSGDB_UPSERT_DEFERRABLE']],
    },
    {
      what: 'beside one, where another constraint on the key goes',
      own: { indexes: DEFERRABLE },
      rule: { index: 'new' },
      planned: dropping({ name: 'other' }),
      refused: [['MSGDB_UPSERT_DEFERRABLE']],
    },
    {
      what: 'with more copies than it allows',
      rule: { limit: { losers: 0 } },
      refused: [
        ['MSGDB_BLAST_RADIUS', '1 of the 10 rows of t (k) (10.0 %) would be removed, and the limit is 0.', '--limit 1'],
      ],
    },
    {
      what: 'with a larger share of them',
      rule: { limit: { share: 0.09 } },
      refused: [['MSGDB_BLAST_RADIUS', '(10.0 %)']],
    },
    {
      what: 'with groups that disagree',
      rule: { agree: ['n'] },
      survey: { ...COPIES, disagreeing: 2 },
      refused: [['MSGDB_GROUP_DISAGREES', '2 groups of t differ in n, which must be equal', 'out of agree']],
    },
    {
      what: 'with groups that differ, where that stops',
      rule: { onDiffer: 'stop' },
      survey: {
        ...COPIES,
        differing: { groups: 1, columns: [{ column: 'n', groups: 1 }], leftAlone: { groups: 1, rows: 1 } },
      },
      refused: [
        ['MSGDB_GROUP_DIFFERS', '1 group of t has copies that differ, in n (1).', "merge: { n: 'first-non-null' }"],
      ],
    },
    {
      what: 'with keys that no index holds',
      survey: {
        longKeys: { rows: 1, largest: 4000, most: 2704, untried: 0, named: { columns: ['id'], rows: [['7']] } },
      },
      refused: [
        ['MSGDB_KEY_TOO_LONG', '1 row of t has a key (k) that is too long for t_k_key', 'Make the rule of a digest'],
      ],
    },
    {
      what: 'with children that would lose their reference',
      own: { referencedBy: [foreignKey('child', ['t_id'])] },
      related: [table('child', ['t_id'])],
      survey: { ...COPIES, references: [{ moving: 1, colliding: 0, unnamed: 1, refused: 0 }] },
      refused: [['MSGDB_REFUSED', '1 row of child.t_id would lose the reference', "of: ['id']"]],
    },
    {
      what: 'with columns as the archive has them',
      own: { columns: [...table('t', ['k', 'msgdb_x']).columns] },
      refused: [['MSGDB_REFUSED', 'begin with msgdb_', 'rename "msgdb_x" to "my_msgdb_x"']],
    },
  ])('$what', (each) => {
    const { steps, refusals } = refusing(each);
    expect(steps).toEqual([]);
    expectRefusals(refusals, each.refused);
  });
});

describe('a rule on t (k) is not refused', () => {
  test.each<Omit<Refusing, 'refused'>>([
    {
      what: 'beside a deferrable constraint that goes',
      own: { indexes: DEFERRABLE },
      rule: { index: 'new' },
      planned: dropping(),
    },
    {
      what: 'beside one that goes by its name',
      own: { indexes: DEFERRABLE },
      rule: { index: 'new' },
      planned: dropping({ name: 't_k_key' }),
    },
    {
      what: 'for what stands in the way of removals, without copies',
      own: { columns: [...table('t', ['k', 'msgdb_x']).columns] },
      survey: NOTHING_FOUND,
    },
    {
      what: 'for long keys, where its index is there',
      own: { indexes: [PKEY, index('mine', ['k'])] },
      survey: {
        longKeys: { rows: 1, largest: 4000, most: 2704, untried: 0, named: { columns: ['id'], rows: [['7']] } },
      },
    },
    {
      what: 'for differing groups, where the survivor wins',
      survey: { ...COPIES, differing: { groups: 1, columns: [], leftAlone: { groups: 0, rows: 0 } } },
    },
    { what: 'for as many copies as it allows', rule: { limit: { losers: 1 } } },
  ])('$what', (each) => {
    const { steps, refusals } = refusing({ ...each, refused: [] });
    expectRefusals(refusals, []);
    expect(steps).not.toEqual([]);
  });
});

test('keys that only the build can judge are tried before the first row goes', () => {
  const longKeys = { rows: 0, largest: 0, most: 2704, untried: 9000, named: { columns: [], rows: [] } };
  const parts = [
    {
      sql: 'k',
      type: 'text',
      length: -1,
      align: 4,
      storage: 'x',
      textual: true,
      virtual: false,
      hasClass: true,
      hashFunction: null,
    },
  ] as const;
  const { steps, notes } = refusing({
    what: '',
    own: { bytes: 1024 ** 3 },
    facts: { parts },
    survey: { ...COPIES, longKeys },
    refused: [],
  });
  expect(steps[0]?.kind === 'dedupe' && steps[0].dedupe.untried).toEqual(parts);
  expect(notes.join()).toContain('The longest key has 9,000 bytes before compression, of which t_k_key holds 2,704');
});

test('an index that serves is made the constraint that is wanted, once', () => {
  const there = (constraint: object | undefined) =>
    kindsOf(
      refusing({
        what: '',
        survey: NOTHING_FOUND,
        rule: { constraint: true },
        own: { indexes: [PKEY, index('mine', ['k'], { constraint: constraint as never })] },
        refused: [],
      }).steps,
    );
  expect(there(undefined)).toEqual(['accept-index', 'attach-constraint']);
  expect(there({ name: 'mine' })).toEqual(['accept-index']);
});

test('an index that serves and is damaged is rebuilt, also without copies', () => {
  const own = { indexes: [PKEY, index('mine', ['k'])] };
  const { steps } = refusing({ what: '', own, survey: { damaged: true } as Partial<Survey>, refused: [] });
  expect(kindsOf(steps)).toEqual(['accept-index', 'rebuild-index']);
});

test.each([
  ['a large table on a server that builds with one process', 0, 1024 ** 3, [], true],
  ['a small one', 0, 32 * 1024 ** 2, [], false],
  ['a server that allows workers', 2, 1024 ** 3, [], false],
  ['an index that is there', 0, 1024 ** 3, [PKEY, index('mine', ['k'])], false],
])('how to let workers take part is a note for %s alone', (_, maintenanceWorkers, bytes, indexes, noted) => {
  const own = { bytes, ...(indexes.length > 0 ? { indexes } : {}) };
  const server = { ...factsOf(table('t', ['id', 'k'])).server, maintenanceWorkers };
  const { notes } = refusing({ what: '', survey: NOTHING_FOUND, own, facts: { server }, refused: [] });
  expect(notes.some((note) => note.includes('set max_parallel_maintenance_workers = 2;'))).toBe(noted);
});
