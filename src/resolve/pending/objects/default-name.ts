/** Bytes of a name. */
const LONGEST = 63;

/** The name that PostgreSQL gives: `makeObjectName` (indexcmds.c, 14 to 18) shortens the longer of the two. */
export function defaultName(first: string, second: string | undefined, label: string): string {
  const room = LONGEST - label.length - (second === undefined ? 1 : 2);
  let [one, two] = [first, second ?? ''];
  while (bytesOf(one) + bytesOf(two) > room) {
    if (bytesOf(one) > bytesOf(two)) one = shorten(one);
    else two = shorten(two);
  }
  return [one, ...(second === undefined ? [] : [two]), label].join('_');
}

function shorten(text: string): string {
  return [...text].slice(0, -1).join('');
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
