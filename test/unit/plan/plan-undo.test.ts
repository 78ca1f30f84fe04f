import { describe, expect, test } from 'vitest';
import type { IndexFacts, OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import type { DroppedObject, LedgerEntry } from '../../../src/model/ledger.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { index as indexOperation } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import type { TableOperation } from '../../../src/model/operations/table-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { NOTHING_FOUND, type Plan, type Step, type Survey } from '../../../src/model/plan.ts';
import type { PlanSettings } from '../../../src/model/plan-settings.ts';
import { planPlainUndo, planUndo } from '../../../src/plan/undo/plan-undo.ts';
import { restoredRule } from '../../../src/plan/undo/recreate-steps.ts';
import { resolveOperation } from '../../../src/resolve/resolve-operation.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { factsOf, foreignKey, index, table } from '../../support/table-facts.ts';

const SETTINGS: PlanSettings = {
  strategy: 'auto',
  indexReferences: 'none',
  planned: { built: new Set(), dropped: [] },
};
const T = { schema: 'public', name: 't' };
const PKEY = index('t_pkey', ['id'], { primary: true });
const K = index('t_k_key', ['k']);
const RULE = uniqueKey({ table: 't', key: ['k'] });

/** Kinds of steps, with what they are about; those of a transaction in brackets. */
function written(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    if (step.kind === 'transaction') return `[${written(step.steps).join(', ')}]`;
    if (step.kind === 'drop-index') return `drop-index ${step.index.name}`;
    if (step.kind === 'drop-constraint') return `drop-constraint ${step.title.split(' ').at(-1)}`;
    if (step.kind === 'recreate') return `recreate ${step.dropped.kind} ${step.dropped.name}`;
    if (step.kind === 'restore-rows') return `restore-rows ${step.entries.map(({ id }) => id)}`;
    return step.kind === 'build-index' ? `build-index ${step.build.name}` : step.kind;
  });
}

function entries(...each: readonly object[]): readonly LedgerEntry[] {
  return each.map((entry, place) => ({ id: place + 1, table: T, runId: 'r', ...entry })) as unknown as LedgerEntry[];
}

const BUILT = { kind: 'built-index', index: 't_k_key' };
const REMOVED = { kind: 'removed', rows: 3, archive: 'archive_t_1' };
const UPDATED = { kind: 'updated', rows: 2, archive: 'archive_t_1' };
const CREATED = { kind: 'created', rows: 1, archive: 'archive_t_1' };
const ACCEPTED = { kind: 'accepted-index', index: 'mine', definition: 'CREATE UNIQUE INDEX mine …' };
const ATTACHED = { kind: 'attached-constraint', constraint: 'mine' };
const MINE = index('mine', ['k'], { constraint: { name: 'mine', definition: 'UNIQUE (k)' } as never });

interface Case {
  readonly what: string;
  readonly operation?: TableOperation;
  readonly done?: readonly LedgerEntry[];
  readonly indexes?: readonly IndexFacts[];
  readonly own?: Partial<TableFacts>;
  readonly related?: readonly TableFacts[];
  readonly facts?: Partial<OperationFacts>;
  readonly survey?: Partial<Survey>;
  readonly steps?: readonly string[];
  readonly notes?: readonly string[];
  readonly refused?: readonly Refused[];
}

function plan({ operation = RULE, done = [], indexes = [PKEY, K], own, related, facts: more, survey }: Case): Plan {
  const facts = { ...factsOf(table('t', ['k', 'n'], { indexes, ...own }), related), ...more };
  const entry = done.find((each) => each.kind === 'dropped');
  const meant = operation.kind === 'drop-unique-key' && entry ? restoredRule(operation, entry.dropped) : operation;
  const undoing = { facts, resolved: resolveOperation(meant, facts), survey: { ...NOTHING_FOUND, ...survey } };
  return planUndo(operation, undoing, done, SETTINGS);
}

