import type { Key, KeyColumn } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { KeyPart, Nulls } from '../model/operations/common.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { requireColumn } from './find-column.ts';
import { refuseParts } from './refuse-parts.ts';

/** The parts of a rule that say which rows are copies of each other. */
interface KeySource {
  readonly key: readonly KeyPart[];
  readonly where?: string | undefined;
  readonly nulls: Nulls;
}

/** Resolves a key against the table's columns. */
export function resolveKey(source: KeySource, facts: OperationFacts, refusals: Refusals): Key {
  const columns = source.key.flatMap((part) => resolvePart(part, facts, refusals) ?? []);
  const labels = columns.map(partLabel);
  refuseParts({ table: facts.table.table, columns, method: 'btree' }, facts, refusals);
  const twice = labels.find((label, place) => labels.indexOf(label) !== place);
  if (twice) refusals.add('MSGDB_USAGE', `The key names ${twice} twice.`, 'Name each column of the key once.');
  if (source.nulls === 'not distinct' && facts.server.versionNumber < 150_000) {
    refusals.add(
      'MSGDB_VERSION_UNSUPPORTED',
      `NULLS NOT DISTINCT needs PostgreSQL 15; this is ${facts.server.version}.`,
      "Leave out nulls: 'not distinct' (--nulls-not-distinct), or use an expression that is never NULL: { expression: \"coalesce(column, '')\" }.",
    );
  }
  return {
    table: facts.table.table,
    partitioned: facts.table.kind === 'partitioned',
    columns,
    predicate: source.where,
    nulls: source.nulls,
    grouping: !facts.hashable ? 'sort' : hasSortedKey(columns, facts) ? 'index' : 'hash',
    ...(source.nulls === 'distinct' && hashFunctions(facts)),
  };
}

/** One by one they take half the time of a row's hash (0.12 s against 0.22 for a million texts). */
function hashFunctions({ parts }: OperationFacts): Pick<Key, 'hashFunctions'> {
  const names = parts.flatMap(({ hashFunction }) => hashFunction ?? []);
  return names.length > 0 && names.length === parts.length ? { hashFunctions: names } : {};
}

/**
 * A btree that begins with the key, in any order, gives it sorted from the index alone. Not where a unique index has
 * just this key: what it shows is what it enforces, and the question is what the table holds.
 */
function hasSortedKey(columns: readonly KeyColumn[], { table: { indexes } }: OperationFacts): boolean {
  const begins = indexes.filter((index) => beginsWith(index, columns));
  return begins.length > 0 && !begins.some((index) => index.unique && index.key.length === columns.length);
}

function beginsWith(index: IndexFacts, columns: readonly KeyColumn[]): boolean {
  const leading = leadingColumns(index, columns);
  return (
    index.valid &&
    index.method === 'btree' &&
    index.predicate === undefined &&
    columns.every((part) => 'column' in part && leading.includes(part.column))
  );
}

function leadingColumns({ key }: IndexFacts, columns: readonly KeyColumn[]): readonly (string | undefined)[] {
  return key.slice(0, columns.length).map((part) => part.column);
}

/** The places of a key's parts in the order in which an index that begins with them has them; undefined without one. */
export function orderInIndex({ columns }: Key, indexes: readonly IndexFacts[]): readonly number[] | undefined {
  const index = indexes.find((each) => beginsWith(each, columns));
  if (!index) return undefined;
  return leadingColumns(index, columns).map((name) =>
    columns.findIndex((part) => 'column' in part && part.column === name),
  );
}

function resolvePart(part: KeyPart, facts: OperationFacts, refusals: Refusals): KeyColumn | undefined {
  if (typeof part === 'object') {
    refuseCollation(part.expression, refusals);
    return part;
  }
  const column = requireColumn(facts.table, part, refusals);
  return column && { column: column.name };
}

/**
 * The planner prints an expression without its COLLATE, so an index on it could not be distinguished from one on the
 * bare column; and PostgreSQL stores `(k COLLATE c)` as a column, which ON CONFLICT ((k COLLATE c)) does not find
 * (42P10).
 */
function refuseCollation(expression: string, refusals: Refusals): void {
  const bare = expression.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '');
  if (!/\bcollate\b/i.test(bare)) return;
  refusals.add(
    'MSGDB_REFUSED',
    `The key expression ${expression} names a collation; an index with a collation of its own cannot be judged.`,
    'Give the column that collation (ALTER TABLE … ALTER COLUMN … TYPE text COLLATE …), or use lower(…).',
  );
}

/** A part of a key, for people. */
export function partLabel(part: KeyColumn): string {
  return 'column' in part ? part.column : part.expression;
}

/** `chat_messages (wa_message_id) where wa_message_id <> ''`, for people. */
export function keyLabel(key: Key): string {
  return `${tableLabel(key.table)} ${keyText(key)}`;
}

/** The same without the table. */
export function keyText({ columns, predicate }: Pick<Key, 'columns' | 'predicate'>): string {
  return `(${columns.map(partLabel).join(', ')})${predicate ? ` where ${predicate}` : ''}`;
}
