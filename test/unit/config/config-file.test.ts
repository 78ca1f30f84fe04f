import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../../src/config/config-file.ts';
import { errorOf, wordsOf } from './errors.ts';
import { withFolder } from './folder.ts';

const libraryEntry = fileURLToPath(new URL('../../../src/config/define-config.ts', import.meta.url));

function read(cwd: string, { explicit, home = '/nowhere' }: { explicit?: string; home?: string } = {}) {
  return readConfigFile({ cwd, home, explicit, libraryEntry, secrets: ['hunter2!'] });
}

describe('a config file is loaded from', () => {
  const typed = "import { defineConfig } from 'msgdb';\nexport default defineConfig({ jobs: 2 as number });\n";
  const plain = "import { defineConfig } from 'msgdb';\nexport default defineConfig({ jobs: 2 });\n";
  test.each([
    ['msgdb.config.ts', typed],
    ['msgdb.config.mts', typed],
    ['msgdb.config.js', plain],
    ['msgdb.config.mjs', plain],
    ['msgdb.config.js', 'module.exports = { jobs: 2 };'],
    ['msgdb.config.ts', 'export default await Promise.resolve({ jobs: 2 });'],
    ['msgdb.config.json', '\uFEFF{ "jobs": 2 }'],
  ])('%s: %j', async (name, content) => {
    await withFolder({ [name]: content }, async (folder) => {
      const file = await read(folder);
      expect(file).toMatchObject({ path: join(folder, name), settings: { jobs: 2 }, warnings: [] });
    });
  });
});

describe('the search for a config file', () => {
  test('goes upwards and takes the nearest', async () => {
    const files = { 'msgdb.config.json': '{"jobs":1}', 'a/msgdb.config.json': '{"jobs":2}', 'a/b/c/x': '' };
    await withFolder(files, async (folder) => {
      expect((await read(join(folder, 'a/b/c')))?.settings.jobs).toBe(2);
    });
  });

  test('ends at the root of a repository, which itself counts', async () => {
    const files = { 'msgdb.config.json': '{"jobs":1}', 'a/.git/HEAD': '', 'a/b/x': '', 'c/.git': 'gitdir: …' };
    await withFolder(files, async (folder) => {
      expect(await read(join(folder, 'a/b'))).toBeUndefined();
      expect(await read(join(folder, 'c'))).toBeUndefined();
      await mkdir(join(folder, '.git'));
      expect((await read(folder))?.settings.jobs).toBe(1);
    });
  });

  test('ends at the home directory, which itself counts', async () => {
    await withFolder({ 'msgdb.config.json': '{"jobs":1}', 'home/a/x': '' }, async (folder) => {
      expect(await read(join(folder, 'home/a'), { home: join(folder, 'home') })).toBeUndefined();
      expect((await read(join(folder, 'home/a'), { home: folder }))?.settings.jobs).toBe(1);
    });
  });

  test('prefers TypeScript, and says which file beside it is ignored', async () => {
    const files = { 'msgdb.config.ts': 'export default { jobs: 2 }', 'msgdb.config.json': '{"jobs":1}' };
    await withFolder(files, async (folder) => {
      const file = await read(folder);
      expect(file?.settings.jobs).toBe(2);
      expect(file?.warnings).toEqual(['msgdb.config.ts is used; msgdb.config.json beside it is ignored.']);
    });
  });

  test('does not happen when a file is named, relative to the working directory', async () => {
    await withFolder({ 'msgdb.config.json': '{"jobs":1}', 'other.json': '{"jobs":2}' }, async (folder) => {
      expect((await read(folder, { explicit: 'other.json' }))?.settings.jobs).toBe(2);
      const error = await errorOf(() => read(folder, { explicit: 'missing.ts' }));
      expect(error.code).toBe('MSGDB_CONFIG_INVALID');
      expect(error.message).toContain(join(folder, 'missing.ts'));
    });
  });
});

describe('a config file that does not load is an error with its line and no stack:', () => {
  test.each([
    ['it throws', 'msgdb.config.ts', 'const a = 1;\n\nthrow new Error("no such thing");\nexport default {};', 3],
    ['it throws a TypeError', 'msgdb.config.mjs', '\nexport default { jobs: null.x };', 2],
    ['a syntax error', 'msgdb.config.ts', 'export default {\n  jobs: ,\n};', 2],
    [
      'an error in a file it imports',
      'msgdb.config.ts',
      '\nimport { x } from "./lib.ts";\nexport default { jobs: x() };',
      2,
      'lib.ts',
    ],
    ['it is not JSON', 'msgdb.config.json', '{\n  "jobs": 1\n  "redact": true\n}', 3],
  ])('%s', async (_, name, content, line, file = name) => {
    const lib = 'export function x(): number {\n  throw new Error("deep");\n}';
    await withFolder({ [name]: content, 'lib.ts': lib }, async (folder) => {
      const error = await errorOf(() => read(folder));
      expect(error.code).toBe('MSGDB_CONFIG_INVALID');
      expect(error.message).toContain(`${name} does not load: `);
      expect(error.why).toMatch(new RegExp(`^It happened at ${file}:${line}:\\d+\\.$`));
      expect(`${error.message}${error.why}${error.fix}`).not.toMatch(/\s{2}at |node_modules|\n/);
    });
  });

  test.each([
    ['in a URL', 'throw new Error("bad: postgres://app:hush@db/shop")'],
    ['on its own', 'throw new Error("bad password hunter2!")'],
    ['in JSON', '{ "databaseUrl": "postgres://app:hush@db/shop" "x" }'],
    ['in unfinished JSON', '{ "databaseUrl": postgres://app:hush@db/shop }'],
  ])('and without a password that stands %s', async (_, content) => {
    const name = content.startsWith('{') ? 'msgdb.config.json' : 'msgdb.config.ts';
    await withFolder({ [name]: content }, async (folder) => {
      expect(wordsOf(await errorOf(() => read(folder)))).not.toMatch(/hush|hunter2/);
    });
  });

  test('it exports no default', async () => {
    await withFolder({ 'msgdb.config.ts': 'export const jobs = 2;' }, async (folder) => {
      const error = await errorOf(() => read(folder));
      expect(error.message).toBe('msgdb.config.ts does not load: it has no default export.');
      expect(error.fix).toContain('export default defineConfig({ … })');
    });
  });
});