function check(each: Case): void {
  const { steps, refusals, notes } = plan(each);
  expectRefusals(refusals, each.refused ?? []);
  expect(written(steps)).toEqual(each.steps ?? []);
  for (const note of each.notes ?? []) expect(notes.join('\n')).toContain(note);
  if (!each.notes) expect(notes.filter((note) => !note.startsWith('Upserts'))).toEqual([]);
}

describe('undo of a rule', () => {
  test.each<Case>([
    { what: 'nothing was done', indexes: [PKEY, MINE] },
    {
      what: 'the index goes before rows come back',
      done: entries(BUILT, REMOVED),
      steps: ['drop-index t_k_key', 'restore-rows 2'],
    },
    {
      what: 'rows come back newest first',
      done: entries(REMOVED, UPDATED, { kind: 'deleted', rows: 0 }, CREATED),
      steps: ['restore-rows 4,2,1'],
    },
    {
      what: 'the index has another name by now',
      done: entries(BUILT),
      indexes: [PKEY, index('renamed', ['k'])],
      steps: ['drop-index renamed'],
    },
    {
      what: 'of two, the one of the name',
      done: entries(BUILT),
      indexes: [PKEY, index('renamed', ['k']), K],
      steps: ['drop-index t_k_key'],
    },
    { what: 'the index is gone', done: entries(BUILT, REMOVED), indexes: [PKEY], steps: ['restore-rows 2'] },
    { what: 'the name alone is another index', done: entries(BUILT), indexes: [PKEY, index('t_k_key', ['n'])] },
    {
      what: 'one that is damaged',
      done: entries(BUILT),
      indexes: [PKEY, { ...K, valid: false }],
      steps: ['drop-index t_k_key'],
    },
    {
      what: 'a column is renamed: the name is what is left',
      operation: uniqueKey({ table: 't', key: ['was'] }),
      done: entries(BUILT),
      steps: ['drop-index t_k_key'],
    },
    {
      what: 'a column is gone, and the name has other columns',
      operation: uniqueKey({ table: 't', key: ['was', 'k'] }),
      done: entries(BUILT),
    },
    {
      what: 'a constraint goes as such',
      done: entries({ ...BUILT, index: 'mine' }, ATTACHED),
      indexes: [PKEY, MINE],
      steps: ['drop-constraint mine'],
    },
    {
      what: 'an accepted index stays',
      done: entries(ACCEPTED),
      indexes: [PKEY, MINE],
      notes: ['mine was there before the migration and stays.'],
    },
    {
      what: 'one that was attached is a mere index again',
      done: entries(ACCEPTED, ATTACHED),
      indexes: [PKEY, MINE],
      steps: ['[drop-constraint mine, recreate index mine]'],
      notes: ['stays'],
    },
    {
      what: 'attached, and gone',
      done: entries(ACCEPTED, ATTACHED),
      indexes: [PKEY],
      notes: ['stays'],
    },
    {
      what: 'indexes of partitions that were there go with the whole, and are put back',
      done: entries(BUILT, { ...ACCEPTED, table: { schema: 'public', name: 't_1' } }),
      own: { kind: 'partitioned' },
      steps: ['[drop-index t_k_key, recreate index mine]'],
    },
    {
      what: 'what is lost for good',
      done: entries({ kind: 'deleted', rows: 2 }, { kind: 'purged', rows: 1 }),
      notes: ["2 rows were removed without a copy (losers: 'delete')", '1 archived row was purged'],
    },
  ])('$what', check);

  test('upserts that will fail are named by their target', () => {
    expect(plan({ what: '', done: entries(BUILT) }).notes).toEqual([
      'Upserts with ON CONFLICT (k) on t will fail with 42P10 from then on.',
    ]);
    const part = uniqueKey({ table: 't', key: ['k'], where: 'k > 0' });
    expect(plan({ what: '', operation: part, done: entries(BUILT) }).notes[0]).toContain('(k) WHERE k > 0 on t');
  });

  test('rows are restored in tables as they are now, and what comes back is counted', () => {
    const [step] = plan({ what: '', done: entries(REMOVED, UPDATED, CREATED), related: [table('child', [])] }).steps;
    expect(step?.title).toBe('Restore 3 removed and 2 changed rows from the archive');
    expect(step?.details).toEqual(['removes 1 row that was created']);
    expect(step?.kind === 'restore-rows' && step.images.map((image) => image.table.name)).toEqual(['t', 'child']);
  });
});

