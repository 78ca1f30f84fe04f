import type { OrderTerm, ResolvedReference } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import type { KeepTerm } from '../model/operations/keep.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { findColumn, refuseTwice, requireColumn } from './find-column.ts';

const TERM = /^(?<value>.+?)(?:\s+(?<direction>asc|desc))?(?:\s+nulls\s+(?<nulls>first|last))?$/is;
const ASCENDING = { descending: false, nullsFirst: false };
const DESCENDING = { descending: true, nullsFirst: false };
const BARE_NAME = /^(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)$/u;

/**
 * The survivor order. NULLs come last, so that a row with nothing in a column never wins by it
 * (PostgreSQL puts them first in a descending order). The primary key makes the order total; in a table without one, the
 * row's place does.
 */
export function resolveOrder(
  keep: readonly KeepTerm[],
  facts: TableFacts,
  references: readonly ResolvedReference[],
  refusals: Refusals,
): readonly OrderTerm[] {
  const terms = keep.flatMap((term) => {
    if (typeof term === 'string') return resolveText(term, facts, refusals) ?? [];
    if ('most' in term) return resolveMost(term, facts, references, refusals) ?? [];
    const column = requireColumn(facts, term.column, refusals);
    return column ? [{ column: column.name, ranking: term.ranking, ...ASCENDING }] : [];
  });
  const sorted = terms.flatMap((term) => ('column' in term && !('ranking' in term) ? [term] : []));
  refuseTwice('keep', sorted, refusals);
  return [...terms, ...facts.primaryKey.map((column) => ({ column, ...ASCENDING }))];
}

/** The part of a term before its direction: a column's name or an expression. */
export function termValue(term: string): string {
  return TERM.exec(term.trim())?.groups?.value ?? term;
}

/** Is it an expression, to be checked by PostgreSQL, rather than a column? */
export function isExpression(value: string, facts: TableFacts): boolean {
  return !BARE_NAME.test(value) && !(parsable(value) && findColumn(facts, value));
}

/** A row counts by all of its columns or by some; a tie is left to the next term. */
function resolveMost(
  { most, of }: Extract<KeepTerm, { most: string }>,
  facts: TableFacts,
  references: readonly ResolvedReference[],
  refusals: Refusals,
): OrderTerm | undefined {
  if (most === 'complete') {
    const names = of?.flatMap((name) => requireColumn(facts, name, refusals)?.name ?? []);
    return { complete: names ?? facts.columns.map((column) => column.name), ...DESCENDING };
  }
  const places = (of ?? [undefined]).flatMap((name) => {
    const found = references.flatMap((reference, place) => (refersBy(reference, name) ? [place] : []));
    if (found.length === 0) refuseChildless(name, facts, references, refusals);
    return found;
  });
  return places.length === 0 ? undefined : { children: [...new Set(places)], ...DESCENDING };
}

function refersBy({ label, child }: ResolvedReference, name: string | undefined): boolean {
  return name === undefined || name === label || name === tableLabel(child.table);
}

/** An order that decides nothing is not what the rule meant. */
function refuseChildless(
  name: string | undefined,
  facts: TableFacts,
  references: readonly ResolvedReference[],
  refusals: Refusals,
): void {
  const table = tableLabel(facts.table);
  const known = [...new Set(references.map(({ label }) => label))].join(', ');
  refusals.add(
    'MSGDB_REFUSED',
    name === undefined || known === ''
      ? `No rows refer to those of ${table}, so "most children" decides nothing.`
      : `${name} is not a reference to ${table}, so its rows cannot be counted.`,
    known === ''
      ? 'Take the term out of keep, or name in `references` what refers to the table without a foreign key.'
      : `What refers to it: ${known}.`,
  );
}

function resolveText(term: string, facts: TableFacts, refusals: Refusals): OrderTerm | undefined {
  const groups = TERM.exec(term.trim())?.groups;
  const value = groups?.value ?? term;
  const direction = {
    descending: groups?.direction?.toLowerCase() === 'desc',
    nullsFirst: groups?.nulls?.toLowerCase() === 'first',
  };
  if (isExpression(value, facts)) return { expression: value, ...direction };
  const column = requireColumn(facts, value, refusals);
  if (column && !column.sortable) {
    refusals.add(
      'MSGDB_REFUSED',
      `Rows cannot be ordered by ${column.name}: its type ${column.type} has no order.`,
      `Order by an expression of it that has one, such as keep: ['(${column.name}::text) asc'], or leave it out of keep.`,
    );
  }
  return column && { column: column.name, ...direction };
}

function parsable(value: string): boolean {
  return /^[^\s()]+$/.test(value);
}
