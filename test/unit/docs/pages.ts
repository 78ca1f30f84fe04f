import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** A page for people, by its path from the repository's root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page of docs/, and those at the root that are there. */
export function readPages(): readonly Page[] {
  const inDocs = readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = [
    ...inDocs.map((path) => join('docs', path)),
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
  ];
  return paths
    .filter((path) => path.endsWith('.md') && existsSync(join(REPOSITORY, path)))
    .map((path) => ({ path: relative('.', path), text: readPage(path) }));
}

export function readPage(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** A generated page must equal what the program says now; with UPDATE_DOCS=1 it is written instead. */
export function expectGenerated(path: string, text: string): void {
  if (process.env.UPDATE_DOCS) {
    // At one stroke: other tests read the pages at the same time.
    writeFileSync(join(REPOSITORY, `${path}.new`), text);
    renameSync(join(REPOSITORY, `${path}.new`), join(REPOSITORY, path));
  }
  expect(readPage(path), `${path} is old: UPDATE_DOCS=1 npx vitest run test/unit/docs`).toBe(text);
}

/** Fenced blocks of a language, without indentation of the fence. */
export function codeBlocks({ text }: Page, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, marked]) => marked === language)
    .map(([, , code = '']) => code);
}

/** The text without fenced blocks and inline code, in which brackets mean something else. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
}
