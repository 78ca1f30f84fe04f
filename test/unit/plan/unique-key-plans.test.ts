import { describe, expect, test } from 'vitest';
import type { TableFacts } from '../../../src/model/facts.ts';
import type { LedgerEntry } from '../../../src/model/ledger.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { NOTHING_FOUND, type Plan, type Step, type Survey } from '../../../src/model/plan.ts';
import type { PlanSettings } from '../../../src/model/plan-settings.ts';
import { planUniqueKey } from '../../../src/plan/plan-unique-key.ts';
import { planUndo } from '../../../src/plan/undo/plan-undo.ts';
import { judgeIndexes } from '../../../src/resolve/judge-index.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { factsOf, index, table } from '../../support/table-facts.ts';

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

describe('undo of a rule on t (k)', () => {
  const BUILT = { id: 1, kind: 'built-index', index: 't_k_key' };
  const REMOVED = { id: 2, kind: 'removed', rows: 3, archive: 'archive_t_1', runId: 'r' };
  const entries = (...each: readonly object[]) =>
    each.map((entry) => ({ table: { schema: 'public', name: 't' }, ...entry })) as unknown as readonly LedgerEntry[];

  test.each<[what: string, done: readonly LedgerEntry[], indexes: TableFacts['indexes'], end: readonly string[]]>([
    ['rows and index', entries(BUILT, REMOVED), [PKEY, index('t_k_key', ['k'])], ['drop-index', 'restore-rows']],
    ['the index has another name by now', entries(BUILT), [PKEY, index('renamed', ['k'])], ['drop-index']],
    ['the index is gone', entries(BUILT, REMOVED), [PKEY], ['restore-rows']],
    [
      'an accepted index stays',
      entries({ id: 1, kind: 'accepted-index', index: 'mine' }),
      [PKEY, index('mine', ['k'])],
      [],
    ],
    ['nothing was done', [], [PKEY, index('mine', ['k'])], []],
  ])('%s', (_, done, indexes, end) => {
    const facts = factsOf(table('t', ['k'], { indexes }));
    const rule = uniqueKey({ table: 't', key: ['k'] });
    const undoing = { facts, resolved: resolveRule(rule, facts), survey: NOTHING_FOUND };
    expect(endOf(planUndo(rule, undoing, done, SETTINGS))).toEqual(end);
  });
});

describe('an index of t means (a, b) unique', () => {
  const WANTED = {
    name: 'wanted',
    columns: [{ column: 'a' }, { column: 'b' }],
    unique: true,
    method: 'btree',
    predicate: undefined,
    nulls: 'distinct' as const,
  };

  test.each([
    ['the same', index('x', ['a', 'b']), ['serving']],
    ['in another order', index('x', ['b', 'a']), ['serving']],
    ['one column more', index('x', ['a', 'b', 'c']), []],
    ['a predicate', index('x', ['a', 'b'], { predicate: 'a > 0' }), []],
    ['not unique', index('x', ['a', 'b'], { unique: false }), []],
    ['NULLs that are equal', index('x', ['a', 'b'], { nullsNotDistinct: true }), []],
    [
      'other operator classes',
      index('x', ['a', 'b'], {
        key: [
          { column: 'a', text: 'a', plain: false },
          { column: 'b', text: 'b', plain: true },
        ],
      }),
      [],
    ],
    ['deferrable', index('x', ['a', 'b'], { immediate: false }), ['deferrable', 'inTheWay']],
    ['invalid, of the name', index('wanted', ['a', 'b'], { valid: false }), ['debris']],
    ['invalid, of another name', index('x', ['a', 'b'], { valid: false }), ['otherDebris']],
    ['being built', index('x', ['a', 'b'], { valid: false, building: true }), ['building']],
    ['the name alone', index('wanted', ['c']), ['impostor']],
  ])('%s', (_, there, meanings) => {
    const judged = judgeIndexes(WANTED, factsOf(table('t', ['a', 'b', 'c'], { indexes: [there] })));
    const found = Object.entries(judged).filter(([, each]) => (Array.isArray(each) ? each.length > 0 : each));
    expect(found.map(([meaning]) => meaning)).toEqual(meanings);
  });
});