describe('indexes that were made for foreign keys, and kept', () => {
  const CHILD = { schema: 'public', name: 'child' };
  const made = entries({ kind: 'indexed-reference', table: CHILD, index: 'child_t_id_idx' });
  const child = (...indexes: readonly IndexFacts[]) => table('child', ['t_id', 'n'], { indexes });
  const own = { referencedBy: [foreignKey('child', ['t_id'])] };

  test.each<Case>([
    {
      what: 'go',
      related: [child(index('child_t_id_idx', ['t_id'], { unique: false }))],
      steps: ['drop-index child_t_id_idx'],
    },
    { what: 'not one that has taken the name', related: [child(index('child_t_id_idx', ['n'], { unique: false }))] },
    { what: 'nor one of another name', related: [child(index('mine', ['t_id'], { unique: false }))] },
    { what: 'nor where the table is gone', related: [] },
  ])('$what', (each) => check({ ...each, done: made, own }));
});

describe('undo of an index', () => {
  const operation = indexOperation({ table: 't', name: 'i', columns: ['n', 'k'] });
  const I = index('i', ['n', 'k'], { unique: false });

  test.each<Case>([
    {
      what: 'drops it',
      done: entries({ kind: 'built-index', index: 'i' }),
      indexes: [PKEY, I],
      steps: ['drop-index i'],
    },
    {
      what: 'under another name',
      done: entries({ kind: 'built-index', index: 'i' }),
      indexes: [{ ...I, name: 'j' }],
      steps: ['drop-index j'],
    },
    {
      what: 'not in another order',
      done: entries({ kind: 'built-index', index: 'i' }),
      indexes: [index('i', ['k', 'n'], { unique: false })],
    },
    {
      what: 'not one that was accepted',
      done: entries({ ...ACCEPTED, index: 'i' }),
      indexes: [PKEY, I],
      notes: ['i was there before'],
    },
  ])('$what', (each) => check({ ...each, operation }));
});

test('undo of a relink restores rows', () => {
  const operation = relink({ table: 't', column: 'n', to: 'other', match: { k: 'k' } });
  check({ what: '', operation, done: entries(UPDATED, CREATED), steps: ['restore-rows 2,1'] });
});

