import type { TableName } from '../../model/facts.ts';
import type { Statement } from '../../model/statement.ts';
import { inlineValues } from '../inline-values.ts';
import { quoteTable } from '../quote.ts';

/** How a block says which tables it repairs: preflight knows it by that. */
export const REPAIRED = /^\s*-- msgdb repair of (.*)$/m;

/**
 * One statement that does it all: what a runner makes of it (a transaction around the file, one for each statement, or
 * none) is then the same.
 */
export function block(tables: readonly TableName[], declarations: readonly string[], body: readonly string[]): string {
  const text = [
    `-- msgdb repair of ${tables.map((each) => quoteTable(each).replaceAll('\n', ' ')).join(', ')}`,
    // A column is meant wherever a name could be either.
    '#variable_conflict use_column',
    'declare',
    ...declarations.map((each) => `  ${each};`),
    'begin',
    ...body,
    'end ',
  ].join('\n');
  return `do ${dollarQuote(`\n${text}`, 'msgdb_block')};`;
}

/** A statement as PL/pgSQL has it; what it gives is not looked at. */
export function inBlock(statement: Statement): string {
  const sql = inlineValues(statement);
  // PL/pgSQL wants to know where rows go (42601); EXECUTE drops them.
  return /^(?:select|with)\b/i.test(sql) ? `execute ${dollarQuote(withoutEnd(sql), 'sql')};` : sql;
}

/** A statement with `$1` in it, and what that stands for. */
export function executeUsing(text: string, value: string): string {
  return `execute ${dollarQuote(withoutEnd(text), 'sql')} using ${value};`;
}

/** Text between dollars, with a tag that it does not have. */
export function dollarQuote(text: string, tag: string): string {
  const quote = `$${tag}$`;
  return text.includes(quote) ? dollarQuote(text, `${tag}_`) : `${quote}${text}${quote}`;
}

function withoutEnd(sql: string): string {
  return sql.replace(/;$/, '');
}
