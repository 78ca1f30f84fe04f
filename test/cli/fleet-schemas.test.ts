import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/command-line/parse-command-line.ts';
import { parseTargets } from '../../src/config/targets/parse-targets.ts';
import { makeProject } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';
import { codeBlocks, REPOSITORY, readPage } from '../unit/docs/pages.ts';

const db = useDatabase();
const TENANTS = ['tenant_1', 'tenant_2', 'Tenant "3"'];
const LINES = ['schema=tenant_1', 'schema=tenant_2', 'schema="Tenant ""3"""'];
const QUERY = "sql:select nspname as schema from pg_namespace where nspname ilike 'tenant%' order by 1";

const MIGRATIONS = {
  'migrations/0001-chat.ts': `import { migration, uniqueKey } from 'msgdb';
    export default migration({ summary: 'One chat a phone', up: [
      uniqueKey({ table: 'chat', key: ['phone'], index: 'chat_phone' }),
      uniqueKey({ table: 'public.shared', key: ['phone'], index: 'shared_phone' }),
    ] });`,
};

beforeAll(async () => {
  for (const name of TENANTS) {
    const schema = `"${name.replaceAll('"', '""')}"`;
    await db.sql.unsafe(`create schema ${schema}; create table ${schema}.chat (id int primary key, phone text);
      insert into ${schema}.chat values (1, 'a'), (2, 'b'), (3, 'b')`);
  }
  await db.sql.unsafe("create table shared (phone text); insert into shared values ('a'), ('a')");
  await db.sql.unsafe(
    'delete from tenant_2.chat where id = 3; create unique index chat_phone on tenant_2.chat (phone)',
  );
});

async function msgdb(words: readonly string[], targets: string = QUERY) {
  const cwd = await makeProject({ 'tenants.txt': LINES.join('\n'), ...MIGRATIONS });
  const [command = '', ...more] = words;
  const given = targets === 'tenants.txt' ? join(cwd, targets) : targets;
  return await runInside([command, '-u', db.url, '--targets', given, ...more], { cwd });
}

interface Result {
  readonly name: string;
  readonly status: string;
  readonly schema: string | null;
  readonly report: { readonly targets: readonly { readonly table: string; readonly excessRows: number }[] };
}

describe('schemas of one database', () => {
  test('a rule is looked for in each, and those of tables with a schema are passed over', async () => {
    const { exitCode, stdout } = await msgdb(['find-duplicates', '--format', 'json']);
    expect(exitCode).toBe(1);
    const results: readonly Result[] = JSON.parse(stdout).results;
    const found = new Map(results.map(({ name, report }) => [name, report.targets.map((each) => each.excessRows)]));
    expect(Object.fromEntries(found)).toEqual({ 'Tenant "3"': [1], tenant_1: [1], tenant_2: [0] });
    expect(stdout).not.toContain('shared');
  });

  test('the document is what the published schema says', async () => {
    const schema = JSON.parse(readFileSync(join(REPOSITORY, 'docs/schema/report.v1.schema.json'), 'utf8'));
    const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
    const { stdout } = await msgdb(['verify', '--format', 'json'], 'tenants.txt');
    validate(JSON.parse(stdout));
    expect(validate.errors).toBeNull();
    const { results: _, ...rest } = JSON.parse(stdout);
    expect(validate(rest)).toBe(false);
  });

  test('verify says which index is missing, and asks no history', async () => {
    const { exitCode, stdout } = await msgdb(['verify'], 'tenants.txt');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\+ tenant_2 /);
    expect(stdout).toMatch(/! tenant_1 /);
    expect(stdout).toContain('MSGDB_INDEX_MISSING');
    expect(stdout).not.toContain('MSGDB_MIGRATION_PENDING');
  });

  test('preflight looks into each schema', async () => {
    const cwd = await makeProject({ 'add.sql': 'create unique index u on chat (phone);' });
    const words = ['preflight', 'add.sql', '-u', db.url, '--targets', QUERY, '--format', 'json'];
    const { stdout } = await runInside(words, { cwd });
    const statuses = JSON.parse(stdout).results.map(({ name, status }: Result) => `${name}: ${status}`);
    expect(statuses.toSorted()).toEqual(['Tenant "3": findings', 'tenant_1: findings', 'tenant_2: ok']);
  });

  test.each([
    [['migrate'], '`migrate` cannot be run on two targets of one database'],
    [['rollback'], '`rollback` cannot be run on two targets of one database'],
  ])('%j is refused: its history is of the database', async (words, message) => {
    const { exitCode, stderr } = await msgdb(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(await db.sql`select from pg_namespace where nspname = 'msgdb'`).toHaveLength(0);
  });

  test('a table with a schema is refused in a flag, and a schema that is absent is its own failure', async () => {
    const qualified = await msgdb(['verify', '--table', 'public.shared', '--key', 'phone']);
    expect(qualified.exitCode).toBe(2);
    expect(qualified.stdout).toContain('The table public.shared is named with a schema');
    const gone = "sql:values ('tenant_2', 'here'), ('nowhere', 'gone')";
    const named = gone.replace('values', 'select * from (values').concat(') t(schema, name)');
    const missing = await msgdb(['find-duplicates', '--table', 'chat', '--key', 'phone', '--continue-on-error'], named);
    expect(missing.stdout).toMatch(/x gone {2,}There is no schema nowhere/);
    expect(missing.stdout).toMatch(/\+ here /);
  });

  test('dedupe removes in each, and each can be undone by its run', async () => {
    const { exitCode, stdout } = await msgdb([
      'dedupe',
      '--yes',
      '--parallel',
      '8',
      '--lock-wait',
      '0',
      '--format',
      'json',
    ]);
    expect(exitCode).toBe(0);
    expect(await db.sql`select from tenant_1.chat`).toHaveLength(2);
    expect(await db.sql`select from "Tenant ""3""".chat`).toHaveLength(2);
    expect(await db.sql`select from shared`).toHaveLength(2);
    const runs = JSON.parse(stdout).results.flatMap(
      ({ report }: { report: { runId: string | null } }) => report.runId ?? [],
    );
    expect(runs).toHaveLength(2);
    for (const run of runs) await runInside(['archive', 'restore', run, '-u', db.url, '--yes']);
    expect(await db.sql`select from tenant_1.chat`).toHaveLength(3);
  });
});

describe('the guide', () => {
  const page = { path: 'docs/guides/fleet.md', text: readPage('docs/guides/fleet.md') };

  test('names targets that can be read', () => {
    const [lines = ''] = codeBlocks(page, 'text');
    const targets = parseTargets(lines, 'guide');
    expect(targets).toHaveLength(7);
    expect(targets.at(-2)).toMatchObject({ name: 'beta', database: 'shop_3', schema: 'Odd Name' });
  });

  test('has commands that can be parsed', () => {
    const lines = codeBlocks(page, 'sh').flatMap((block) => block.split('\n').filter((line) => line !== ''));
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) {
      const words =
        line
          .replace(/ #.*| \|.*/, '')
          .match(/"[^"]*"|\S+/g)
          ?.map((word) => word.replaceAll('"', '')) ?? [];
      const look = { width: 100, colour: false, unicode: true, verbose: false, redact: false };
      expect(parseCommandLine(words.slice(2), look).kind, line).toBe('run');
    }
  });
});
