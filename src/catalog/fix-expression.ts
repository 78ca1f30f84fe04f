import type { ColumnFacts, TableFacts } from '../model/facts.ts';
import { quoted } from '../model/name.ts';
import { scan } from '../sql/parse-sql.ts';

/** What mends an expression that PostgreSQL does not take: names that lack their double quotes, or the names there are. */
export async function fixExpression(expression: string, { columns }: Pick<TableFacts, 'columns'>): Promise<string> {
  const words = await scan(expression).catch(() => []);
  const unquoted = words.flatMap(({ text }) => columns.find((column) => lacksQuotes(column, text)) ?? []);
  const names = [...new Set(unquoted.map(({ name }) => quoted(name)))];
  if (names.length > 0) return `Write ${names.join(', ')}: in SQL a name with capitals stands in double quotes.`;
  return `Correct it; the columns are ${columns.map(({ name }) => name).join(', ')}.`;
}

function lacksQuotes({ name }: Pick<ColumnFacts, 'name'>, word: string): boolean {
  return name !== name.toLowerCase() && name.toLowerCase() === word.toLowerCase();
}
