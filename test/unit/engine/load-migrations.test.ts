import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { loadMigrations } from '../../../src/engine/migrations/load-migrations.ts';
import { parseMigration } from '../../../src/model/migration.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { expectIndex } from '../../../src/model/operations/expect-index.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { errorOf } from '../config/errors.ts';
import { withFolder } from '../config/folder.ts';

const libraryEntry = fileURLToPath(new URL('../../../src/model/operations/sql-operation.ts', import.meta.url));

const load = (directory: string) => loadMigrations({ directory, libraryEntry });
const GOOD = "export default { summary: 's', up: [{ kind: 'sql', up: 'select 1', transaction: true }] };\n";

test.each([
  ['that never ends', 'while (true) {}'],
  ['that waits', 'await new Promise((done) => setTimeout(done, 60_000));'],
])('a file %s is left at once when the command is interrupted', async (_, content) => {
  await withFolder({ '0001-endless.mjs': content, 'msgdb.config.mjs': content }, async (folder) => {
    const signal = AbortSignal.timeout(300);
    const input = { cwd: folder, env: {}, home: folder, flags: {}, signal };
    const [loading, configuring] = await Promise.all([
      errorOf(() => loadMigrations({ directory: folder, libraryEntry, signal })),
      errorOf(() => loadConfig(input)),
    ]);
    for (const { code, message } of [loading, configuring]) {
      expect(code).toBe('MSGDB_INTERRUPTED');
      expect(message).toContain('nothing was changed');
    }
    expect((await errorOf(() => loadMigrations({ directory: folder, libraryEntry, signal }))).code).toBe(
      'MSGDB_INTERRUPTED',
    );
  });
});

test('a file that is a module as it stands is run by Node; what needs more, by jiti, which takes 0.2 s to load', async () => {
  const typed = 'stripTypeScriptTypes' in nodeModule ? 'node' : 'jiti';
  const files: readonly (readonly [extension: string, text: string, by: string])[] = [
    ['ts', '', 'node'],
    ['js', '', 'node'],
    ['mjs', `import { sep } from 'node:path';\nawait sep;`, 'node'],
    ['ts', 'const a: string = "a"; a;', typed],
    // Without types, `of<string>("a")` is two comparisons.
    ['mts', 'const of = <T>(a: T) => a; of<string>("a");', typed],
    ['ts', 'const of = (a) => a; of<string>("a");', typed],
    ['ts', 'enum A { B = 1 } A.B;', 'jiti'],
    ['ts', `import { SqlOptions } from 'msgdb'; const a: SqlOptions = {}; a;`, 'jiti'],
    ['ts', `import { a } from './lib'; a;`, 'jiti'],
    ['js', `await import('./lib');`, 'jiti'],
    ['ts', 'new URL(import.meta.url);', 'jiti'],
    ['js', `require('node:path').sep; __filename;`, 'jiti'],
  ];
  const runner = `(/[\\/]jiti[\\/]/.test(String(new Error().stack)) ? 'jiti' : 'node')`;
  const named = files.map(([extension, text], place) => [
    `${String(place).padStart(4, '0')}-a.${extension}`,
    `import { sql } from 'msgdb';\n${text}\nexport default { summary: ${runner}, up: [sql({ up: 'select 1 <> 2' })] };\n`,
  ]);
  await withFolder({ ...Object.fromEntries(named), 'lib.ts': 'export const a: number = 1;' }, async (folder) => {
    const loaded = await load(folder);
    expect(loaded.map(({ migration }) => migration.summary)).toEqual(files.map(([, , by]) => by));
    for (const { migration } of loaded) expect(migration.up).toMatchObject([{ up: 'select 1 <> 2' }]);
  });
});

