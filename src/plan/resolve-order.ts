import type { TableFacts } from '../model/facts.ts';
import type { KeepTerm } from '../model/operations/common.ts';
import type { OrderTerm } from '../model/plan.ts';
import { findColumn, requireColumn } from './names.ts';
import type { Refusals } from './refusals.ts';

const TERM = /^(?<value>.+?)(?:\s+(?<direction>asc|desc))?(?:\s+nulls\s+(?<nulls>first|last))?$/is;
const ASCENDING = { descending: false, nullsFirst: false };
const BARE_NAME = /^(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)$/u;

/**
 * The survivor order. NULLs come last, so that a row with nothing in a column never wins by it
 * (PostgreSQL puts them first in a descending order). The primary key makes the order total; where there is none, the
 * row's place does.
 */
export function resolveOrder(keep: readonly KeepTerm[], facts: TableFacts, refusals: Refusals): readonly OrderTerm[] {
  const terms = keep.flatMap((term) => resolveTerm(term, facts, refusals) ?? []);
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

function resolveTerm(term: KeepTerm, facts: TableFacts, refusals: Refusals): OrderTerm | undefined {
  if (typeof term === 'object') {
    const column = requireColumn(facts, term.column, refusals);
    return column && { column: column.name, ranking: term.ranking, ...ASCENDING };
  }
  const groups = TERM.exec(term.trim())?.groups;
  const value = groups?.value ?? term;
  const direction = {
    descending: groups?.direction?.toLowerCase() === 'desc',
    nullsFirst: groups?.nulls?.toLowerCase() === 'first',
  };
  if (isExpression(value, facts)) return { expression: value, ...direction };
  const column = requireColumn(facts, value, refusals);
  if (column && !column.sortable) {
    refusals.add('MSGDB_REFUSED', `Rows cannot be ordered by ${column.name}: its type ${column.type} has no order.`);
  }
  return column && { column: column.name, ...direction };
}

function parsable(value: string): boolean {
  return /^[^\s()]+$/.test(value);
}
