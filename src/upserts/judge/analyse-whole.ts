import { type Analysis, analyseStatement, type Refusal } from '../../catalog/analyse-statement.ts';
import type { Queryable } from '../../model/statement.ts';
import { isPunctuation, scanSql } from '../sql/scan-sql.ts';
import type { WholeStatement } from '../upsert.ts';

/** How many names of one statement may be variables: each is one question to the server. */
const MOST_VARIABLES = 200;

/** The parameters that stand for variables are numbered from here on. */
const FIRST_VARIABLE = 10_001;

export type WholeVerdict =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unread'; readonly reason: string };

/** What PostgreSQL refuses a whole statement for, of what is certain for any values; undefined for nothing. */
export async function analyseWhole(
  whole: WholeStatement,
  session: Queryable,
  lockTimeoutMs: number,
): Promise<WholeVerdict | undefined> {
  let text = whole.text;
  for (let variables = 0; variables <= MOST_VARIABLES; variables += 1) {
    const analysis: Analysis = await analyseStatement(session, text, lockTimeoutMs);
    if (analysis.kind !== 'refused') return undefined;
    const { refusal } = analysis;
    const replaced = whole.names === 'variables' ? withVariable(text, refusal, FIRST_VARIABLE + variables) : undefined;
    if (replaced === undefined) {
      // What a variable stands for may have any type, or be a record.
      const typed = whole.typed && variables === 0;
      return isCertain(refusal, { ...whole, typed }) ? { kind: 'refused', refusal } : undefined;
    }
    text = replaced;
  }
  return {
    kind: 'unread',
    reason: `the statement has more than ${MOST_VARIABLES} names that may be variables: its target alone was looked at`,
  };
}

/** The statement with a parameter in place of the name that no table has. */
function withVariable(text: string, { sqlstate, at }: Refusal, number: number): string | undefined {
  if (at === undefined || (sqlstate !== '42703' && sqlstate !== '42P01')) return undefined;
  const tokens = scanSql(text);
  const first = tokens.findIndex(({ start }) => start === at);
  const token = tokens[first];
  if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
  let last = first;
  while (isPunctuation(tokens[last + 1], '.')) last += 2;
  const end = tokens[last]?.end;
  return end === undefined ? undefined : `${text.slice(0, at)} $${number} ${text.slice(end)}`;
}

/** Raised for names alone, with any types of the parameters. */
const OF_NAMES = new Set(['42701', '42702', '42703', '42712', '428C9', '42803', '42P20']);

/** Raised for types, which a driver may give to parameters. */
const OF_TYPES = new Set(['42804', '42846', '42883', '22P02', '22003', '22007', '22008']);

function isCertain({ sqlstate, routine, message }: Refusal, { counted, typed }: WholeStatement): boolean {
  if (OF_NAMES.has(sqlstate)) return true;
  if (OF_TYPES.has(sqlstate)) return typed;
  switch (sqlstate) {
    // A table that the statement reads besides may be a temporary one; a name of a table that it has is not.
    case '42P01':
      return routine === 'errorMissingRTE';
    case '42601':
      return !isCount(message) || counted;
    case '0A000':
      return routine === 'RewriteQuery' || routine === 'rewriteTargetView' || routine === 'transformOnConflictArbiter';
    // A view that cannot be inserted into.
    case '55000':
      return true;
    default:
      return false;
  }
}

function isCount(message: string): boolean {
  return /more (?:expressions|target columns)|VALUES lists|subquery must return/.test(message);
}