describe('a file that would end the command, or never let it end, is an error with its place:', () => {
  test.each<[string, string, string, string]>([
    ['process.exit', '\nprocess.exit(0);', 'it calls process.exit(0)', ':2:9'],
    ['exit in a function', 'function f(): void {\n  process.exit();\n}\nf();', 'it calls process.exit()', ':2:11'],
    ['process.kill', 'process.kill(process.pid, "SIGKILL");', 'it calls process.kill(process.pid, "SIGKILL")', ':1:9'],
    ['process.abort', 'process.abort();', 'it calls process.abort()', ':1:9'],
    ['exit of node itself', '(process as any).reallyExit(0);', 'it calls process.reallyExit(0)', ':1:'],
    ['an await without end', `await new Promise(() => {});\n${GOOD}`, 'it waits for something that never comes', ''],
    ['exit in a promise', `Promise.resolve().then(() => process.exit(0));\n${GOOD}`, 'calls process.exit(0)', ':1:'],
    ['a rejection that nobody handles', `Promise.reject(new Error('late'));\n${GOOD}`, 'does not load: late.', ':1:'],
    ['an error', `const a = 1;\n  throw new Error('from within');`, 'does not load: from within.', ':2:9'],
    ['an error of another kind', `const a: any = null;\na.b.c();\n${GOOD}`, 'Cannot read properties of null', ':2:'],
    ['something thrown that is no error', `throw 'a text';`, 'does not load: a text.', ''],
    ['a syntax error', 'export default {\n  up: ,\n};', 'Unexpected token', ':2:'],
  ])('%s', async (_, content, says, place) => {
    const files = { '0001-good.ts': GOOD, '0002-bad.ts': content, '0003-good.ts': GOOD };
    await withFolder(files, async (folder) => {
      const error = await errorOf(() => load(folder));
      expect(error.code).toBe('MSGDB_MIGRATION_INVALID');
      expect(error.message).toContain(join(folder, '0002-bad.ts'));
      expect(error.message).toContain(says);
      if (place) expect(error.why).toContain(`${join(folder, '0002-bad.ts')}${place}`);
    });
  });

  test('what a file has begun does not go on after it was loaded', async () => {
    const content = `setTimeout(() => process.exit(7), 50);\nsetInterval(() => { throw new Error('later'); }, 50);\n${GOOD}`;
    await withFolder({ '0001-later.ts': content }, async (folder) => {
      expect(await load(folder)).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 120));
    });
  });

  test('an option that is wrong is reported with file, line and column', async () => {
    const content =
      "import { sql } from 'msgdb';\nexport default {\n  up: [\n    sql({ upp: 'select 1' }),\n  ],\n};\n";
    await withFolder({ '0001-typo.ts': content }, async (folder) => {
      const error = await errorOf(() => load(folder));
      expect(error.message).toMatch(/0001-typo\.ts:4:\d+: sql\(\{ … \}\) has 2 options that are wrong\.$/);
      expect(error.fix).toBe('Write "up" instead of "upp" in sql({ … }).');
      expect(error.data).toMatchObject({ file: join(folder, '0001-typo.ts'), line: 4 });
    });
  });

  test.each([
    ['a migration', `{ summary: 's', up: [], dwn: 1 }`, 'migration({ … }) has 2 options that are wrong.'],
    ['SQL', `{ up: [{ kind: 'sql' }] }`, 'sql({ … }) has an option that is wrong.'],
    ['a rule', `{ up: [{ kind: 'unique-key', table: 't' }] }`, 'uniqueKey({ … }) has an option that is wrong.'],
    ['an index', `{ up: [{ kind: 'index', table: 3, colums: ['a'] }] }`, 'index({ … }) has 4 options that are wrong.'],
    ['no operation', `{ up: [{ kind: 'toString' }] }`, 'migration({ … }) has an option that is wrong.'],
  ])('%s written as a plain object is looked at like any other', async (_, exported, message) => {
    await withFolder({ '0001-a.mjs': `export default ${exported};` }, async (folder) => {
      const path = join(folder, '0001-a.mjs');
      expect(await errorOf(() => load(folder))).toMatchObject({
        code: 'MSGDB_MIGRATION_INVALID',
        message: `${path}: ${message}`,
        data: { file: path },
      });
    });
  });

  test('what an operation makes of its options is taken as it is', async () => {
    const rules = [
      uniqueKey({
        table: 't',
        key: ['a', { expression: 'lower(b) -- c' }],
        where: 'a > 1 -- c',
        keep: ['most complete', 'a desc', { column: 'a', ranking: ['x'] }],
        merge: { c: { expression: 'max(c)' } },
        references: [{ table: 'u', columns: ['x'], kind: 'polymorphic', type: { column: 'k', value: 't' } }],
        losers: { set: { gone: true } },
        limit: { share: 0.5 },
      }),
      dropUniqueKey({ table: 't', key: ['a'], restore: { keep: ['most children'] } }),
      index({ table: 't', columns: ['a'], name: 'i' }),
      relink({ table: 't', column: 'a', to: 'u', match: { b: 'c' }, createMissing: { d: { expression: 'min(e)' } } }),
      sql({ up: '\nselect 1 -- c\n', transaction: false }),
      expectIndex({ query: 'select 1', index: 'i' }),
    ];
    expect(parseMigration(structuredClone({ summary: 's', up: rules }), 'p')).toEqual({ summary: 's', up: rules });
  });

  test('an error in a file that it imports is reported with that place', async () => {
    const lib = 'export function f(): never {\n  throw new Error("deep");\n}\n';
    await withFolder({ '0001-a.ts': `import { f } from './lib.ts';\nf();\n`, 'lib.ts': lib }, async (folder) => {
      const error = await errorOf(() => load(folder));
      expect(error.message).toBe(`${join(folder, '0001-a.ts')} does not load: deep.`);
      expect(error.why).toBe(`It happened at ${join(folder, 'lib.ts')}:2:9.`);
    });
  });
});

