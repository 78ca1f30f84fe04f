import { archivedImages } from '../model/archived-images.ts';
import type {
  ChildKey,
  Dedupe,
  Key,
  Merge,
  OrderTerm,
  ResolvedReference,
  TableImage,
  TableShape,
} from '../model/dedupe.ts';
import type { OperationFacts, TableFacts } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import { quoted } from '../model/name.ts';
import type { MergeStrategy, OnDiffer, Reference, Value } from '../model/operations/common.ts';
import type { KeepTerm } from '../model/operations/keep.ts';
import type { Losers } from '../model/operations/unique-key.ts';
import type { Refusals } from '../model/refusals.ts';
import { columnsOf, isSameInAnyOrder } from '../model/same-columns.ts';
import type { ExpressionUse } from '../model/settled.ts';
import { quotedTable, tableLabel } from '../model/table-label.ts';
import { isSameTable } from '../model/table-name.ts';
import { collidingKeys, unchangedKeys } from './colliding-keys.ts';
import { refuseTwice, requireColumn } from './find-column.ts';
import { foreignKeyGuards } from './foreign-key-guards.ts';
import { imageOf } from './image-of.ts';
import { lackPrivileges, type RowPrivilege } from './lacking.ts';
import { refuseRewritten } from './refuse-rewritten.ts';
import { storedOtherwise } from './refuse-target.ts';
import { refuseUnsettled } from './refuse-unsettled.ts';
import { refuseUnsafeUpdates } from './refuse-updates.ts';
import { refuseWideImages } from './refuse-wide-images.ts';
import { resolveMerges } from './resolve-merges.ts';
import { resolveOrder } from './resolve-order.ts';
import { resolveReferences } from './resolve-references.ts';
import { rowGuards } from './row-guards.ts';
import { removalGuards } from './trigger-guards.ts';
import { widthGuard } from './width-guard.ts';

/** The parts of an operation that say how excess rows go. */
export interface DedupeSource {
  readonly keep: readonly KeepTerm[];
  readonly merge: Readonly<Record<string, MergeStrategy>>;
  readonly agree: readonly string[];
  readonly onDiffer?: OnDiffer | undefined;
  readonly references: readonly Reference[];
  readonly losers: Losers;
}

/** Reasons to refuse how excess rows go: the survivor order, the rest, and what is refused only where there are any. */
interface DedupeRefusals {
  readonly order: Refusals;
  readonly rule: Refusals;
  readonly removal: Refusals;
}

/** Resolves how excess rows go. */
export function resolveDedupe(
  source: DedupeSource,
  key: Key,
  facts: OperationFacts,
  { order, rule: refusals, removal }: DedupeRefusals,
): Dedupe {
  const references = resolveReferences(source.references, facts, refusals);
  refuseUnsafeTable(facts.table, ['select', 'update', 'delete'], facts, removal);
  refuseUnsafeChildren(references, facts, removal);
  refuseUnsettled(facts, { order, others: refusals });
  const merges = resolveMerges(source.merge, key, facts.table, refusals).map((merge) => fixMerge(merge, facts));
  const losers = resolveLosers(source.losers, facts, refusals);
  refuseUnsafeUpdates({ merges, losers }, references, facts, removal);
  const written = writtenColumns(merges, losers);
  const dedupe: Dedupe = {
    key,
    image: imageOf(facts.table),
    order: resolveOrder(source.keep, facts.table, references, order).map((term) => fixTerm(term, facts)),
    merges,
    agree: source.agree.flatMap((name) => agreeColumn(name, facts, refusals) ?? []),
    compared: comparedColumns(key, merges, facts.table),
    onDiffer: source.onDiffer ?? 'keep',
    losers,
    references,
    guards: [...rowGuards(facts.table, written), ...foreignKeyGuards(facts.table, written)],
    keepers: typeof losers === 'string' ? removalGuards(facts.table) : [],
    holder: losers === 'archive' ? widthGuard(facts.table) : undefined,
    uniques: written.length > 0 ? otherKeys(key, written, facts.table) : [],
    unchanged: unchangedKeys(facts.table, written),
    perStatement: [facts.table, ...facts.related]
      .filter(({ triggers }) => triggers.some(({ enabled, row }) => enabled && !row))
      .map(({ table }) => table),
    shapes: shapesOf(losers, references, facts),
  };
  refuseWide(dedupe, removal);
  return dedupe;
}

/** Losers that are deleted for good need no archive, unless survivors take their values; children always do. */
function refuseWide(dedupe: Dedupe, refusals: Refusals): void {
  const images = archivedImages(dedupe);
  const more =
    dedupe.losers === 'archive' ? "; or, where rows need not come back, use losers: 'delete' without merges" : '';
  const isOwn = ({ table }: TableImage): boolean => isSameTable(table, dedupe.image.table);
  refuseWideImages(images.filter(isOwn), refusals, more);
  refuseWideImages(
    images.filter((each) => !isOwn(each)),
    refusals,
  );
}

/** Marked losers stay; children go as copies of each other, or because a constraint would refuse them. */
function shapesOf(
  losers: Dedupe['losers'],
  references: readonly ResolvedReference[],
  { table, related }: OperationFacts,
): readonly TableShape[] {
  const go = ({ uniques, guards }: ResolvedReference): boolean => uniques.length + guards.length > 0;
  const children = eachReference(references).filter(go);
  const isEmptied = ({ table: each }: TableFacts): boolean =>
    children.some(({ child }) => isSameTable(child.table, each));
  return [...(typeof losers === 'string' ? [table] : []), ...related.filter(isEmptied)].map((each) => ({
    table: each.table,
    shape: each.shape,
  }));
}

