import { scanSql } from './sql/scan-sql.ts';

/** So much of a statement is shown. */
const LONGEST_EXCERPT = 240;
/** So much of it is looked at. */
const LONGEST_READ = LONGEST_EXCERPT * 20;

/** A line of a program that is a comment, and one at the end of a line. */
const COMMENT = /^[ \t]*(?:\/\/|#)\s[^\n]*$|[ \t](?:\/\/|#)\s[^"'`\n]*$/gm;

/** A statement of SQL in one line, without its comments, its holes as `…`. */
export function excerptOfSql(sql: string): string {
  const read = sql.slice(0, LONGEST_READ);
  // A file may have 30,000 clauses, each of which is followed by all others.
  if (!/--|\/\*/.test(read)) return shorten(read);
  let end = 0;
  const parts = scanSql(read).map((token) => {
    const space = end < token.start ? ' ' : '';
    end = token.end;
    return `${space}${token.text}`;
  });
  return shorten(parts.join(''));
}

/** A call of a program in one line. */
export function excerptOfCode(code: string): string {
  return shorten(code.slice(0, LONGEST_READ).replaceAll(COMMENT, ''));
}

function shorten(text: string): string {
  const line = text
    .replaceAll(/[\uE000\uE001]/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (line.length <= LONGEST_EXCERPT) return line;
  // The end is what matters: the target and what is done.
  const end = /\bon conflict\b.*$/i.exec(line)?.[0] ?? '';
  const start = line.slice(0, Math.max(60, LONGEST_EXCERPT - end.length)).trimEnd();
  return `${start} … ${end}`.slice(0, LONGEST_EXCERPT * 2).trimEnd();
}
