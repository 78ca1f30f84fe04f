/**
 * Characters that steer a terminal or hide what is really there: controls (ESC, CR, C1), line separators,
 * bidirectional overrides, zero-width and tag characters, lone surrogates. ZWJ and ZWNJ stay: emoji and many scripts need them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const STEERING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}|\p{Cs}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes text from outside safe to print on one line of a terminal or log: names and values in a database
 * are written by anyone. Steering characters are shown as escapes (`\x1b`, `\u202e`), nothing is dropped.
 */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => SHORT[character] ?? escapeOf(character));
}

/** The same for a text of several lines, such as a server's message: its line breaks stay. */
export function printableLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', '  ').trimEnd()));
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
