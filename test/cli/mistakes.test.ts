import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeProject, runCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const db = useDatabase();
const fixture = (file: string) =>
  readFile(fileURLToPath(new URL(`../../fixtures/meta-assets-cache/${file}.sql`, import.meta.url)), 'utf8');

beforeAll(async () => {
  await db.sql.unsafe(await fixture('schema')).simple();
  await db.sql.unsafe(await fixture('rows')).simple();
});

const RULE = ['--table', 'meta_assets_cache', '--key', 'workspace_id,phone_number_id'];
const KEEP = ['--keep', 'updated_at desc, last_synced_at desc'];

function migrationOf(content: string) {
  return { 'migrations/0001-one.ts': content };
}

describe('each mistake has one clear error, its exit code and no stack trace', () => {
  test.each<[string, readonly string[], Record<string, string>, number, string]>([
    [
      'wrong table',
      ['find-duplicates', '--table', 'meta_asset_cache', '--key', 'id'],
      {},
      2,
      'Did you mean meta_assets_cache',
    ],
    [
      'wrong column',
      ['find-duplicates', '--table', 'meta_assets_cache', '--key', 'wrkspace_id'],
      {},
      2,
      'Its columns are',
    ],
    [
      'wrong column to order by',
      ['dedupe', ...RULE, '--keep', 'udated_at desc', '--dry-run'],
      {},
      2,
      'meta_assets_cache has no column udated_at.',
    ],
    [
      'an order that changes by itself',
      ['dedupe', ...RULE, '--keep', 'random()', '--yes'],
      {},
      1,
      'The survivor order cannot be by random()',
    ],
    [
      'wrong column to order by in a migration',
      ['dedupe', '--dry-run'],
      migrationOf(
        `export default { up: [{ kind: 'unique-key', table: 'meta_assets_cache', key: ['workspace_id'], keep: ['nope'] }] };`,
      ),
      2,
      '0001-one: meta_assets_cache has no column nope.',
    ],
    ['wrong predicate', ['find-duplicates', ...RULE, '--where', 'nope > 1'], {}, 2, 'nope > 1'],
    [
      'a quote that is not closed',
      ['find-duplicates', ...RULE, '--where', "waba_id = 'x"],
      {},
      2,
      `Unterminated quoted string at or near "'x". fix Correct --where (where in a migration).`,
    ],
    ['half an expression', ['find-duplicates', ...RULE, '--where', 'true) or (1=1'], {}, 2, 'one complete expression'],
    [
      'a key that changes by itself',
      ['find-duplicates', '--table', 'meta_assets_cache', '--key', 'random()'],
      {},
      2,
      'IMMUTABLE',
    ],
    ['wrong configuration', ['status'], { 'msgdb.config.json': '{"migratonsDir": "x"}' }, 2, 'migratonsDir'],
    ['a migration that does not load', ['status'], migrationOf('export default {'), 2, '0001-one.ts'],
    ['a migration that throws', ['status'], migrationOf('throw new Error("from within")'), 2, '0001-one.ts:1:7'],
    ['a migration that ends the program', ['migrate'], migrationOf('process.exit(0);'), 2, 'it calls process.exit(0)'],
    ['one that waits for ever', ['verify'], migrationOf('await new Promise(() => {});'), 2, 'that never comes'],
    [
      'a configuration that ends the program',
      ['status'],
      { 'msgdb.config.mjs': '\nprocess.exit(0);\nexport default {};' },
      2,
      'msgdb.config.mjs:2:9',
    ],
    [
      'a setting of the wrong kind',
      ['status'],
      { 'msgdb.config.ts': 'export default {\n  jobs: "2",\n};' },
      2,
      'msgdb.config.ts:2',
    ],
    [
      'a migration that exports nothing',
      ['status'],
      migrationOf('export const a = 1;'),
      2,
      'does not export a migration',
    ],
    [
      'a migration file that exports an operation',
      ['status'],
      migrationOf(`import { uniqueKey } from 'msgdb'; export default uniqueKey({ table: 't', key: ['a'] });`),
      2,
      'Put it into the list `up` of one',
    ],
    [
      'a migration with a wrong option',
      ['status'],
      migrationOf(
        `import { uniqueKey } from 'msgdb'; export default { up: [uniqueKey({ table: 't', keys: ['a'] })] };`,
      ),
      2,
      'keys',
    ],
    ['a name that is not one of a migration', ['status'], { 'migrations/1_one.sql': 'select 1;' }, 2, '1_one.sql'],
  ])('%s', async (_, words, files, exitCode, says) => {
    const cwd = await makeProject({ 'migrations/.keep': '', ...files });
    // Files of the project, which could end the program, are loaded in the real one.
    const run = Object.keys(files).length > 0 ? runCli : runInside;
    const result = await run([...words, '-u', db.url], { cwd });
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode, stdout: '' });
    expect(result.stderr.replaceAll(/\s+/g, ' ')).toContain(says);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  test('broken SQL refuses the plan, with its place', async () => {
    const cwd = await makeProject({ 'migrations/0001-one.sql': 'selekt 1;' });
    const { exitCode, stdout } = await runCli(['migrate', '--dry-run', '-u', db.url], { cwd });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 2,
      stdout: expect.stringMatching(/0001-one[\s\S]*line 1[\s\S]*"selekt"/),
    });
  });

  test('what a migration prints is not part of the report', async () => {
    const cwd = await makeProject(
      migrationOf(`console.log('hello'); export default { up: [{ kind: 'sql', up: 'select 1' }] };`),
    );
    const result = await runCli(['status', '--format', 'json', '-u', db.url], { cwd });
    expect(JSON.parse(result.stdout)).toMatchObject({ command: 'status' });
    expect(result.stderr).toContain('hello');
  });

  test('a role without privileges: exit code 3, and what to grant', async () => {
    const role = await db.createRole('nobody');
    const result = await runInside(['find-duplicates', ...RULE, '-u', role.url]);
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toContain('grant select');
  });

  test.each(['human', 'json', 'sarif'])(
    'a login that is refused: exit code 3, never with the password (%s)',
    async (format) => {
      const url = new URL('postgresql://nobody-here:s3cret-Pass%2Fw0rd@localhost:1/shop');
      const result = await runInside(['verify', '-v', '--format', format, '-u', String(url)], {
        cwd: await makeProject({ 'migrations/.keep': '' }),
      });
      expect(result.exitCode).toBe(3);
      expect(result.stdout + result.stderr).not.toMatch(/s3cret|Pass\/w0rd|Pass%2Fw0rd/);
    },
  );
});

test('dedupe by flags alone: looks with --dry-run, removes with --yes, then finds nothing', async () => {
  const words = ['dedupe', ...RULE, ...KEEP, '-u', db.url];
  const count = async () => (await db.sql`select count(*)::int as rows from meta_assets_cache`)[0]?.rows;
  const looked = await runInside([...words, '--dry-run']);
  expect([looked.exitCode, await count()]).toEqual([0, 673]);
  expect(looked.stdout).toContain('Remove 133 excess rows in 100 groups');
  const asked = await runInside(words);
  expect([asked.exitCode, await count()]).toEqual([1, 673]);
  const removed = await runCli([...words, '--yes', '--format', 'json']);
  expect([removed.exitCode, await count()]).toEqual([0, 540]);
  expect(JSON.parse(removed.stdout)).toMatchObject({ targets: [{ deleted: 133, archived: 133 }] });
  const { runId } = JSON.parse(removed.stdout) as { runId: string };
  expect((await runInside([...words, '--yes'])).stdout).toContain('nothing to do');
  const restored = await runInside(['archive', 'restore', runId, '--yes', '-u', db.url]);
  expect([restored.exitCode, await count()]).toEqual([0, 673]);
});