describe('a migration that would be passed over is an error:', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['letters of the extension', { '0001-a.SQL': 'select 1;' }, '0001-a.SQL', 'ends with .ts'],
    ['CommonJS by name', { '0001-a.cjs': '' }, '0001-a.cjs', 'ends with .ts'],
    ['an undo of nothing', { '0001-a.down.sql': 'select 1;' }, '0001-a.down.sql', 'There is no 0001-a.sql'],
    [
      'an undo of a file that has its own',
      { '0001-a.ts': GOOD, '0001-a.down.sql': 'select 1;' },
      '0001-a.down.sql',
      '0001-a.ts declares its undo itself',
    ],
    ['a file of comments', { '0001-a.sql': '-- later\n' }, '0001-a.sql', 'There is no statement in it'],
  ])('%s', async (_, files, file, why) => {
    await withFolder(files, async (folder) => {
      const error = await errorOf(() => load(folder));
      expect(error.code).toBe('MSGDB_MIGRATION_INVALID');
      expect(error.message).toContain(join(folder, file));
      expect(error.why).toContain(why);
    });
  });

  test('SQL that cannot be run is reported with its file and line, in code with its file', async () => {
    const code = `export default { up: [{ kind: 'sql', up: '\\ncommit', transaction: true }] };`;
    for (const [files, data] of [
      [{ '0001-a.sql': 'select 1;\n\\i b.sql' }, { file: '0001-a.sql', line: 2 }],
      [
        { '0001-a.sql': 'select 1;', '0001-a.down.sql': '\n\ncommit;' },
        { file: '0001-a.down.sql', line: 3 },
      ],
      [{ '0001-a.ts': code }, { file: '0001-a.ts' }],
    ] as const) {
      await withFolder(files, async (folder) => {
        const error = await errorOf(() => load(folder));
        expect(error.message).toContain(`${join(folder, data.file)}: `);
        const { line, file } = error.data;
        expect({ file, ...(line === undefined ? {} : { line }) }).toEqual({ ...data, file: join(folder, data.file) });
      });
    }
  });

  test('a file in another encoding than UTF-8; a byte order mark is no part of the SQL', async () => {
    await withFolder({ '0001-a.sql': '\ufeffselect 1;' }, async (folder) => {
      expect((await load(folder))[0]?.migration.up[0]).toMatchObject({ statements: { up: [{ text: 'select 1' }] } });
      for (const [file, encoding, text, place] of [
        ['0002-b.sql', 'latin1', "-- \u00c3\u00a9\nselect 'é'", 'byte 0xE9 at offset 14, on line 2'],
        ['0002-b.ts', 'latin1', 'é', 'byte 0xE9 at offset 0, on line 1'],
        ['0002-b.sql', 'utf16le', '\ufeffselect 1', 'byte 0xFF at offset 0, on line 1'],
      ] as const) {
        await writeFile(join(folder, file), Buffer.from(text, encoding));
        const error = await errorOf(() => load(folder));
        await rm(join(folder, file));
        expect(error).toMatchObject({
          code: 'MSGDB_MIGRATION_INVALID',
          message: `${join(folder, file)} is not UTF-8: ${place}.`,
        });
      }
      await writeFile(join(folder, '0002-b.sql'), Buffer.from("select '\ufffd'; -- \xE9", 'utf8'));
      expect(await load(folder)).toHaveLength(2);
    });
  });

  test('names of other tools, that would be passed over, with the name to give', async () => {
    for (const [file, like] of [
      ['V1_2__Add_users.sql', '0001-2-add-users.sql'],
      ['0007_add_users.down.sql', '0007-add-users.down.sql'],
      ['20260102030405_add_users.up.sql', null],
    ] as const) {
      await withFolder({ [file]: 'select 1;' }, async (folder) => {
        const error = await errorOf(() => load(folder));
        expect(error.message).toContain(`${file} does not have a migration's name`);
        expect(error.fix).toContain(`Rename it like ${like ?? '20260102030405-add-users.sql'}, `);
      });
    }
  });

  test('the parts of a file of another tool are what is run and its undo; two undos are not', async () => {
    const text = '-- title\n-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n';
    await withFolder({ '0001-a.sql': text }, async (folder) => {
      const [file] = await load(folder);
      expect(file?.migration).toMatchObject({
        summary: 'title',
        up: [{ statements: { up: [{ text: 'select 1', line: 3 }], down: [{ text: 'select 2', line: 5 }] } }],
      });
      await writeFile(join(folder, '0001-a.down.sql'), 'select 3;');
      expect((await errorOf(() => load(folder))).message).toContain('0001-a.down.sql is a second undo');
      await writeFile(join(folder, '0001-a.sql'), 'select 1;');
      await writeFile(join(folder, '0001-a.down.sql'), text);
      expect((await errorOf(() => load(folder))).message).toContain('0001-a.down.sql has an up part');
    });
  });

  test('a summary is for people: what frames a statement for another tool is none', async () => {
    const text =
      '-- +goose Up\n-- +goose StatementBegin\nselect 1;\n-- +goose StatementEnd\n-- +goose Down\nselect 2;\n';
    await withFolder({ '0001-a.sql': text, '0002-b.sql': `-- title\n${text}` }, async (folder) => {
      expect((await load(folder)).map(({ migration }) => migration.summary)).toEqual(['', 'title']);
    });
  });

  test('an empty file, with why', async () => {
    await withFolder({ '0001-a.sql': '\uFEFF\r\n ' }, async (folder) => {
      const error = await errorOf(() => load(folder));
      expect(error.message).toMatch(/0001-a\.sql is empty/);
      expect(error.why).toMatch(/it would do nothing for good/);
    });
  });

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a folder', (path) => mkdir(path), 'It is a folder.'],
    ['a loop of links', (path) => symlink(path, path), 'It is a link that leads back to itself.'],
    ['a link to nothing', (path) => symlink(`${path}.gone`, path), 'It is a link to a file that does not exist.'],
  ])('%s', async (_, make, why) => {
    for (const name of ['0001-a.sql', '0001-a.ts', '0001-a.down.sql']) {
      await withFolder({ '.keep': '' }, async (folder) => {
        const path = join(folder, name);
        await make(path);
        if (name.includes('down')) await writeFile(join(folder, '0001-a.sql'), 'select 1;');
        const error = await errorOf(() => load(folder));
        expect(error).toMatchObject({ code: 'MSGDB_MIGRATION_INVALID', message: `${path} cannot be read.`, why });
      });
    }
  });
});

test('what is no data is named: it cannot be compared, recorded or shown', async () => {
  const content = `export default { summary: 's', up: [{ kind: 'sql', up: () => 'select 1', transaction: true }] };`;
  await withFolder({ '0001-a.ts': content }, async (folder) => {
    const error = await errorOf(() => load(folder));
    expect(error.message).toContain('up.0.up is a function, and what a file exports must be plain data');
  });
});
