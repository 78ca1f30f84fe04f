import type { IndexFacts } from '../../model/facts.ts';
import { showName } from '../../sql/show-name.ts';
import { closingOf, isPunctuation, scanSql } from '../sql/scan-sql.ts';

/** The clause that finds the index, as a person would write it. */
export function clauseOf(index: IndexFacts): string {
  const where = index.predicate === undefined ? '' : ` WHERE ${withoutOuterParentheses(index.predicate)}`;
  return `ON CONFLICT (${partsOf(index).join(', ')})${where}`;
}

/** The parts of its key. */
export function partsOf({ key }: IndexFacts): readonly string[] {
  return key.map(({ column, text }) => (column === undefined ? text : showName(column)));
}

/** PostgreSQL prints a predicate in parentheses that a person would leave out. */
function withoutOuterParentheses(predicate: string): string {
  const tokens = scanSql(predicate);
  const whole = isPunctuation(tokens[0], '(') && closingOf(tokens, 0) === tokens.length - 1;
  return whole ? predicate.slice(1, -1) : predicate;
}
