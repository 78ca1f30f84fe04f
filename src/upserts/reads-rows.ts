/** Methods of clients that give all rows. */
const ALL_ROWS =
  /^(?:Select(?:Context)?|any|many|manyOrNone|queryForList|queryForStream|fetch_?all|fetchAll|query_as_list|select_(?:all|values|rows))$/;

/** Methods that give rows to go through, of which the first may be all that is wanted. */
const ROWS = /^(?:Query(?:Context|Async|x|xContext)?)$/;

/** What is called on the result, or how it is gone through. */
const GOES_THROUGH =
  /\bfor\s+rows?\.Next\(|\bwhile\s*\(\s*\w+\.next\(|\bfetch_?all\b|\bfetchAll\b|\bToList(?:Async)?\(|\bgetResultList\b|\brows\.(?:map|forEach|filter|reduce)\b|\bof\s+\w*\.?rows\b|\.all\(\)|\bCollectRows\b/;

const TAKES_FIRST = /\bif\s+!?\s*rows?\.Next\(|OrDefault|\bCollect(?:ExactlyOne|One)Row\b/;

/** So far before a string its call begins, and so far behind it the result is used. */
const NEAR = { before: 200, after: 600 };

/**
 * Are the rows of the lookup read as a list, as far as the code around it says? `end` is where the next statement of
 * interest begins.
 */
export function readsRows(text: string, lookup: { readonly at: number; readonly end: number }, end: number): boolean {
  const after = text.slice(lookup.end, Math.min(end, lookup.end + NEAR.after));
  const callee = /(\w+)\s*(?:<[^<>()]{0,80}>)?\(\s*(?:[\w.&*[\]]+\s*,\s*){0,4}[rbfu@$]{0,2}["'`]{1,3}\s*$/.exec(
    text.slice(Math.max(0, lookup.at - NEAR.before), lookup.at),
  )?.[1];
  if (callee !== undefined && ALL_ROWS.test(callee)) return true;
  if (TAKES_FIRST.test(after)) return false;
  return GOES_THROUGH.test(after) || (callee !== undefined && ROWS.test(callee));
}
