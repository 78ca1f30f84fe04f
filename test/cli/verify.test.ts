import { readdir } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { makeProject } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe('create table chats (id int primary key, wa_id text)');
});

const MIGRATION = `import { uniqueKey } from 'msgdb';
export default { up: [uniqueKey({ table: 'chat', key: ['wa_id'] })] };`;

test.each([
  [
    'a table',
    ['--table', 'chat', '--key', 'wa_id'],
    {},
    'There is no table chat in schema public',
    'Did you mean chats?',
  ],
  [
    'a table of a migration',
    [],
    { 'migrations/0001-one.ts': MIGRATION },
    'There is no table chat',
    'Did you mean chats?',
  ],
  ['a column', ['--table', 'chats', '--key', 'wa'], {}, 'has no column wa', 'Its columns are'],
])('%s that is not there is said once, and once what mends it', async (_what, flags, files, wrong, fix) => {
  const cwd = await makeProject({ 'migrations/.keep': '', ...files });
  const result = await runInside(['verify', ...flags, '-u', db.url], { cwd });
  expect(result.exitCode).toBe(2);
  const text = result.stdout.replaceAll(/\s+/g, ' ');
  expect({ wrong: text.split(wrong).length - 1, fix: text.split(fix).length - 1 }).toEqual({ wrong: 1, fix: 1 });
  expect(text).not.toMatch(/\.\.|\?\./);
  const json = JSON.parse((await runInside(['verify', ...flags, '--format', 'json', '-u', db.url], { cwd })).stdout);
  const finding = json.findings.find(({ code }: { code: string }) => code !== 'MSGDB_MIGRATION_PENDING');
  expect(finding.fix).toContain(fix);
  expect(finding.message).toContain(wrong);
  expect(finding.message).not.toMatch(/Did you|Its columns|\.\./);
});

test.each([
  ['no migrations', { 'migrations/.keep': '' }, /nothing was checked: there are no migrations in \S+migrations/],
  ['only SQL', { 'migrations/0001-a.sql': 'select 1;' }, /nothing was checked: the migrations declare nothing/],
])('verify of %s does not say that all is well', async (_what, files, says) => {
  const cwd = await makeProject(files);
  if (!('migrations/.keep' in files)) await runInside(['migrate', '-u', db.url], { cwd });
  const result = await runInside(['verify', '-u', db.url], { cwd });
  expect(result.stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
  expect(result.stdout).not.toContain('0 checks');
});

test.each([
  ['verify', 'github', /^::notice title=msgdb verify%3A ok::nothing was checked: there are no migrations in /m],
  ['verify', 'json', /"summary": "nothing was checked: there are no migrations in /],
  ['status', 'human', /OK +there are no migrations in \S+migrations, and none was applied/],
])('%s of a folder without migrations says so (%s)', async (command, format, says) => {
  await db.sql.unsafe('drop schema if exists msgdb cascade');
  const cwd = await makeProject({ 'migrations/.keep': '' });
  const result = await runInside([command, '--format', format, '-u', db.url], { cwd });
  expect(result.exitCode).toBe(0);
  expect(format === 'human' ? result.stdout.replaceAll(/\s+/g, ' ') : result.stdout).toMatch(says);
});

test.each([['find-duplicates'], ['dedupe', '--yes'], ['dedupe', '--dry-run'], ['dedupe', '--plan-out', 'empty.plan']])(
  '%s without a rule does not pass: there is nothing to look at',
  async (...words) => {
    const cwd = await makeProject({ 'migrations/0001-a.sql': 'select 1;' });
    const result = await runInside([...words, '--format', 'json', '-u', db.url], { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('There is no rule to look at');
    expect(await readdir(cwd)).not.toContain('empty.plan');
  },
);

test('a rule whose index is not there is advised to have it built, not to write a target', async () => {
  const cwd = await makeProject({ 'migrations/0001-one.ts': MIGRATION.replace("'chat'", "'chats'") });
  const fixOf = async (...flags: readonly string[]): Promise<string> => {
    const { stdout } = await runInside(['verify', ...flags, '--format', 'json', '-u', db.url], { cwd });
    return JSON.parse(stdout).findings.find(({ code }: { code: string }) => code === 'MSGDB_ARBITER_MISSING').fix;
  };
  expect(await fixOf()).toBe('Build the index with `msgdb migrate`.');
  expect(await fixOf('--table', 'chats', '--key', 'wa_id')).toMatch(/^To have the index built, declare the rule/);
});