function eachReference(references: readonly ResolvedReference[]): readonly ResolvedReference[] {
  return references.flatMap((each) => [each, ...eachReference(each.references)]);
}

function writtenColumns(merges: readonly Merge[], losers: Dedupe['losers']): readonly string[] {
  const marked = typeof losers === 'object' ? losers.set : [];
  return [...new Set([...merges, ...marked].map(({ column }) => column))];
}

/**
 * The rule's own index is for the losers themselves to leave. One with a predicate is another: losers that leave
 * `where not gone` enter `where gone`.
 */
function otherKeys(key: Key, written: readonly string[], table: TableFacts): readonly ChildKey[] {
  const own = key.columns.map((part) => ('column' in part ? part.column : undefined));
  const rules = table.indexes.filter(
    (index) =>
      index.unique &&
      index.predicate === undefined &&
      key.predicate === undefined &&
      isSameInAnyOrder(columnsOf(index), own),
  );
  return collidingKeys(table, written).filter(({ index }) => !rules.some(({ name }) => name === index));
}

/** A generated column follows from the others. */
function comparedColumns(key: Key, merges: readonly Merge[], table: TableFacts): readonly string[] {
  const settled = new Set([
    ...key.columns.flatMap((part) => ('column' in part ? [part.column] : [])),
    ...table.primaryKey,
    ...merges.map(({ column }) => column),
  ]);
  return table.columns.filter(({ name, generated }) => !generated && !settled.has(name)).map(({ name }) => name);
}

function agreeColumn(name: string, { table }: OperationFacts, refusals: Refusals): string | undefined {
  const column = requireColumn(table, name, refusals);
  if (column && !column.sortable) {
    refusals.add(
      'MSGDB_REFUSED',
      `${column.name} is of type ${column.type}, whose values cannot be compared for agree.`,
      `Take ${column.name} out of agree, or make it a type that has an order (json: alter column ${column.name} type jsonb).`,
    );
  }
  return column?.name;
}

function resolveLosers(losers: Losers, facts: OperationFacts, refusals: Refusals): Dedupe['losers'] {
  if (typeof losers === 'string') return losers;
  const set = Object.entries(losers.set).flatMap(([name, value]) => {
    const column = requireColumn(facts.table, name, refusals);
    return column
      ? [{ column: column.name, type: column.plainType, baseType: column.baseType, value: fixValue(value, facts) }]
      : [];
  });
  refuseTwice('losers.set', set, refusals);
  return { set };
}

/** The time is that of the run, wherever an expression reads it. */
function fixTerm(term: OrderTerm, facts: OperationFacts): OrderTerm {
  return 'expression' in term ? { ...term, expression: fixed(term.expression, 'keep', facts) } : term;
}

function fixMerge(merge: Merge, facts: OperationFacts): Merge {
  const { strategy } = merge;
  if (typeof strategy !== 'object') return merge;
  return { ...merge, strategy: { expression: fixed(strategy.expression, 'merge', facts) } };
}

function fixValue(value: Value, facts: OperationFacts): Value {
  if (typeof value !== 'object' || value === null) return value;
  return { expression: fixed(value.expression, 'set', facts) };
}

function fixed(text: string, use: ExpressionUse, { settled }: OperationFacts): string {
  return settled.find((each) => each.use === use && each.text === text)?.fixed ?? text;
}

/** The same for every table whose rows are re-pointed or, as copies, removed. */
function refuseUnsafeChildren(
  references: readonly ResolvedReference[],
  facts: OperationFacts,
  refusals: Refusals,
): void {
  for (const { child, uniques, references: inner } of references) {
    const table = findTable(facts, child.table);
    if (table) refuseStorage(table, refusals);
    if (table) refuseUnsafeTable(table, ['select', 'update', ...(uniques.length > 0 ? DELETE : [])], facts, refusals);
    refuseUnsafeChildren(inner, facts, refusals);
  }
}

function refuseStorage({ table, standing }: TableFacts, refusals: Refusals): void {
  const reason = storedOtherwise(tableLabel(table), standing);
  if (!reason) return;
  refusals.add(
    'MSGDB_TABLE_REFUSED',
    `Rows that refer to copies cannot be re-pointed: ${reason.what} ${reason.why}`,
    'Remove those rows or re-point them by hand, then run the command again.',
  );
}

const DELETE = ['delete'] as const;

/** What would make a statement fail, do something else, or miss rows. Only asked when there are rows to remove. */
function refuseUnsafeTable(
  table: TableFacts,
  needed: readonly RowPrivilege[],
  { server }: OperationFacts,
  refusals: Refusals,
): void {
  const label = tableLabel(table.table);
  const alter = `alter table ${quotedTable(table.table)}`;
  lackPrivileges(table, needed, server, refusals);
  refuseRewritten(table, refusals);
  const reserved = table.columns.filter((column) => column.name.startsWith('msgdb_'));
  if (reserved.length > 0) {
    refusals.add(
      'MSGDB_REFUSED',
      `${label} has columns whose names begin with msgdb_, like those that the archive adds.`,
      `While msgdb works: ${reserved.map(({ name }) => `${alter} rename ${quoted(name)} to ${quoted(`my_${name}`)};`).join(' ')}`,
    );
  }
}
