import { printable } from '../printable.ts';

/** A piece of a page that is HTML already. Only `html` and `trusted` make one, so nothing else gets in unescaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, nothing is left out but undefined and null. */
export type Part = Markup | string | number | undefined | null | readonly Part[];

/** HTML with its values escaped: names and values of a database are written by anyone. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const written = pieces.map((piece, place) => piece + (place < parts.length ? write(parts[place]) : ''));
  return { markup: written.join('') };
}

/** Text that is HTML by its maker: the page's own style and script, and data that is escaped for where it stands. */
export function trusted(markup: string): Markup {
  return { markup };
}

function write(part: Part): string {
  if (part === undefined || part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  if ('markup' in part) return part.markup;
  return part.map(write).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and quoted attributes alike. Characters that hide or turn round what is there are shown as escapes. */
function escaped(text: string): string {
  const shown = text
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '  ')))
    .join('\n');
  return shown.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
