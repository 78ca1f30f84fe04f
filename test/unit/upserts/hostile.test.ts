// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { mkdir, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findUpserts } from '../../../src/upserts/find-upserts.ts';
import { scanSql } from '../../../src/upserts/sql/scan-sql.ts';
import { makeProject } from '../../support/cli.ts';
import { find, summary, summaryOf } from './find.ts';

const UPSERT = 'insert into t (a) values (1) on conflict (a) do nothing;';

async function findIn(root: string, paths: readonly string[] = ['.']) {
  const found = await findUpserts({ root, paths, signal: new AbortController().signal });
  return {
    ...found,
    upserts: found.upserts.map((upsert) => `${upsert.place.file}:${upsert.place.line} ${summaryOf(upsert)}`),
  };
}

test('a file of 50 MB, a minified one and a binary one are skipped, and it is said', async () => {
  const root = await makeProject({
    'a.sql': UPSERT,
    'min.js': `q("${UPSERT}");${'a=1;'.repeat(30_000)}`,
    'binary.py': `\0\u0001${UPSERT}`,
    'huge.sql': UPSERT,
  });
  await truncate(join(root, 'huge.sql'), 50 * 1024 * 1024);
  const { upserts, skipped } = await findIn(root);
  expect(upserts).toEqual(['a.sql:1 t (a) nothing']);
  expect(skipped).toEqual([
    { file: 'binary.py', reason: 'it is not text' },
    { file: 'huge.sql', reason: 'it is larger than 2 MB' },
    { file: 'min.js', reason: 'it is minified' },
  ]);
});

test('links are not followed: not in circles, and not out of the root', async () => {
  const outside = await makeProject({ 'secret.sql': UPSERT });
  const root = await makeProject({ 'src/a.sql': UPSERT });
  await symlink(root, join(root, 'src/circle'));
  await symlink(join(outside, 'secret.sql'), join(root, 'src/out.sql'));
  await symlink(outside, join(root, 'src/folder'));
  expect((await findIn(root)).upserts).toEqual(['src/a.sql:1 t (a) nothing']);
});

test('a link that leads nowhere but to itself, to a parent or to the system is not followed', async () => {
  const root = await makeProject({ '.git/HEAD': '', 'src/a.sql': UPSERT });
  await symlink('itself', join(root, 'src/itself'));
  await symlink('..', join(root, 'src/parent'));
  await symlink('/etc', join(root, 'src/etc'));
  await symlink('/dev/zero', join(root, 'src/zero.sql'));
  await symlink('/dev/zero', join(root, '.gitignore'));
  await mkdir(join(root, 'target'));
  expect(await findIn(root)).toEqual({
    upserts: ['src/a.sql:1 t (a) nothing'],
    files: 1,
    skipped: [],
    passedOver: [],
    empty: [],
  });
});

test('a path that a person gives may be a link, and what is in it is read', async () => {
  const outside = await makeProject({ 'a.sql': UPSERT });
  const root = await makeProject({});
  await symlink(outside, join(root, 'link'));
  const { upserts } = await findIn(root, ['link']);
  expect(upserts).toEqual([`${await realpath(outside)}/a.sql:1 t (a) nothing`]);
});

test('a path may not lead out of the folder it has to be in, by its name or by a link', async () => {
  const outside = await makeProject({ 'secret.sql': UPSERT });
  const root = await makeProject({ 'src/a.sql': UPSERT });
  await symlink(outside, join(root, 'link'));
  const signal = new AbortController().signal;
  for (const path of ['..', outside, 'link', 'link/secret.sql', '/etc']) {
    await expect(findUpserts({ root, paths: ['src', path], within: root, signal })).rejects.toMatchObject({
      code: 'MSGDB_CONFIG_INVALID',
    });
  }
  expect((await findUpserts({ root, paths: ['src', '.'], within: root, signal })).files).toBe(1);
});

test('in a repository a folder that is called like build output is source, unless git ignores it', async () => {
  const root = await makeProject({
    '.git/HEAD': '',
    '.gitignore': '/target\nbuild/\n!/tools/build/\n',
    'target/a.sql': UPSERT,
    'src/target/a.sql': UPSERT,
    'src/deps/a.sql': UPSERT,
    'src/build/a.sql': UPSERT,
    'src/vendor/a.sql': UPSERT,
    'tools/build/a.sql': UPSERT,
    'app/.gitignore': 'obj\n!build\n',
    'app/obj/a.sql': UPSERT,
    'app/build/a.sql': UPSERT,
  });
  const found = ['app/build', 'src/deps', 'src/target', 'tools/build'].map(
    (folder) => `${folder}/a.sql:1 t (a) nothing`,
  );
  const passedOver = ['target', 'app/obj', 'src/build', 'src/vendor'];
  expect(await findIn(root)).toEqual({ upserts: found, files: 4, skipped: [], passedOver, empty: [] });
  // The rules of the repository hold where only a part of it is read.
  expect((await findIn(root, ['src'])).passedOver).toEqual(['src/build', 'src/vendor']);
});

