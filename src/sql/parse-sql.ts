import type { ParseResult, ScanResult } from 'libpg-query';

/** Parses SQL as the server does. The parser is loaded when it is first needed: most commands on a table need none of it. */
export async function parse(text: string): Promise<ParseResult> {
  const parser = await import('libpg-query');
  return await parser.parse(text);
}

/** Parses the body of a function in PL/pgSQL. */
export async function parsePlPgSQL(text: string): Promise<ParseResult> {
  const parser = await import('libpg-query');
  return await parser.parsePlPgSQL(text);
}

/** A word, a sign or a comment of a statement, with its place in bytes. */
export type SqlWord = ScanResult['tokens'][number];

/** Takes a statement apart as the server does. */
export async function scan(text: string): Promise<readonly SqlWord[]> {
  const parser = await import('libpg-query');
  return (await parser.scan(text)).tokens;
}
