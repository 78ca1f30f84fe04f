import { readPage } from '../../unit/docs/pages.ts';

/** A part of a page, from one heading to the next. */
export interface Part {
  readonly page: string;
  /** Empty above the first heading. */
  readonly heading: string;
  readonly deeds: readonly Deed[];
}

/** What a reader does: write a file, or send a line to a shell and look at what comes, if the page shows it. */
export type Deed =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'line'; readonly line: string; readonly remark: string; readonly shown?: string };

/** A fenced block that is none of the languages a reader runs (`sh`, `console`) or writes into a file. */
export interface OtherBlock {
  readonly language: string;
  readonly content: string;
}

const PIECES = /^#+ ([^\n]+)$|(?:`((?:migrations|src)\/[^`]+)`:\n\n)?^```([^\n]*)\n(.*?)^```$/gms;

/** The page, part by part. */
export function readParts(page: string): readonly Part[] {
  const parts: { page: string; heading: string; deeds: Deed[] }[] = [{ page, heading: '', deeds: [] }];
  for (const [, heading, path, language, content = ''] of readPage(page).matchAll(PIECES)) {
    if (heading !== undefined) parts.push({ page, heading, deeds: [] });
    else parts.at(-1)?.deeds.push(...deedsOf(path, language, content));
  }
  return parts.filter(({ deeds }) => deeds.length > 0);
}

/** All other blocks of the page. */
export function otherBlocks(page: string): readonly OtherBlock[] {
  return [...readPage(page).matchAll(PIECES)]
    .filter(([, heading, , language]) => heading === undefined && language !== 'sh' && language !== 'console')
    .map(([, , , language = '', content = '']) => ({ language, content }));
}

function deedsOf(path: string | undefined, language = '', content: string): readonly Deed[] {
  if (path !== undefined) return [{ kind: 'file', path, content }];
  if (language === 'sh') return linesOf(content);
  if (language !== 'console') return [];
  return content
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [line = '', ...shown] = text.split('\n');
      return { kind: 'line', line, remark: '', shown: shown.join('\n').trim() };
    });
}

/** Without comments; a backslash at the end of a line continues it. */
function linesOf(content: string): readonly Deed[] {
  return content
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((text) => text.trim() !== '' && !text.startsWith('#'))
    .map((text) => {
      const [line = '', ...remarks] = text.split(/\s+# /);
      return { kind: 'line', line: line.trim(), remark: remarks.join(' ') };
    });
}
