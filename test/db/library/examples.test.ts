import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { beforeEach, expect, test } from 'vitest';
import { makeProject, REPOSITORY } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';
import { readPage } from '../../unit/docs/pages.ts';

/** Each example of docs/guides/library.md, as a user would run it: in a project of its own, with the built package. */
const database = useDatabase();
const files = [...readPage('docs/guides/library.md').matchAll(/^```[jt]s\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
  ([, path = '', code = '']) => ({ path, code }),
);

const RULES = `import { migration, uniqueKey } from 'msgdb';
export default migration({ summary: '', up: [uniqueKey({ table: 'messages', key: ['wa_id'], keep: ['id asc'] })] });
`;

beforeEach(async () => {
  await database.sql.unsafe(`
    drop schema if exists msgdb cascade;
    drop schema public cascade;
    create schema public;
    create table messages (id int generated always as identity primary key, wa_id text not null, body text);
    insert into messages (wa_id, body) select 'wa' || n % 4, 'text ' || n from generate_series(1, 10) n`);
});

async function makeUser(): Promise<string> {
  const folder = await makeProject({ 'rules/0001-messages.ts': RULES, 'package.json': '{ "private": true }' });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['umzug', 'knex', 'kysely', 'pg', 'node-pg-migrate'])
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(REPOSITORY, join(folder, 'node_modules', 'msgdb'));
  for (const { path, code } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
    // What Node does not read yet: types, and `await using`.
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    if (path.endsWith('.ts'))
      writeFileSync(join(folder, path.replace('.ts', '.mjs')), ts.transpile(code, { ...options }));
  }
  return folder;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function run(folder: string, ...words: readonly string[]): Promise<Ended> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: database.url, NO_COLOR: '1' };
  return await new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr });
    });
  });
}

function binary(name: string, file: string): string {
  return join('node_modules', name, file);
}

async function countMessages(): Promise<readonly number[]> {
  const rows = await database.sql`select count(*)::int as rows, count(distinct wa_id)::int as keys from messages`;
  return rows.flatMap(({ rows, keys }) => [rows, keys]);
}

async function hasKey(): Promise<boolean> {
  return (await database.sql`select from pg_indexes where indexname = 'messages_wa_id_key'`).length === 1;
}

test('each example has the name of a file, and is run below', () => {
  expect(files.map(({ path }) => path)).toEqual([
    'check.ts',
    'dedupe.mjs',
    'before-deploy.mjs',
    'called-off.mjs',
    'events.mjs',
    'umzug/0001-one-row-a-message.mjs',
    'umzug.mjs',
    'knex/0001_one_row_a_message.mjs',
    'knexfile.mjs',
    'kysely/0001-one-row-a-message.mjs',
    'kysely.mjs',
    'pg-migrate/0001-one-row-a-message.mjs',
    'store.test.mjs',
    'check.cjs',
  ]);
  const [, , ...fences] = readPage('docs/guides/library.md').split(/^```(?=[jt]s$)/m);
  expect(fences).toHaveLength(files.length - 1);
});

test('a program checks, looks, is refused, migrates and checks again', async () => {
  const folder = await makeUser();
  expect(await run(folder, 'check.mjs')).toMatchObject({
    code: 1,
    output: expect.stringContaining('it has not been applied'),
  });
  expect(await run(folder, 'dedupe.mjs')).toEqual({
    code: 0,
    output: expect.stringMatching(/^6 excess rows\nleft alone: .*6 /),
  });
  const tests = await run(folder, '--test', 'store.test.mjs');
  expect(tests).toMatchObject({ code: 1, output: expect.stringMatching(/fail 2[\s\S]*/) });
  expect(await countMessages()).toEqual([10, 4]);
  const events = await run(folder, 'events.mjs');
  expect(events).toMatchObject({ code: 0, output: expect.stringMatching(/migrate: step-done[\s\S]*1 applied\n$/) });
  expect(await run(folder, 'check.mjs')).toEqual({ code: 0, output: '' });
  expect(await run(folder, 'check.cjs')).toMatchObject({ code: 0, output: expect.stringContaining('passed') });
  expect(await run(folder, '--test', 'store.test.mjs')).toMatchObject({ code: 0 });
});

test('before a deploy, the rows are made to fit, and a fence keeps copies out until it is taken down', async () => {
  const folder = await makeUser();
  expect(await run(folder, 'before-deploy.mjs')).toEqual({ code: 0, output: 'fails\n6 removed, fence up\n' });
  expect(await countMessages()).toEqual([4, 4]);
  await expect(database.sql`insert into messages (wa_id) values ('wa1')`).rejects.toMatchObject({ code: '23505' });
  expect(await run(folder, 'called-off.mjs')).toEqual({ code: 0, output: '1 taken down\n' });
  await database.sql`insert into messages (wa_id) values ('wa1')`;
  expect(await run(folder, 'before-deploy.mjs')).toEqual({ code: 0, output: 'fails\n1 removed, fence up\n' });
  await database.sql`create unique index messages_wa_id on messages (wa_id)`;
});

test.each([
  { tool: 'umzug', up: ['umzug.mjs'], down: ['umzug.mjs', 'down'] },
  {
    tool: 'knex',
    up: [binary('knex', 'bin/cli.js'), 'migrate:latest', '--knexfile', 'knexfile.mjs'],
    down: [binary('knex', 'bin/cli.js'), 'migrate:rollback', '--knexfile', 'knexfile.mjs'],
  },
  { tool: 'kysely', up: ['kysely.mjs'], down: ['kysely.mjs', 'down'] },
  {
    tool: 'node-pg-migrate',
    up: [binary('node-pg-migrate', 'bin/node-pg-migrate.js'), 'up', '-m', 'pg-migrate', '--no-single-transaction'],
    down: [binary('node-pg-migrate', 'bin/node-pg-migrate.js'), 'down', '-m', 'pg-migrate', '--no-single-transaction'],
  },
])('a migration of $tool repairs, and its undo puts all back', async ({ up, down }) => {
  const folder = await makeUser();
  const before = await database.sql`select * from messages order by id`;
  const first = await run(folder, ...up);
  expect(first.code, first.output).toBe(0);
  expect([await countMessages(), await hasKey()]).toEqual([[4, 4], true]);
  // What has been applied is not applied again, and the tool knows.
  expect(await run(folder, ...up)).toMatchObject({ code: 0 });
  expect(await run(folder, ...down)).toMatchObject({ code: 0 });
  expect([await database.sql`select * from messages order by id`, await hasKey()]).toEqual([before, false]);
});
