import type { GrammarName } from './grammars.ts';

/** A text of the same length as the page, in which all but its scripts is blank. */
export interface PageScripts {
  readonly text: string;
  readonly grammar: GrammarName;
}

const SCRIPT = /<script\b([^<>]{0,1000})>([\s\S]*?)<\/script\s*>/gi;
/** Astro: the code between two lines of three hyphens at the top. */
const FRONT_MATTER = /^\s*---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?$/m;

/** The scripts of a page of Vue, Svelte or Astro, each where it stands in the page. */
export function readPageScripts(file: string, page: string): PageScripts {
  const scripts = Array.from(page.matchAll(SCRIPT), ({ index, 0: whole, 1: attributes = '', 2: code = '' }) => ({
    attributes,
    code,
    start: index + whole.indexOf('>') + 1,
  }));
  const front = /\.astro$/i.test(file) ? FRONT_MATTER.exec(page) : null;
  if (front?.index === 0) {
    scripts.unshift({ attributes: '', code: front[1] ?? '', start: front[0].indexOf('\n') + 1 });
  }
  let text = '';
  for (const { code, start } of scripts) {
    // A script in the front matter is a part of it.
    if (start < text.length) continue;
    text += `${blank(page.slice(text.length, start))}${code}`;
  }
  const jsx = scripts.some(({ attributes }) => /\blang\s*=\s*["']?[jt]sx\b/i.test(attributes));
  return { text: text + blank(page.slice(text.length)), grammar: jsx ? 'tsx' : 'typescript' };
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ');
}
