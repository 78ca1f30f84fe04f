import type { GrammarName } from './syntax/grammars.ts';

/** How the text of a file is read: with a grammar, as SQL, or by a scanner of its own. */
export type Language =
  | { readonly kind: 'grammar'; readonly grammar: GrammarName }
  | { readonly kind: 'sql' }
  | { readonly kind: 'kotlin' }
  | { readonly kind: 'scala' }
  | { readonly kind: 'elixir' }
  /** A mapper of MyBatis; other XML is not read. */
  | { readonly kind: 'mapper' }
  /** The parts of a page that are TypeScript or JavaScript: Vue, Svelte, Astro. */
  | { readonly kind: 'page' }
  /** Names of models alone. */
  | { readonly kind: 'prisma' };

const grammar = (name: GrammarName): Language => ({ kind: 'grammar', grammar: name });

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map([
  ['.go', grammar('go')],
  ['.ts', grammar('typescript')],
  ['.mts', grammar('typescript')],
  ['.cts', grammar('typescript')],
  ['.tsx', grammar('tsx')],
  ['.js', grammar('javascript')],
  ['.jsx', grammar('javascript')],
  ['.mjs', grammar('javascript')],
  ['.cjs', grammar('javascript')],
  ['.vue', { kind: 'page' }],
  ['.svelte', { kind: 'page' }],
  ['.astro', { kind: 'page' }],
  ['.py', grammar('python')],
  ['.java', grammar('java')],
  ['.cs', grammar('c-sharp')],
  ['.rb', grammar('ruby')],
  ['.rake', grammar('ruby')],
  ['.php', grammar('php')],
  ['.rs', grammar('rust')],
  ['.sql', { kind: 'sql' }],
  ['.pgsql', { kind: 'sql' }],
  ['.psql', { kind: 'sql' }],
  ['.xml', { kind: 'mapper' }],
  ['.kt', { kind: 'kotlin' }],
  ['.kts', { kind: 'kotlin' }],
  ['.scala', { kind: 'scala' }],
  ['.sc', { kind: 'scala' }],
  ['.ex', { kind: 'elixir' }],
  ['.exs', { kind: 'elixir' }],
  ['.prisma', { kind: 'prisma' }],
]);

/** Files that hold JavaScript or TypeScript. */
export const JAVASCRIPT = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/i;

/** The language of a file by the end of its name; undefined for one that is not read. */
export function languageOf(file: string): Language | undefined {
  const dot = file.lastIndexOf('.');
  return dot < 0 ? undefined : BY_EXTENSION.get(file.slice(dot).toLowerCase());
}
