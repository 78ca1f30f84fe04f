import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { createJiti } from 'jiti';
import { afterAll, describe, expect, test } from 'vitest';
import { parseUserConfig } from '../../../src/config/settings/parse-user-config.ts';
import { parseMigration } from '../../../src/model/migration.ts';
import { codeBlocks, REPOSITORY, readPage, readPages, withoutCode } from './pages.ts';

const pages = readPages();

describe.each(pages)('$path', ({ path, text }) => {
  test('has links that lead somewhere', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const relative = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(relative.filter((link) => !leadsSomewhere(path, link))).toEqual([]);
  });

  test('has tables whose rows have as many cells as their head', () => {
    const tables = text.replaceAll(/^```.*?^```$/gms, '').match(/(?:^\|.*\|\n)+/gm) ?? [];
    const uneven = tables.flatMap((table) => {
      const rows = table.trim().split('\n');
      return rows.filter((row) => cellsOf(row) !== cellsOf(rows[0] ?? ''));
    });
    expect(uneven).toEqual([]);
  });
});

describe('examples that import msgdb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msgdb-docs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const examples = pages.flatMap((page) =>
    codeBlocks(page, 'ts')
      .filter((code) => /^import .* from 'msgdb';/m.test(code) && !code.includes('createMsgdb'))
      .map((code, place) => ({ name: `${page.path}, example ${place + 1}`, code })),
  );

  test.each(examples)('$name', async ({ name, code }) => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, code);
    const alias = { msgdb: join(REPOSITORY, 'src/index.ts') };
    const exported = await createJiti(file, { alias, fsCache: false }).import(file, { default: true });
    if (code.includes('defineConfig')) parseUserConfig(exported, name);
    else parseMigration(exported, name);
  });
});

test('the architecture names files and folders that are there', () => {
  const { text } = pages.find(({ path }) => path === 'docs/ARCHITECTURE.md') ?? { text: '' };
  const folders = readdirSync(join(REPOSITORY, 'src'));
  const named = [...text.matchAll(/`([a-z-]+(?:\/[a-z-]+)+)(?:\.ts)?`/g)].map(([, path = '']) => path);
  const ours = named.filter((path) => folders.includes(path.split('/')[0] ?? ''));
  expect(ours.length).toBeGreaterThan(25);
  const there = (path: string) => ['', '.ts'].some((ending) => existsSync(join(REPOSITORY, 'src', `${path}${ending}`)));
  expect(ours.filter((path) => !there(path))).toEqual([]);
});

test('the page that leads to commands names commands and flags that there are', () => {
  const reference = readPage('docs/reference/commands.md');
  const sections = reference
    .split(/^## /m)
    .map((text) => ({ command: /^`?(?:msgdb )?([\w -]+)/.exec(text)?.[1], text }));
  const named = [...readPage('docs/guides/which-command.md').matchAll(/`msgdb ([a-z-]+(?: list| restore)?)([^`]*)`/g)];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(([, command, rest = '']) => {
    const text = sections.find((section) => section.command?.trim() === command)?.text;
    return text === undefined || (rest.match(/--[a-z-]+/g) ?? []).some((flag) => !text.includes(flag));
  });
  expect(missing.map(([code]) => code)).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page : normalize(join(dirname(page), file));
  if (!existsSync(join(REPOSITORY, path))) return false;
  return anchor === undefined || anchorsOf(readPage(path)).includes(anchor);
}

/** What Markdown renderers make of headings: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(text: string): readonly string[] {
  return [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function cellsOf(row: string): number {
  return row.replaceAll('\\|', '').split('|').length;
}