describe('undo of a rule that was dropped', () => {
  const operation = dropUniqueKey({ table: 't', key: ['k'], replacedBy: 'new' });
  const object = (more: Partial<DroppedObject> = {}) =>
    entries({
      kind: 'dropped',
      dropped: {
        kind: 'index',
        table: T,
        name: 't_k_key',
        definition: 'CREATE UNIQUE INDEX t_k_key …',
        indexDefinition: 'CREATE …',
        comment: undefined,
        ...more,
      },
    });
  const COPIES = { census: { covered: 10, groups: 1, excessRows: 1, largestGroup: 2 } };

  test.each<Case>([
    { what: 'nothing was dropped' },
    { what: 'it is built again', done: object(), indexes: [PKEY], steps: ['[recreate index t_k_key]'] },
    {
      what: 'copies that have come go first',
      done: object(),
      indexes: [PKEY],
      survey: COPIES,
      steps: ['[dedupe, recreate index t_k_key]'],
    },
    {
      what: 'a leftover goes',
      done: object(),
      indexes: [PKEY, { ...K, valid: false }],
      steps: ['[drop-index t_k_key, recreate index t_k_key]'],
    },
    { what: 'it is back already', done: object(), indexes: [PKEY, K] },
    { what: 'a deferrable one is back already', done: object(), indexes: [PKEY, { ...K, immediate: false }] },
    {
      what: 'what replaced it is no substitute',
      done: object(),
      indexes: [PKEY, index('new', ['k'])],
      steps: ['[recreate index t_k_key]'],
    },
    {
      what: 'online, a constraint is attached',
      done: object({ kind: 'constraint', definition: 'UNIQUE (k)' }),
      indexes: [PKEY],
      own: { bytes: 1024 ** 3 },
      steps: ['dedupe', 'build-index t_k_key', 'attach-constraint'],
    },
    {
      what: 'a deferrable constraint is made under a lock',
      done: object({ kind: 'constraint', definition: 'UNIQUE (k) DEFERRABLE' }),
      indexes: [PKEY],
      own: { bytes: 1024 ** 3 },
      steps: ['[recreate constraint t_k_key]'],
    },
    {
      what: 'so is one of a partitioned table',
      done: object({ kind: 'constraint', definition: 'UNIQUE (k)' }),
      indexes: [PKEY],
      own: { bytes: 1024 ** 3, kind: 'partitioned' },
      steps: ['[recreate constraint t_k_key]'],
    },
    {
      what: 'a column is gone',
      operation: dropUniqueKey({ table: 't', key: ['was'] }),
      done: object(),
      indexes: [PKEY],
      refused: [['MSGDB_COLUMN_NOT_FOUND', 't has no column was.']],
    },
    {
      what: 'keys that have become too long',
      done: object(),
      indexes: [PKEY],
      survey: {
        longKeys: { rows: 1, largest: 4000, most: 2704, untried: 0, named: { columns: ['id'], rows: [['7']] } },
      },
      refused: [['MSGDB_KEY_TOO_LONG', '1 row of t has a key (k) that is too long for t_k_key', '(id)=(7)']],
    },
  ])('$what', (each) => check({ operation, ...each }));

  test('it treats NULLs as it did', () => {
    const nullsOf = (definition: string) =>
      restoredRule(operation, {
        kind: 'index',
        table: T,
        name: 'x',
        definition,
        indexDefinition: '',
        comment: undefined,
      }).nulls;
    expect(nullsOf('CREATE UNIQUE INDEX x ON t (k)')).toBe('distinct');
    expect(nullsOf('CREATE UNIQUE INDEX x ON t (k) NULLS NOT DISTINCT')).toBe('not distinct');
  });
});

test('what the role lacks is noted of steps, and of rows that come back', () => {
  const privileges = { select: true, insert: false, update: true, delete: false, owner: false };
  const lacking = (done: readonly LedgerEntry[]) =>
    plan({ what: '', done, own: { privileges } }).lacking?.map(({ code, message }) => [code, message]);
  expect(lacking([])).toEqual([]);
  expect(lacking(entries(BUILT))).toEqual([
    ['MSGDB_PERMISSION_DENIED', 'Building an index on t needs its owner, app.'],
  ]);
  expect(lacking(entries(REMOVED, UPDATED, CREATED))).toEqual([
    ['MSGDB_PERMISSION_DENIED', 'Changing rows of t needs INSERT and DELETE, which app does not have.'],
  ]);
});

test('SQL is undone by the SQL that the migration gives', () => {
  const undone = planPlainUndo(sql({ up: 'create table a ()', down: 'drop table a' }));
  expect(undone.steps.map((step) => step.kind === 'sql' && step.script)).toEqual(['drop table a']);
  expectRefusals(undone.refusals, []);
  const { steps, refusals } = planPlainUndo(sql({ up: 'create table a ()' }));
  expect(steps).toEqual([]);
  expectRefusals(refusals, [['MSGDB_REFUSED', 'NNNN-name.down.sql']]);
});
