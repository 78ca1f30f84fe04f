import type { Statement } from '../model/statement.ts';
import { quoteLiteral } from './quote.ts';

/** A statement with its values written into it, as a script has it. */
export function inlineValues({ text, values }: Statement): string {
  const inlined =
    values.length === 0
      ? text
      : text.replaceAll(/\$(\d+)/g, (_, number: string) => {
          const value = values[Number(number) - 1];
          return value === null || value === undefined ? 'null' : quoteLiteral(String(value));
        });
  // A comment at its end would take the semicolon with it.
  if (/--[^\n]*$/.test(inlined)) return `${inlined}\n;`;
  return inlined.endsWith(';') ? inlined : `${inlined};`;
}
