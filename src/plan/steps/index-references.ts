import { createHash } from 'node:crypto';
import type { Dedupe } from '../../model/dedupe.ts';
import type { IndexFacts, OperationFacts, TableFacts } from '../../model/facts.ts';
import { quoted, truncateBytes } from '../../model/name.ts';
import type { IndexBuild, Step, Survey } from '../../model/plan.ts';
import type { PlanSettings } from '../../model/plan-settings.ts';
import type { Refusals } from '../../model/refusals.ts';
import { columnsOf, isSameInOrder } from '../../model/same-columns.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { lackIndexing } from '../../resolve/lacking.ts';
import { aboutSeconds, MOMENT_SECONDS } from '../estimate/choose-strategy.ts';
import { findUnindexed, listUnindexed, secondsOf, type UnindexedReference } from '../estimate/unindexed-references.ts';

/** Less than this in all is not worth an index for the time of a run, nor a note. */
const WORTH_AN_INDEX_SECONDS = 0.25;

/** What becomes of references that no index serves. */
export interface ReferenceIndexes {
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  /** Those that stay without an index. */
  readonly unindexed: readonly UnindexedReference[];
  readonly notes: readonly string[];
}

/** `planned`: the names of indexes that the same migration makes. */
export type ReferenceSettings = Pick<PlanSettings, 'strategy' | 'indexReferences'> &
  Partial<Pick<PlanSettings, 'planned'>>;

/**
 * Plans the indexes that looking for children needs: for the time of the run, kept, or none. Where there will be none
 * and even the smallest batch takes longer than a moment, it is refused, unless a strategy was asked for.
 */
export function indexReferences(
  dedupe: Dedupe,
  facts: OperationFacts,
  survey: Pick<Survey, 'census' | 'references'>,
  settings: ReferenceSettings,
  refusals: Refusals,
): ReferenceIndexes {
  const found = findUnindexed(dedupe, facts, survey);
  const total = found.reduce((sum, each) => sum + secondsOf(each), 0);
  const indexed = found.filter((each) => isToBeIndexed(each, total, settings));
  const unindexed = found.filter((each) => !indexed.includes(each));
  const builds = buildsOf(indexed, facts, settings);
  for (const { child } of indexed) lackIndexing(child, facts.server, refusals);
  refuseLongBatches(unindexed, survey, settings, refusals);
  return {
    before: builds.map((build) => buildStep(build, settings, facts)),
    after: settings.indexReferences === 'temporary' ? builds.map(dropStep) : [],
    unindexed,
    notes: unindexed.flatMap(noteOf),
  };
}

/** Indexes for looking for children of rows that may be there when a script is run, by whichever role. */
export function temporaryIndexes(dedupe: Dedupe, facts: OperationFacts): readonly IndexBuild[] {
  const found = listUnindexed(dedupe, facts).filter(hasIndexes);
  return buildsOf(found, facts, { strategy: 'locked', indexReferences: 'temporary' });
}

function isToBeIndexed(
  each: UnindexedReference,
  total: number,
  { indexReferences: how }: Pick<PlanSettings, 'indexReferences'>,
): boolean {
  if (how === 'none' || !isIndexable(each)) return false;
  return how === 'keep' || (total > MOMENT_SECONDS && secondsOf(each) > WORTH_AN_INDEX_SECONDS / 2);
}

/**
 * Only the owner may make one; a partition that is a foreign table can have none. A role that may not even re-point the
 * rows is shown what one would do that may.
 */
function isIndexable(each: UnindexedReference): boolean {
  const { owner, update } = each.child.privileges;
  return (owner || !update) && hasIndexes(each);
}

function hasIndexes({ child, columns }: UnindexedReference): boolean {
  const sortable = columns.every((name) => child.columns.find((column) => column.name === name)?.sortable);
  return sortable && (child.kind === 'table' || child.kind === 'partitioned');
}

/** One for each set of columns, however many references it serves, and each under a name that nothing else has. */
function buildsOf(
  indexed: readonly UnindexedReference[],
  { indexNames }: OperationFacts,
  { indexReferences: how, planned }: ReferenceSettings,
): readonly IndexBuild[] {
  const builds = new Map<string, IndexBuild>();
  for (const { child, columns } of indexed) {
    const { schema } = child.table;
    const identity = JSON.stringify([schema, child.table.name, columns]);
    if (builds.has(identity)) continue;
    const others = [...indexNames, ...[...builds.values()].map(({ table, name }) => ({ schema: table.schema, name }))];
    const taken = new Set([
      ...others.filter((each) => each.schema === schema).map(({ name }) => name),
      ...(planned?.built ?? []),
    ]);
    const name = how === 'keep' ? keptName(child, columns, taken) : temporaryName(child, columns);
    builds.set(identity, buildOf(child, columns, name));
  }
  return [...builds.values()];
}

