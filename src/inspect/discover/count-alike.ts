import type { Alike, Candidate } from '../../model/discovery.ts';
import type { Census } from '../../model/facts.ts';
import { uniqueKey } from '../../model/operations/unique-key.ts';
import type { Queryable } from '../../model/statement.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import type { Workplace } from '../../session/workplace.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';
import { showName } from '../../sql/show-name.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { surveyKey } from '../survey/survey-rule.ts';

/** The wider one first: the narrower one is counted where it finds something, and says what exactly differs. */
const LIKENESSES: readonly (readonly [but: string, wrap: (column: string) => string])[] = [
  ['upper and lower case, or spaces around them', (column) => `lower(btrim(${column}))`],
  ['upper and lower case', (column) => `lower(${column})`],
];

/** Rows whose texts are the same to a person, and that a unique index on the column lets in; undefined if there are none. */
export async function countAlike(
  db: Queryable,
  workplace: Workplace,
  candidate: Candidate,
  { census, where }: { readonly census: Census; readonly where: string | undefined },
): Promise<Alike | undefined> {
  let found: Alike | undefined;
  for (const [but, wrap] of LIKENESSES) {
    const { excessRows } = await countKey(db, workplace, candidate, { where, wrap });
    const rows = excessRows - census.excessRows;
    if (rows < (found?.rows ?? 1)) break;
    found = { rows, but, expression: wrap(showName(candidate.identifier)) };
  }
  return found;
}

/** Counts the duplicates of a candidate as find-duplicates does; `wrap` puts an expression in the identifier's place. */
export async function countKey(
  db: Queryable,
  { server, settings }: Workplace,
  { schema, table, key, identifier }: Candidate,
  { where, wrap }: { readonly where: string | undefined; readonly wrap?: (column: string) => string },
): Promise<Census> {
  const rule = uniqueKey({
    table: quoteTable({ schema, name: table }),
    key: key.map((name) => (wrap && name === identifier ? { expression: wrap(quoteName(name)) } : quoteName(name))),
    ...(where === undefined ? {} : { where }),
  });
  const facts = await gatherFacts(db, server, rule, settings.schema);
  return (await surveyKey(db, resolveRule(rule, facts), facts)).census;
}
