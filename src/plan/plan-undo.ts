import { countOf, formatCount } from '../model/count-of.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import { finding } from '../model/finding.ts';
import type { DroppedObject } from '../model/ledger.ts';
import { isRowEntry, type LedgerEntry } from '../model/ledger.ts';
import type { Nulls } from '../model/operations/common.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { Plan, Step, Survey } from '../model/plan.ts';
import { attachStep, buildStep, dropDebris, transactionStep } from './build-steps.ts';
import { dedupeStep } from './dedupe-step.ts';
import { judgeIndexes } from './judge-index.ts';
import { lackForRestore, lackOwner } from './lacking.ts';
import { imageOf, tableLabel } from './names.ts';
import { dropStep } from './plan-drop-unique-key.ts';
import { plainIndexBuild } from './plan-index.ts';
import type { TableOperation } from './plan-operation.ts';
import { byStrategy, planRemoval } from './plan-removal.ts';
import { indexBuild } from './plan-unique-key.ts';
import { Refusals } from './refusals.ts';
import { refuseLongKeys } from './refuse-long-keys.ts';
import { resolveDedupe } from './resolve-dedupe.ts';
import { resolveKey } from './resolve-key.ts';
import type { PlanSettings } from './settings.ts';
import { undoNotes } from './undo-notes.ts';

/**
 * What would undo an operation: the reverse of what the ledger says was done, newest first. What was there before (an
 * index that was accepted) stays.
 */
export function planUndo(
  operation: TableOperation,
  facts: OperationFacts,
  entries: readonly LedgerEntry[],
  survey: Survey,
  settings: PlanSettings,
): Plan {
  const { table } = facts.table;
  const plan = { operation, title: `undo ${operation.kind} on ${tableLabel(table)}`, table };
  const refusals = new Refusals(tableLabel(table));
  const restore = restoreSteps(entries, facts);
  const steps: readonly Step[] =
    operation.kind === 'drop-unique-key'
      ? recreateSteps(operation, facts, entries, survey, settings, refusals)
      : dropBuilt(operation, facts, entries);
  if (steps.length > 0) lackOwner(facts.table, facts.server, refusals);
  lackForRestore(entries, facts, refusals);
  return {
    ...plan,
    steps: refusals.all.length > 0 ? [] : [...steps, ...dropReferenceIndexes(entries, facts), ...restore],
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: undoNotes(operation, facts, entries),
  };
}

/** Undo of what needs no facts. */
export function planPlainUndo(operation: Extract<Plan['operation'], { kind: 'sql' | 'expect-index' }>): Plan {
  if (operation.kind === 'expect-index') return { operation, title: 'check', steps: [], refusals: [], notes: [] };
  const { down, transaction, statements } = operation;
  const missing = finding('MSGDB_REFUSED', 'The migration has SQL without a way back.', {
    fix: 'Give sql({ up, down }) a down, or write NNNN-name.down.sql beside the .sql file.',
  });
  return {
    operation,
    title: 'undo sql',
    steps:
      down === undefined
        ? []
        : [
            {
              kind: 'sql',
              title: 'Run the SQL that undoes it',
              lock: 'access exclusive',
              script: down,
              statements: statements?.down,
              transaction,
            },
          ],
    refusals: down === undefined ? [missing] : [],
    notes: [],
  };
}

function restoreSteps(entries: readonly LedgerEntry[], facts: OperationFacts): readonly Step[] {
  const rows = entries.filter(isRowEntry).toSorted((a, b) => b.id - a.id);
  if (rows.length === 0) return [];
  const count = (kind: LedgerEntry['kind']): number =>
    rows.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + entry.rows, 0);
  return [
    {
      kind: 'restore-rows',
      title: `Restore ${formatCount(count('removed'))} removed and ${countOf(count('updated'), 'changed row')} from the archive`,
      lock: 'row',
      details:
        count('created') > 0
          ? [`removes ${countOf(count('created'), 'row that was created', 'rows that were created')}`]
          : [],
      entries: rows,
      images: [facts.table, ...facts.related].map(imageOf),
    },
  ];
}

/** Drops the index that was built: found by its meaning, because it may have another name by now. */
function dropBuilt(
  operation: Exclude<TableOperation, DropUniqueKey>,
  facts: OperationFacts,
  entries: readonly LedgerEntry[],
): readonly Step[] {
  const built = entries.find((entry) => entry.kind === 'built-index');
  if (!built) return detachAccepted(facts, entries);
  const index = findByMeaning(operation, built.index, facts);
  if (!index) return [];
  const drop: Step = { ...dropStep(index, facts), ...forgotten(index) };
  const adopted = entries.flatMap((entry) => (entry.kind === 'accepted-index' ? [entry] : []));
  if (facts.table.kind !== 'partitioned' || adopted.length === 0) return [drop];
  // A part cannot be detached from a partitioned index: it goes with the whole, and is made as it was.
  const parts = adopted.map(({ table, index: name, definition }) =>
    recreateStep({ kind: 'index', table, name, definition, indexDefinition: definition, comment: undefined }),
  );
  return [
    transactionStep(facts.table.table, [drop, ...parts], 'indexes of partitions go with the whole, and are put back'),
  ];
}

/** Indexes that were made for foreign keys to the table, and kept. */
function dropReferenceIndexes(entries: readonly LedgerEntry[], facts: OperationFacts): readonly Step[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'indexed-reference') return [];
    const table = [facts.table, ...facts.related].find(
      (each) => each.table.schema === entry.table.schema && each.table.name === entry.table.name,
    );
    const index = table?.indexes.find(({ name, constraint }) => name === entry.index && !constraint);
    return table && index ? [{ ...dropStep(index, { table }), ...forgotten(index) }] : [];
  });
}