function buildOf(child: TableFacts, columns: readonly string[], name: string): IndexBuild {
  return {
    table: child.table,
    partitioned: child.kind === 'partitioned',
    name,
    unique: false,
    method: 'btree',
    columns: columns.map((column) => ({ column })),
    predicate: undefined,
    nulls: 'distinct',
  };
}

/** It follows from the table and the columns, so that the next run finds what one has left. */
function temporaryName({ table }: TableFacts, columns: readonly string[]): string {
  const identity = JSON.stringify([table.schema, table.name, columns]);
  return `msgdb_reference_${createHash('sha256').update(identity).digest('hex').slice(0, 10)}`;
}

/** PostgreSQL's own habit, within its 63 bytes. */
function keptName({ table, indexes }: TableFacts, columns: readonly string[], elsewhere: ReadonlySet<string>): string {
  const stem = truncateBytes(`${table.name}_${columns.join('_')}`, 55);
  const taken = new Set(indexes.filter((index) => !isLeftover(index, columns)).map(({ name }) => name));
  for (let number = 0; ; number += 1) {
    const name = `${stem}_idx${number === 0 ? '' : number}`;
    if (!taken.has(name) && !elsewhere.has(name)) return name;
  }
}

/** What a killed run has left is built again under its name; one of another meaning, or of another session's, is not ours to drop. */
function isLeftover({ valid, building, unique, predicate, key }: IndexFacts, columns: readonly string[]): boolean {
  return !valid && !building && isPlainOn({ unique, predicate, key }, columns);
}

/** Does an index mean what one for a reference does? */
export function isPlainOn(
  { unique, predicate, key }: Pick<IndexFacts, 'unique' | 'predicate' | 'key'>,
  columns: readonly string[],
): boolean {
  if (unique || predicate !== undefined) return false;
  return isSameInOrder(columnsOf({ key }), columns);
}

function buildStep(
  build: IndexBuild,
  { indexReferences: how }: Pick<PlanSettings, 'indexReferences'>,
  { childPartitions }: OperationFacts,
): Step {
  const kept = how === 'keep';
  const columns = build.columns.flatMap((each) => ('column' in each ? [each.column] : [])).join(', ');
  return {
    kind: 'index-references',
    title: `Build index ${build.name} on ${tableLabel(build.table)} (${columns}) concurrently${kept ? '' : ', for the time of the run'}`,
    table: build.table,
    lock: 'share update exclusive',
    details: ['without it PostgreSQL reads the whole table for each row that is removed'],
    build,
    kept,
    partitions: childPartitions.filter(({ top }) => isSameTable(top, build.table)),
  };
}

function dropStep({ table, name, partitioned }: IndexBuild): Step {
  return {
    kind: 'drop-index',
    title: `Drop index ${name}`,
    table,
    lock: partitioned ? 'access exclusive' : 'share update exclusive',
    index: { schema: table.schema, name },
    concurrently: !partitioned,
    restore: undefined,
  };
}

/** A group is removed as a whole, so no batch is smaller than the largest one. */
function refuseLongBatches(
  unindexed: readonly UnindexedReference[],
  { census }: Pick<Survey, 'census'>,
  { strategy }: Pick<PlanSettings, 'strategy'>,
  refusals: Refusals,
): void {
  const perRow = unindexed.reduce((sum, { secondsPerRow }) => sum + secondsPerRow, 0);
  const least = perRow * Math.max(census.largestGroup - 1, 1);
  const [longest] = unindexed;
  if (!longest || least <= MOMENT_SECONDS || strategy !== 'auto') return;
  refusals.add(
    'MSGDB_REFUSED',
    `Removing one group would keep writers of its rows waiting for ${aboutSeconds(least)}: no index begins with ` +
      `${nameOf(longest)}, so PostgreSQL reads all of ${tableLabel(longest.child.table)} for each row that is removed.`,
    `${createIndexText(longest)}, leave out --index-references none, or accept the wait with --strategy online.`,
  );
}

function noteOf(each: UnindexedReference): readonly string[] {
  if (secondsOf(each) < WORTH_AN_INDEX_SECONDS) return [];
  const table = tableLabel(each.child.table);
  return [
    `No index begins with ${nameOf(each)}, so PostgreSQL reads all of ${table} for each row that is removed: ` +
      `${aboutSeconds(secondsOf(each))} in all. This makes it quick: ${createIndexText(each)}`,
  ];
}

function nameOf({ child, columns }: UnindexedReference): string {
  return `${tableLabel(child.table)} (${columns.join(', ')})`;
}

function createIndexText({ child, columns }: UnindexedReference): string {
  return `create index concurrently on ${quotedTable(child.table)} (${columns.map(quoted).join(', ')})`;
}
