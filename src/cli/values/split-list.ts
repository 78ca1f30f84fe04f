import { MsgdbError } from '../../model/errors.ts';

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/**
 * Splits a list at its commas, but not at those within quotes, parentheses or brackets: `a, lower(b), coalesce(c, ',')`
 * is three parts.
 * @param flag what the list belongs to, for the message: `--key`.
 * @throws MsgdbError MSGDB_USAGE when a part is empty, or a quote or parenthesis is not closed.
 */
export function splitList(text: string, flag: string): readonly string[] {
  const parts = splitAt(text, ',', flag).map((part) => part.trim());
  if (parts.includes('')) {
    throw invalid(text, flag, parts.length === 1 ? 'The list is empty.' : 'A part between two commas is empty.');
  }
  return parts;
}

/** Splits at a character outside quotes, parentheses and brackets; at most `pieces` of them, the last holds the rest. */
export function splitAt(text: string, separator: string, flag: string, pieces = Number.POSITIVE_INFINITY): string[] {
  const parts = [''];
  const open: string[] = [];
  for (const character of text) {
    const inside = open.at(-1);
    const quoted = inside === '"' || inside === "'";
    if (!inside && character === separator && parts.length < pieces) {
      parts.push('');
      continue;
    }
    if (character === inside) open.pop();
    else if (!quoted && (character === '"' || character === "'")) open.push(character);
    else if (!quoted && CLOSING[character]) open.push(CLOSING[character]);
    else if (!quoted && (character === ')' || character === ']')) {
      throw invalid(text, flag, `A "${character}" closes nothing.`);
    }
    parts.push(`${parts.pop()}${character}`);
  }
  const missing = open.at(-1);
  if (missing) throw invalid(text, flag, `A ${missing} is missing at the end.`);
  return parts;
}

/** Whether the text has a parenthesis outside quotes: then it is an expression, not a name. */
export function hasParenthesis(text: string): boolean {
  return text.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, '').includes('(');
}

function invalid(text: string, flag: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is "${text}", which is not a list.`,
    why,
    fix: `Write the parts between commas, in quotes for the shell: ${flag} "a, b".`,
  });
}
