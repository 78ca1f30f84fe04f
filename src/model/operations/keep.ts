import { z } from 'zod';

/**
 * One term of the survivor order. A string is `column [asc|desc]` or `expression [asc|desc]`; NULLs always come last
 * unless the term says otherwise. A ranking puts the rows whose column has the first value first; other values follow.
 * `most complete` and `most children` may be written as a string as well.
 */
export type KeepTerm =
  | string
  | { readonly column: string; readonly ranking: readonly string[] }
  /** The row with the most columns that are not NULL; `of`: only these columns count. */
  | { readonly most: 'complete'; readonly of?: readonly string[] | undefined }
  /** The row that most rows refer to; `of`: only these references count, as `table` or `table.column`. */
  | { readonly most: 'children'; readonly of?: readonly string[] | undefined };

const MOST = ['complete', 'children'] as const;
const FORMS =
  "write 'column desc', an expression, 'most complete', 'most children', { most, of } or { column, ranking }";

const text = z.string().trim().min(1);
const ranking = z.strictObject({ column: text, ranking: z.array(z.string()).min(1) });
const most = z.strictObject({
  most: z.enum(MOST, "it is neither 'complete' nor 'children'"),
  of: z.array(text).min(1).optional(),
});

const termSchema = z.unknown().transform((term, context): KeepTerm => {
  if (typeof term === 'string') return parseText(term.trim(), (message) => context.addIssue(message));
  const schema: z.ZodType<KeepTerm> = isObject(term) && 'most' in term ? most : ranking;
  const parsed = isObject(term) ? schema.safeParse(term) : undefined;
  if (parsed?.success) return parsed.data;
  for (const { path, message } of parsed?.error.issues ?? []) context.issues.push(issueOf(term, path, message));
  if (!parsed) context.addIssue(FORMS);
  return '';
});

/** The survivor order of a rule, best first. */
export const keepSchema = z.array(termSchema);

/** `most …` is two words that no expression begins with; a column may have the name, and then a direction follows. */
function parseText(term: string, refuse: (message: string) => void): KeepTerm {
  if (term === '') refuse(`it is empty; ${FORMS}`);
  const word = /^most\s+(?<word>[\p{L}_]+)(?<rest>.*)$/isu.exec(term)?.groups;
  if (!word?.word || /^(?:asc|desc|nulls)$/i.test(word.word)) return term;
  const known = MOST.find((each) => each === word.word?.toLowerCase());
  if (known && word.rest?.trim() === '') return { most: known };
  refuse(
    known
      ? `"${term}" has more than "most ${known}"; the row with the most comes first, in no other direction`
      : `"${term}" is not known: write "most complete" or "most children"`,
  );
  return term;
}

function isObject(term: unknown): term is Readonly<Record<string, unknown>> {
  return typeof term === 'object' && term !== null;
}

function issueOf(input: unknown, path: readonly PropertyKey[], message: string) {
  return { code: 'custom' as const, input, path: [...path], message };
}
