import { describe, expect, test } from 'vitest';
import type { Dedupe, ResolvedReference } from '../../../src/model/dedupe.ts';
import type { Census, OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import type { PartitionRules } from '../../../src/model/partition-rules.ts';
import type { TriggerFacts } from '../../../src/model/triggers.ts';
import { chooseStrategy } from '../../../src/plan/estimate/choose-strategy.ts';
import { removalWork, rowsWithin } from '../../../src/plan/estimate/estimate-work.ts';
import { findUnindexed } from '../../../src/plan/estimate/unindexed-references.ts';

const TRIGGER: TriggerFacts = {
  name: 'log',
  timing: 'after',
  events: ['delete', 'update'],
  enabled: true,
  always: false,
  row: true,
  when: undefined,
  columns: [],
  function: 'log()',
  foretold: { insert: undefined, update: undefined, delete: undefined },
};

/** What the estimate reads; rows of 100 bytes. */
function table(name: string, estimatedRows: number, more: Partial<TableFacts> = {}): TableFacts {
  const facts: Partial<TableFacts> = {
    table: { schema: 'public', name },
    kind: 'table',
    estimatedRows,
    bytes: estimatedRows * 100,
    toastBytes: 0,
    toastTarget: 2032,
    indexes: [],
    triggers: [],
    referencedBy: [],
    partitionKey: undefined,
    parts: [],
    ...more,
  };
  return facts as TableFacts;
}

function reference(child: string, more: Partial<ResolvedReference> = {}): ResolvedReference {
  const resolved: Partial<ResolvedReference> = {
    kind: 'foreign-key',
    label: `${child}.parent_id`,
    child: { table: { schema: 'public', name: child }, partitioned: false, columns: [], identity: [] },
    columns: [
      { name: 'parent_id', type: 'int', baseType: 'int', cast: undefined, operator: '=', collation: undefined },
    ],
    merges: [],
    references: [],
    ...more,
  };
  return resolved as ResolvedReference;
}

interface Case {
  readonly parent?: Partial<TableFacts>;
  readonly related?: readonly TableFacts[];
  readonly childPartitions?: OperationFacts['childPartitions'];
  readonly dedupe?: Partial<Dedupe>;
  /** Of the only reference. */
  readonly moving?: number;
  readonly colliding?: number;
  readonly excessRows?: number;
}

function choose({ parent, related = [], childPartitions = [], dedupe, moving = 0, colliding = 0, ...more }: Case) {
  const excessRows = more.excessRows ?? 2000;
  const census: Census = { covered: 8000, groups: excessRows, excessRows, largestGroup: 2 };
  const top = table('parent', 8000, parent);
  const facts = { table: top, related, childPartitions, partitions: [] } as Partial<OperationFacts> as OperationFacts;
  const resolved = { merges: [], references: [], losers: 'archive', ...dedupe } as Partial<Dedupe> as Dedupe;
  const survey = { census, references: [{ moving, colliding, refused: 0, unnamed: 0 }] };
  const unindexed = findUnindexed(resolved, facts, survey);
  const { strategy, reason } = chooseStrategy('auto', top, removalWork(resolved, facts, survey, unindexed));
  return { strategy, reason, batch: rowsWithin(0.25, resolved, facts, unindexed) };
}

const INDEXED = { indexes: [index('parent_id')] };
const MERGE = [
  { column: 'note', type: 'text', baseType: 'text', isArray: false, collation: undefined, strategy: 'first-non-null' },
] as const;

function index(column: string): TableFacts['indexes'][number] {
  const facts = { valid: true, method: 'btree', predicate: undefined, key: [{ column, text: column, plain: true }] };
  return facts as Partial<TableFacts['indexes'][number]> as TableFacts['indexes'][number];
}

function partOf(triggers: number, more: Partial<PartitionRules> = {}): PartitionRules {
  const part: Partial<PartitionRules> = { leaf: true, triggers: Array(triggers).fill(TRIGGER), ...more };
  return part as PartitionRules;
}

describe('a small table is locked where all that is done under the lock is short', () => {
  test.each<readonly [string, Case]>([
    ['nothing refers to it', {}],
    [
      'children that are few',
      { related: [table('child', 100_000, INDEXED)], dedupe: { references: [reference('child')] }, moving: 2000 },
    ],
    ['long values in rows that stay alone', { parent: { toastBytes: 100 * 2 ** 20 }, excessRows: 10 }],
    ['triggers that are fired once', { parent: { triggers: Array(20).fill({ ...TRIGGER, row: false }) } }],
    ['triggers of many partitions', { parent: { parts: Array(20).fill(partOf(1)) } }],
    ['triggers that are disabled', { parent: { triggers: Array(20).fill({ ...TRIGGER, enabled: false }) } }],
    [
      'a partitioned child of which one partition is read',
      {
        related: [table('child', 100_000, { kind: 'partitioned', partitionKey: ['parent_id'] })],
        childPartitions: partitionsOf('child', 50),
        dedupe: { references: [reference('child')] },
      },
    ],
  ])('%s', (_, each) => {
    expect(choose(each)).toMatchObject({ strategy: 'locked', reason: expect.stringMatching(/^the table is small/) });
  });
});

describe('it is worked on online where a lock would last, and the reason says why', () => {
  test.each<readonly [string, Case, RegExp]>([
    [
      'a foreign key without an index',
      { related: [table('child', 100_000)], dedupe: { references: [reference('child')] } },
      /mostly for reading all of child for each row that is removed/,
    ],
    [
      'many children to re-point',
      { related: [table('child', 100_000, INDEXED)], dedupe: { references: [reference('child')] }, moving: 50_000 },
      /mostly for re-pointing child\.parent_id/,
    ],
    ['long values in the archive', { parent: { toastBytes: 400 * 2 ** 20 } }, /archiving and removing rows of parent/],
    ['row triggers', { parent: { triggers: Array(20).fill(TRIGGER) } }, /archiving and removing rows of parent/],
    [
      'row triggers of one partition, with those of the partitioned one above it',
      { parent: { parts: [partOf(5, { leaf: false }), partOf(1), partOf(15)] } },
      /archiving and removing rows of parent/,
    ],
    [
      'long values of survivors that take values',
      { parent: { toastBytes: 400 * 2 ** 20 }, dedupe: { merges: MERGE, losers: 'delete' } },
      /merging into the rows of parent that stay/,
    ],
    [
      'long values of rows that are marked',
      { parent: { toastBytes: 400 * 2 ** 20 }, dedupe: { losers: { set: [] } } },
      /marking rows of parent/,
    ],
    [
      'triggers of children that stay with what they take from their copies',
      {
        related: [table('child', 20_000, { ...INDEXED, triggers: Array(5).fill(TRIGGER) })],
        dedupe: { references: [reference('child', { merges: MERGE })] },
        colliding: 4000,
      },
      /re-pointing child\.parent_id/,
    ],
    [
      'children of children that are removed as copies',
      {
        related: [table('child', 20_000, INDEXED), table('grandchild', 400_000, INDEXED)],
        dedupe: { references: [reference('child', { references: [reference('grandchild')] })] },
        colliding: 2000,
      },
      /re-pointing child\.parent_id/,
    ],
    [
      'children of children without an index',
      {
        related: [table('child', 2000, INDEXED), table('grandchild', 100_000)],
        dedupe: { references: [reference('child', { references: [reference('grandchild')] })] },
        colliding: 1000,
      },
      /reading all of grandchild for each row that is removed/,
    ],
    [
      'a child of many partitions, each with its index',
      {
        parent: {
          referencedBy: [foreignKey('child')],
        },
        related: [table('child', 10_000, { ...INDEXED, kind: 'partitioned', partitionKey: ['day'] })],
        childPartitions: partitionsOf('child', 100),
        dedupe: { references: [reference('child')] },
      },
      /archiving and removing rows of parent/,
    ],
  ])('%s', (_, each, why) => {
    expect(choose(each)).toMatchObject({ strategy: 'online', reason: expect.stringMatching(why) });
  });
});

test('the first batch is as many rows as are done in a quarter of a second', () => {
  expect(choose({}).batch).toBeGreaterThan(10_000);
  expect(choose({ parent: { toastBytes: 400 * 2 ** 20 } }).batch).toBeLessThan(1000);
  const unindexed = choose({ related: [table('child', 100_000)], dedupe: { references: [reference('child')] } });
  expect(unindexed.batch).toBeGreaterThanOrEqual(20);
  expect(unindexed.batch).toBeLessThan(100);
});

function foreignKey(child: string): TableFacts['referencedBy'][number] {
  const facts: Partial<TableFacts['referencedBy'][number]> = {
    table: { schema: 'public', name: child },
    columns: ['parent_id'],
  };
  return facts as TableFacts['referencedBy'][number];
}

function partitionsOf(name: string, count: number): OperationFacts['childPartitions'] {
  const top = { schema: 'public', name };
  return Array.from({ length: count }, (_, place) => {
    const partition = {
      table: { schema: 'public', name: `${name}_${place}` },
      parent: top,
      kind: 'table' as const,
      top,
    };
    return partition as Partial<OperationFacts['childPartitions'][number]> as OperationFacts['childPartitions'][number];
  });
}
