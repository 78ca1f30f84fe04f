import type { Refusal } from '../../catalog/analyse-statement.ts';
import { nearest } from '../../model/nearest.ts';
import { showName } from '../../sql/show-name.ts';
import { identifierOf, isPunctuation, isWord, type SqlToken, scanSql } from '../sql/scan-sql.ts';
import type { ConflictUpsert } from '../upsert.ts';
import { isBrought } from './brought.ts';
import { clauseOf } from './index-clause.ts';
import type { JudgedUpsert, Remark } from './judged-upsert.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** The judgement with what PostgreSQL refuses the whole statement for, where that is not among the errors already. */
export function withRefusal(
  judged: JudgedUpsert,
  upsert: ConflictUpsert,
  refusal: Refusal,
  facts: UpsertFacts,
): JudgedUpsert {
  if (judged.remarks.some(({ message }) => message.includes(refusal.sqlstate))) return judged;
  const remark: Remark = {
    level: 'error',
    code: refusal.sqlstate === '42703' ? 'MSGDB_UPSERT_COLUMN_MISSING' : 'MSGDB_UPSERT_REFUSED',
    message: `${sentence(refusal.message)}: ${refusal.sqlstate}.`,
    fix: fixOf(upsert, refusal, facts),
  };
  return { ...judged, status: 'error', table: facts.table, remarks: [...judged.remarks, remark], reason: undefined };
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/\.$/, '');
}

function fixOf(upsert: ConflictUpsert, { sqlstate, routine, message, hint, at }: Refusal, facts: UpsertFacts): string {
  const tokens = scanSql(upsert.whole?.text ?? '');
  const [first = '', second] = namesAt(tokens, at);
  switch (sqlstate) {
    case '42601':
      return /inference specification/.test(message) ? nameTarget(upsert, facts) : (hint ?? ofCounts(message));
    case '42702': {
      const own = showName(aliasOf(tokens) ?? facts.table.name);
      return `Write ${own}.${showName(first)} for the value that is stored, excluded.${showName(first)} for the one that was to be inserted.`;
    }
    case '42703': {
      const column = second ?? first;
      const meant = nearest(
        column,
        facts.columns.map(({ name }) => name),
      );
      if (meant !== undefined && meant !== column)
        return `Write ${showName(meant)}, or run the migration that adds ${showName(column)}.`;
      return hint ?? `Correct the name, or run the migration that adds ${showName(column)}.`;
    }
    case '42P01': {
      const alias = aliasOf(tokens);
      return alias !== undefined && first === facts.table.name
        ? `Write ${showName(alias)}.${showName(second ?? '')}: the alias takes the place of the table's name.`
        : (hint ?? 'Name a table of the statement.');
    }
    case '428C9':
      return 'Leave the column out of INSERT and of DO UPDATE SET: PostgreSQL computes it.';
    case '0A000':
      return routine === 'RewriteQuery'
        ? 'Replace the rules of the table by a trigger: ON CONFLICT and rules for INSERT or UPDATE exclude each other.'
        : (hint ?? 'Write the statement without ON CONFLICT.');
    case '55000':
      return 'Insert into the table behind the view.';
    default:
      return hint ?? 'Correct the statement.';
  }
}

function ofCounts(message: string): string {
  return /more (?:expressions|target columns)|VALUES lists/.test(message)
    ? 'Write one value for each column.'
    : 'Correct the statement.';
}

/** The target of the index that the inserted row is most likely compared by. */
function nameTarget(upsert: ConflictUpsert, facts: UpsertFacts): string {
  const best = facts.indexes.find(
    (index) => index.unique && index.valid && index.immediate && isBrought(index, upsert, facts),
  );
  return best
    ? `Name the target, such as ${clauseOf(best)}.`
    : 'Make the columns unique that say when two rows are the same, and name them: ON CONFLICT (…) DO UPDATE.';
}

/** The parts of the name at the offset: `a`, or `a` and `b` of `a.b`. */
function namesAt(tokens: readonly SqlToken[], at: number | undefined): readonly string[] {
  const first = tokens.findIndex(({ start }) => start === at);
  if (first < 0) return [];
  const name = identifierOf(tokens[first]);
  const more = isPunctuation(tokens[first + 1], '.') ? identifierOf(tokens[first + 2]) : undefined;
  return [name, more].filter((each) => each !== undefined);
}

/** INSERT INTO t AS a. */
function aliasOf(tokens: readonly SqlToken[]): string | undefined {
  const into = tokens.findIndex((token, place) => isWord(token, 'into') && isWord(tokens[place - 1], 'insert'));
  const as = tokens.findIndex((token, place) => place > into && isWord(token, 'as', 'values', 'select', 'on'));
  const paren = tokens.findIndex((token, place) => place > into && isPunctuation(token, '('));
  return into >= 0 && isWord(tokens[as], 'as') && (paren < 0 || as < paren) ? identifierOf(tokens[as + 1]) : undefined;
}