/** An index that was there and was made a constraint's is a mere index again: dropped with it, and made as it was. */
function detachAccepted(facts: OperationFacts, entries: readonly LedgerEntry[]): readonly Step[] {
  const accepted = entries.find((entry) => entry.kind === 'accepted-index');
  const attached = entries.find((entry) => entry.kind === 'attached-constraint');
  const index = facts.table.indexes.find((each) => each.constraint?.name === attached?.constraint);
  if (!accepted || !attached || !index) return [];
  const { table } = facts.table;
  const mere: DroppedObject = {
    kind: 'index',
    table,
    name: accepted.index,
    definition: accepted.definition,
    indexDefinition: accepted.definition,
    comment: index.comment,
  };
  const steps = [{ ...dropStep(index, facts), ...forgotten(index) }, recreateStep(mere)];
  return [transactionStep(table, steps, 'the constraint goes and its index stays')];
}

/** Nothing to restore: the step that dropped it is itself an undo. */
function forgotten(index: IndexFacts): { readonly restore: undefined; readonly title: string } {
  return { restore: undefined, title: `Drop ${index.constraint ? 'constraint' : 'index'} ${index.name}` };
}

function findByMeaning(
  operation: Exclude<TableOperation, DropUniqueKey>,
  name: string,
  facts: OperationFacts,
): IndexFacts | undefined {
  if (operation.kind === 'relink') return undefined;
  const none = new Refusals('');
  const build =
    operation.kind === 'unique-key'
      ? indexBuild(operation, resolveKey(operation, facts, none))
      : plainIndexBuild(operation, facts, none);
  const { serving, debris } = judgeIndexes({ ...build, name }, facts);
  return serving ?? debris;
}

function recreateSteps(
  operation: DropUniqueKey,
  facts: OperationFacts,
  entries: readonly LedgerEntry[],
  survey: Survey,
  settings: PlanSettings,
  refusals: Refusals,
): readonly Step[] {
  const entry = entries.find((each) => each.kind === 'dropped');
  if (!entry) return [];
  const { dropped } = entry;
  const nulls = nullsOf(dropped);
  const key = resolveKey({ ...operation, nulls }, facts, refusals);
  const judgement = judgeIndexes({ ...key, name: dropped.name, unique: true, method: 'btree' }, facts);
  const there = judgement.serving ?? judgement.deferrable;
  // What took over is no substitute: it may go with its own rule, and was not what was there.
  if (there && there.name !== operation.replacedBy) return [];
  const source: Omit<UniqueKey, 'kind' | 'table' | 'key' | 'nulls' | 'constraint'> = {
    ...operation.restore,
    agree: [],
    references: [],
    losers: 'archive',
    // Copies have come because the rule was away: how many says nothing about the key.
    limit: { share: 1 },
  };
  const resolved = resolveDedupe(source, key, facts, survey.census, refusals);
  const { dedupe, choice, around } = planRemoval(resolved, facts, survey, settings, { builds: true, refusals });
  const build = indexOf(dropped, key);
  refuseLongKeys(survey.longKeys, build, facts, refusals);
  const cleaning = dedupeStep(dedupe, survey);
  const { debris } = judgement;
  const dropIt = debris ? [{ schema: debris.schema, name: debris.name }] : [];
  const locked = [
    ...dropIt.map((index) => dropDebris(index, dropped.table, 'locked')),
    ...(survey.census.excessRows > 0 ? [cleaning] : []),
    recreateStep(dropped),
  ];
  const online = [
    ...(debris?.ready ? [] : dropIt.map((index) => dropDebris(index, dropped.table, 'online'))),
    { ...cleaning, before: build },
    buildStep(build, 'online', { dedupe, partitions: facts.partitions }),
    ...(dropped.kind === 'constraint' ? [attachStep(dropped.table, dropped.name)] : []),
  ];
  // What is put back under a lock alone has nothing else to go over to.
  if (cannotAttach(dropped, facts)) return around([transactionStep(dropped.table, locked, choice.reason)]);
  return around(byStrategy(choice, facts, (strategy) => (strategy === 'locked' ? locked : online)));
}

/** A constraint that is DEFERRABLE, or on a partitioned table, is not made from an index that is there (0A000). */
function cannotAttach({ kind, definition }: DroppedObject, { table }: OperationFacts): boolean {
  return /deferrable/i.test(definition) || (kind === 'constraint' && table.kind === 'partitioned');
}

/** What the dropped rule made of NULLs, as its definition says. */
export function nullsOf({ definition }: DroppedObject): Nulls {
  return /nulls not distinct/i.test(definition) ? 'not distinct' : 'distinct';
}

function indexOf(dropped: DroppedObject, key: ReturnType<typeof resolveKey>) {
  return {
    table: dropped.table,
    partitioned: key.partitioned,
    name: dropped.name,
    unique: true,
    method: 'btree',
    columns: key.columns,
    predicate: key.predicate,
    nulls: key.nulls,
    as: { definition: dropped.indexDefinition, comment: dropped.comment },
  };
}

function recreateStep(dropped: DroppedObject): Step {
  return {
    kind: 'recreate',
    title: `Put ${dropped.kind} ${dropped.name} back`,
    table: dropped.table,
    lock: 'access exclusive',
    dropped,
  };
}