test("git's patterns mean what is written in small letters or capitals alone", async () => {
  const root = await makeProject({ '.git/HEAD': '', '.gitignore': 'Build\n', 'build/a.sql': UPSERT });
  expect(await findIn(root)).toMatchObject({ upserts: ['build/a.sql:1 t (a) nothing'], passedOver: [] });
});

test('patterns that are made to be slow are left out', async () => {
  const root = await makeProject({
    '.git/HEAD': '',
    '.gitignore': `${'*a'.repeat(40)}b\ntarget\n`,
    'target/a.sql': UPSERT,
  });
  const deep = join(root, 'a'.repeat(200), 'build');
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'a.sql'), UPSERT);
  expect((await findIn(root)).passedOver).toEqual(['target']);
});

test("other people's code, build output and generated files are passed over", async () => {
  const files = [
    'node_modules/m/a.js',
    'vendor/a.go',
    '.git/a.sql',
    'dist/a.js',
    'target/a.rs',
    'a.min.js',
    'a.d.ts',
    'a.txt',
  ];
  const root = await makeProject(Object.fromEntries(files.map((file) => [file, UPSERT])));
  const { upserts, passedOver } = await findIn(root);
  expect(upserts).toEqual([]);
  expect(passedOver).toEqual(['dist', 'node_modules', 'target', 'vendor']);
});

test('a file that goes away or may not be read is skipped', async () => {
  const root = await makeProject({ 'a.sql': UPSERT });
  await mkdir(join(root, 'folder.sql'));
  await symlink('nowhere', join(root, 'dangling.sql'));
  expect((await findIn(root)).upserts).toEqual(['a.sql:1 t (a) nothing']);
  await rm(join(root, 'a.sql'));
  expect((await findIn(root)).upserts).toEqual([]);
});

test('a file given by its path is read, and one in two paths once', async () => {
  const root = await makeProject({ 'src/a.sql': UPSERT });
  expect((await findIn(root, ['src/a.sql', 'src', '.'])).upserts).toEqual(['src/a.sql:1 t (a) nothing']);
});

test('an upsert of a migration is found, and judged only where the folder is asked for', async () => {
  const root = await makeProject({ 'db/migrations/1.sql': UPSERT, 'src/a.sql': UPSERT });
  const ignored = async (paths: readonly string[]) =>
    (await findUpserts({ root, paths, signal: new AbortController().signal })).upserts.map((upsert) => upsert.ignored);
  expect(await ignored(['.'])).toEqual(['it is part of a migration', undefined]);
  expect(await ignored(['db/migrations'])).toEqual([undefined]);
});

test.each(['-- +migrate Up', '-- +goose Up', '-- migrate:up', '--liquibase formatted sql'])(
  'a file that begins with %s is a migration, whatever its folder is called',
  async (marker) => {
    const root = await makeProject({ 'sql/1.sql': `${marker}\nset lock_timeout = 1;\n${UPSERT}` });
    const ignored = async (paths: readonly string[]) =>
      (await findUpserts({ root, paths, signal: new AbortController().signal })).upserts.map(
        (upsert) => upsert.ignored,
      );
    expect(await ignored(['.'])).toEqual(['it is part of a migration']);
    expect(await ignored(['sql/1.sql'])).toEqual([undefined]);
  },
);

test('invalid UTF-8 is read as far as it goes', async () => {
  const root = await makeProject({});
  await writeFile(
    join(root, 'a.go'),
    Buffer.concat([
      Buffer.from('package a\nvar x = "'),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from(`"\nvar q = "${UPSERT}"\n`),
    ]),
  );
  expect((await findIn(root)).upserts).toEqual(['a.go:3 t (a) nothing']);
});

test('dollar quotes within dollar quotes are read, each statement once', async () => {
  const inner = `execute $q$ ${UPSERT} $q$; insert into u values (1) on conflict do nothing;`;
  const text = `create function f() returns void as $body$ begin ${inner} end $body$ language plpgsql; do $$ begin ${UPSERT} end $$;`;
  expect(await summary('a.sql', text)).toEqual(['u none nothing', 't (a) nothing', 't (a) nothing']);
});

