/** A text as one word of a POSIX shell. Within double quotes a shell leaves single ones alone, which SQL is full of. */
export function shellWord(text: string): string {
  if (text.includes("'") && !/["$`\\!]/.test(text)) return `"${text}"`;
  return /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
