import type { TableName } from '../../model/facts.ts';
import type { PartitionBound, PartitionKeyPart, RangeEnd } from '../../model/partition-bound.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteLiteral, quoteTable } from '../quote.ts';

type Key = readonly PartitionKeyPart[];
type Range = Extract<PartitionBound, { kind: 'range' }>;

/** Whether a range takes no row, and which of others takes rows that this one takes too: the first, by its place. */
export function findOverlap(key: Key, bound: PartitionBound, others: readonly PartitionBound[]): Statement {
  const conditions = others.map((other, place) => `(${place}, ${overlap(key, bound, other)})`);
  const empty = bound.kind === 'range' ? `not (${isBefore(key, bound.from, bound.to)})` : 'false';
  const first =
    conditions.length === 0
      ? 'null'
      : `(select min(o.place) from (values ${conditions.join(', ')}) o (place, shared) where o.shared)`;
  return statement(`select (${empty}) as empty, (${first})::int as overlap`);
}

/** A condition: a row is one that a partition takes. The table above says how hashes are made. */
export function isTaken(parent: TableName, key: Key, bound: Exclude<PartitionBound, { kind: 'default' }>): string {
  const texts = key.map(({ text }) => text);
  if (bound.kind === 'hash') {
    const table = `${quoteLiteral(quoteTable(parent))}::pg_catalog.regclass`;
    return `pg_catalog.satisfies_hash_partition(${table}, ${bound.modulus}, ${bound.remainder}, ${texts.join(', ')})`;
  }
  if (bound.kind === 'list') {
    const [part] = key;
    const values = bound.values.map((value) =>
      isNull(value) ? `${part?.text} is null` : `${part?.text} = ${typed(part, value)}`,
    );
    return `(${values.join(' or ')})`;
  }
  const there = texts.map((text) => `${text} is not null`).join(' and ');
  const row = texts.map((text): RangeEnd => ({ value: text }));
  return `(${there} and not (${isBefore(key, row, bound.from)}) and (${isBefore(key, row, bound.to)}))`;
}

function overlap(key: Key, one: PartitionBound, other: PartitionBound): string {
  if (one.kind === 'default' || other.kind === 'default') return String(one.kind === other.kind);
  if (one.kind === 'hash' && other.kind === 'hash') {
    // Every modulus must divide the next larger one.
    const [less, more] = [Math.min(one.modulus, other.modulus), Math.max(one.modulus, other.modulus)];
    return String(more % less !== 0 || one.remainder % less === other.remainder % less);
  }
  if (one.kind === 'list' && other.kind === 'list') {
    const [part] = key;
    const equal = one.values.flatMap((left) =>
      other.values.map((right) => {
        if (isNull(left) || isNull(right)) return String(isNull(left) && isNull(right));
        return `${typed(part, left)} = ${typed(part, right)}`;
      }),
    );
    return equal.join(' or ') || 'false';
  }
  return one.kind === 'range' && other.kind === 'range' ? rangesOverlap(key, one, other) : 'false';
}

function rangesOverlap(key: Key, one: Range, other: Range): string {
  return `(${isBefore(key, one.from, other.to)}) and (${isBefore(key, other.from, one.to)})`;
}

const ORDER = { minvalue: 0, value: 1, maxvalue: 2 } as const;

/** Columns count from the left; after MINVALUE or MAXVALUE the others do not. */
function isBefore(key: Key, one: readonly RangeEnd[], other: readonly RangeEnd[], place = 0): string {
  const [part, left, right] = [key[place], one[place], other[place]];
  if (part === undefined || left === undefined || right === undefined) return 'false';
  if (typeof left === 'string' || typeof right === 'string') return String(orderOf(left) < orderOf(right));
  const [before, after] = [typed(part, left.value), typed(part, right.value)];
  if (place + 1 >= key.length) return `${before} < ${after}`;
  return `${before} < ${after} or (${before} = ${after} and (${isBefore(key, one, other, place + 1)}))`;
}

function orderOf(end: RangeEnd): number {
  return ORDER[typeof end === 'string' ? end : 'value'];
}

function typed(part: PartitionKeyPart | undefined, value: string): string {
  const collated = part?.collation === undefined ? '' : ` collate ${part.collation}`;
  if (part?.type === undefined || value === part.text) return `(${value})${collated}`;
  return `(${value})::${part.type}${collated}`;
}

function isNull(value: string): boolean {
  return /^\(*null\b/i.test(value);
}