test.each([
  ['quotes that are not closed', `insert into t values ('a`, 200_000],
  ['dollar quotes that are not closed', '$a$ $b$ $c1$ ', 100_000],
  ['comments that are not closed', '/* ', 400_000],
  ['parentheses that are not closed', 'on conflict (', 100_000],
  ['clauses without end', 'on conflict do update set a = 1 ', 40_000],
  ['inserts without end', 'insert into t (', 80_000],
])('%s take time in proportion', { timeout: 60_000 }, async (_what, part, times) => {
  const started = process.cpuUsage();
  await find('a.sql', part.repeat(times).slice(0, 2_000_000));
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(20_000);
});

test('a target of a thousand parentheses is not parsed', async () => {
  const deep = '('.repeat(3_000) + 'a' + ')'.repeat(3_000);
  const text = `insert into t values (1) on conflict (${deep}) do nothing; ${UPSERT}`;
  expect(await summary('a.sql', text)).toEqual(['t ? nothing', 't (a) nothing']);
});

test('names that lead to each other in a circle end somewhere', async () => {
  const text =
    'let a = b; let b = c; let c = a + "x"; q(`insert into ${a} (z) values (1) on conflict (z) do nothing`);';
  expect(await summary('a.js', text)).toEqual(['? (z) nothing']);
});

test('names that double with each line are given up', async () => {
  const lines = Array.from({ length: 60 }, (_, place) => `const a${place + 1} = a${place} + a${place};`);
  const started = process.cpuUsage();
  const text = `const a0 = 'x';\n${lines.join('\n')}\nq('insert into t values (1)' + a60 + 'on conflict (a) do nothing');\n${`q("${UPSERT}");`}`;
  expect((await summary('a.js', text)).at(-1)).toBe('t (a) nothing');
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
});

test('deeply nested and broken source does no harm', async () => {
  expect(await summary('a.ts', `${'('.repeat(20_000)}"${UPSERT}"`)).toBeDefined();
  expect(await summary('a.py', `x = ${'['.repeat(5_000)}\n"${UPSERT}"`)).toBeDefined();
  expect(await summary('a.go', `var q = \`${UPSERT}\` +`)).toEqual(['t (a) nothing']);
});

test('the scanner gives tokens for any text, in order and without overlap', () => {
  for (const text of [
    '',
    "'",
    '"',
    '$',
    '$$',
    '/*',
    '--',
    '\uD800',
    'a\u0000b',
    '::x :y @z ?% %s {} {{x}} #{a}',
    '\uE000\uE001',
  ]) {
    let end = 0;
    for (const token of scanSql(text)) {
      expect(token.start).toBeGreaterThanOrEqual(end);
      end = token.end;
      expect(token.text).toBe(text.slice(token.start, token.end));
    }
    expect(end).toBeLessThanOrEqual(text.length);
  }
});

test('a file of another kind in which ON CONFLICT stands is named; prose, data and migrations are not', async () => {
  const conflict = 'INSERT INTO t (a) VALUES (1)\nON CONFLICT (a) DO NOTHING';
  const root = await makeProject({
    'src/Store.hs': `upsert = [sql|${conflict}|]`,
    'config/queries.yaml': `save: |\n  ${conflict.replace('\n', '\n  ')}`,
    'views/report.sql.erb': `${conflict.replace('(a) DO', '<%= target %> DO')}`,
    'analysis.ipynb': JSON.stringify({ cells: [{ source: ['q = """insert', 'on\nconflict (a) do nothing"""'] }] }),
    'bin/load': `psql <<SQL\n${conflict}\nSQL\n`,
    Makefile: `seed:\n\tpsql -c "${conflict.replace('\n', ' ')}"\n`,
    'README.md': conflict,
    'notes.txt': conflict,
    'deploy.yaml': 'cancel-in-progress: true # on conflict with another run',
    'db/migrate/0001.yaml': conflict,
    'logo.bin': `\0${conflict}`,
    'a.min.js': `q("${conflict}")`,
  });
  const { upserts, files, skipped } = await findIn(root);
  expect({ upserts, files }).toEqual({ upserts: [], files: 0 });
  const reason = (kind: string): string => `it has ON CONFLICT, and ${kind} files are not read`;
  expect(skipped).toEqual([
    { file: 'Makefile', reason: reason('Makefile') },
    { file: 'analysis.ipynb', reason: reason('.ipynb') },
    { file: 'bin/load', reason: reason('load') },
    { file: 'config/queries.yaml', reason: reason('.yaml') },
    { file: 'src/Store.hs', reason: reason('.hs') },
    { file: 'views/report.sql.erb', reason: reason('.erb') },
  ]);
  expect((await findIn(root, ['db/migrate'])).skipped).toEqual([
    { file: 'db/migrate/0001.yaml', reason: reason('.yaml') },
  ]);
});
