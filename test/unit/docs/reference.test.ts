import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/command-line/parse-command-line.ts';
import { COMMANDS } from '../../../src/cli/table/table.ts';
import { EVERY_SETTING } from '../../../src/config/settings/settings.ts';
import { renderCodesReference } from '../../../src/report/codes-reference.ts';
import { renderApiReference } from './api-reference.ts';
import { renderCommandsReference } from './commands-reference.ts';
import { expectGenerated, REPOSITORY, readPage } from './pages.ts';

const LOOK = { width: 200, colour: false, unicode: true, verbose: false, redact: false };

test('the page of codes is the registry', () => {
  expectGenerated('docs/reference/codes.md', renderCodesReference());
});

test('the page of commands is the table of commands', () => {
  expectGenerated('docs/reference/commands.md', renderCommandsReference());
});

test('the page of the library is what the package exports', () => {
  expectGenerated('docs/reference/api.md', renderApiReference());
});

test.each(COMMANDS.map(({ name }) => name))('the page of commands has every flag of msgdb %s --help', (name) => {
  const help = parseCommandLine([...name.split(' '), '--help'], LOOK);
  if (help.kind !== 'text') throw new Error(`no help for ${name}`);
  const flags = [...help.text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
  const page = renderCommandsReference();
  expect(flags.length).toBeGreaterThan(10);
  expect(flags.filter((flag) => !page.includes(flag))).toEqual([]);
});

describe('the page of operations', () => {
  const page = readPage('docs/reference/operations.md');
  test.each([
    ['uniqueKey', 'unique-key.ts'],
    ['dropUniqueKey', 'drop-unique-key.ts'],
    ['index', 'index-operation.ts'],
    ['relink', 'relink.ts'],
    ['sql', 'sql-operation.ts'],
    ['expectIndex', 'expect-index.ts'],
  ])('has every option of %s', (operation, file) => {
    const section = page.split(/^## /m).find((part) => part.startsWith(`${operation}\n`)) ?? '';
    const options = keysOf(`src/model/operations/${file}`, 'const schema');
    expect(options.length).toBeGreaterThan(1);
    expect(options.filter((option) => !section.includes(`\`${option}\``))).toEqual([]);
  });

  test('has every option of a reference', () => {
    const options = keysOf('src/model/operations/common.ts', 'const referenceSchema');
    expect(options).toContain('onCollision');
    expect(options.filter((option) => !page.includes(`\`${option}\``))).toEqual([]);
  });
});

describe('the page of configuration', () => {
  const page = readPage('docs/reference/configuration.md');

  test('has the table of settings', () => {
    const [before = '', , after = ''] = page.split(/(?<=<!-- settings -->\n)|(?=<!-- end of settings -->)/);
    expectGenerated('docs/reference/configuration.md', `${before}\n${renderSettings()}\n${after}`);
  });

  test('has every environment variable that names or completes a connection', () => {
    const sources = ['collect-keywords.ts', 'database-url.ts', 'service-file.ts'].map((file) =>
      source(`src/config/${file}`),
    );
    const variables = [...new Set(sources.join('\n').match(/\b(?:PG[A-Z]{4,}|(?:[A-Z]+_)?DATABASE_URL)\b/g) ?? [])];
    expect(variables).toContain('PGSERVICE');
    expect(variables.filter((variable) => !page.includes(`\`${variable}\``))).toEqual([]);
  });
});

function renderSettings(): string {
  const rows = EVERY_SETTING.map(([name, setting]) => {
    const fallback = setting.otherwise ?? `\`${setting.default}\``;
    const flag = setting.flag === undefined ? '' : `\`${setting.flag}\``;
    return `| \`${name}\` | ${setting.kind.form} | ${fallback} | ${flag} | ${setting.meaning} |`;
  });
  return ['| key | type | default | flag | meaning |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

/** Keys of the first strictObject after a declaration, as Biome lays it out: on one line, or each at one indentation. */
function keysOf(file: string, declaration: string): readonly string[] {
  const [, after = ''] = source(file).split(declaration);
  const [, inline] = /^[^\n]*\.strictObject\(\{ ([^\n]*) \}\)/.exec(after) ?? [];
  if (inline !== undefined) return [...inline.matchAll(/(\w+): /g)].map(([, key = '']) => key);
  const [, indent = '', body = ''] = /\.strictObject\(\{\n( +)(.*?)\n *\}\)/s.exec(after) ?? [];
  return `${indent}${body}`.split('\n').flatMap((line) => new RegExp(`^${indent}(\\w+):`).exec(line)?.[1] ?? []);
}

function source(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}
