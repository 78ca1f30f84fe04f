import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLI, inheritedEnvironment, makeProject, REPOSITORY, runCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

beforeAll(async () => {
  await database.sql.unsafe(`
    create table users (id int primary key, email text);
    insert into users values (1, 'secret@example.com'), (2, 'secret@example.com')`);
});

const UNIQUE = 'create unique index users_email on users (email);\n';
const SHOP = {
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20260101000000_unique/migration.sql': UNIQUE,
  'msgdb.config.json': '{ "migrationsDir": "msgdb/migrations" }',
  'msgdb/migrations/0001-users.js':
    "import { migration, uniqueKey } from 'msgdb';\nexport default migration({ summary: 'x', up: [uniqueKey({ table: 'users', key: ['email'] })] });\n",
};

interface Step {
  readonly id: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly 'working-directory': string;
}

const action = parse(readFileSync(join(REPOSITORY, 'action.yml'), 'utf8'));
const steps: readonly Step[] = action.runs.steps;

/** Runs the action's steps as GitHub does, with what it gives them, up to the first that fails. */
function runAction(cwd: string, inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const temp = join(cwd, 'runner temp');
  mkdirSync(temp, { recursive: true });
  const given = Object.entries<{ default: string }>(action.inputs).map(
    ([name, { default: value }]): [string, string] => [name, value],
  );
  const values: Record<string, string> = Object.fromEntries(
    [...given, ...Object.entries(inputs)].map(([name, value]) => [`inputs.${name}`, value]),
  );
  const fill = (text: string) => text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name) => values[name] ?? '');
  const logs: string[] = [];
  let status: number | null = 0;
  for (const step of steps) {
    const output = join(temp, `output-${step.id}`);
    writeFileSync(output, '');
    writeFileSync(join(temp, 'script.sh'), step.run);
    const own = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, fill(value)]));
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', join(temp, 'script.sh')], {
      cwd: join(cwd, fill(step['working-directory'])),
      encoding: 'utf8',
      env: {
        ...inheritedEnvironment(),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
        RUNNER_TEMP: temp,
        ...env,
        ...own,
      },
    });
    logs.push(ended.stdout + ended.stderr);
    for (const line of readFileSync(output, 'utf8').split('\n')) {
      const [, name, value] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined) values[`steps.${step.id}.outputs.${name}`] = value ?? '';
    }
    status = ended.status;
    if (status !== 0) break;
  }
  const outputs = Object.fromEntries(
    Object.entries<{ value: string }>(action.outputs).map(([name, { value }]) => [name, fill(value)]),
  );
  const summary = join(temp, 'summary.md');
  return { status, log: logs.join(''), outputs, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

/** A project that has msgdb among its packages. */
async function makeShop(files: Readonly<Record<string, string>> = SHOP): Promise<string> {
  const program = `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`;
  const cwd = await makeProject({ ...files, 'node_modules/.bin/msgdb': program });
  chmodSync(join(cwd, 'node_modules/.bin/msgdb'), 0o755);
  return cwd;
}

describe('the action', () => {
  test('writes no input into a script, and gives each its place', () => {
    for (const { run } of steps) expect(run).not.toContain('${' + '{');
    const used = JSON.stringify(steps.map(({ env, 'working-directory': folder }) => [env, folder]));
    for (const name of Object.keys(action.inputs)) expect(used).toContain(`inputs.${name} `);
  });

  test('annotates, summarises, and gives the reports, without the contents of rows', async () => {
    const cwd = await makeShop();
    const { status, log, outputs, summary } = runAction(cwd, { 'database-url': database.url });
    expect([status, outputs.verdict, outputs['exit-code']]).toEqual([1, 'findings', '1']);
    expect(log).toMatch(/^::error file=prisma\/migrations\/20260101000000_unique\/migration\.sql,line=1,/m);
    expect(summary).toMatch(/^#+ .*msgdb preflight/);
    const [sarif, json] = [outputs.sarif, outputs.json].map((file) => readFileSync(file ?? '', 'utf8'));
    expect(JSON.parse(sarif ?? '').runs[0].results).toHaveLength(1);
    expect(JSON.parse(json ?? '').targets).toMatchObject([{ excessRows: 1 }]);
    expect(log + summary + sarif + json).not.toContain('secret@example.com');
  });

  test('verifies, takes arguments as they are, and the database of the environment', async () => {
    const cwd = await makeShop();
    const inputs = {
      command: 'verify',
      arguments: "--table\nusers\n\n--key\nid\n--where\nemail <> '$(touch pwned)\"`touch pwned`'",
      redact: 'false',
    };
    const { status, log, outputs } = runAction(cwd, inputs, { DATABASE_URL: database.url });
    expect([status, outputs.verdict], log).toEqual([1, 'findings']);
    expect(log).toContain('MSGDB_INDEX_MISSING');
    expect(readdirSync(cwd)).not.toContain('pwned');
  });

  test.each([
    ['command', 'preflight; touch pwned', 'neither preflight nor verify'],
    ['version', '1.0.0 $(touch pwned)', 'not a version'],
    ['version', '$(touch pwned)', 'not a version'],
    ['wait', '$(touch pwned)', '--wait'],
    ['arguments', '$(touch pwned)\n--strict', 'touch pwned'],
    ['arguments', '--no-such-flag', '--no-such-flag'],
  ])('the input %s is no program: %j', async (name, value, says) => {
    const cwd = await makeShop();
    const { status, log } = runAction(cwd, { 'database-url': database.url, [name]: value });
    expect(status).toBe(2);
    expect(log).toMatch(/^::error /m);
    expect(log).toContain(says);
    expect(readdirSync(cwd)).not.toContain('pwned');
  });

  test('a database that is not there fails it, with a summary that says why', async () => {
    const cwd = await makeShop();
    const inputs = { 'database-url': 'postgres://app:hush-hush@127.0.0.1:1/d', wait: '0' };
    const { status, log, outputs, summary } = runAction(cwd, inputs);
    expect([status, outputs.verdict, outputs['exit-code']]).toEqual([3, 'failed', '3']);
    expect(summary.replaceAll('&#95;', '_')).toContain('<code>MSGDB_CONNECTION_FAILED</code>');
    expect(log + summary).not.toContain('hush-hush');
  });

  test('installs the version that is asked for where the project has none', async () => {
    const cwd = await makeProject({
      ...SHOP,
      // In place of the registry: notes what it is asked for, and puts this build where npm would.
      'bin/npm': `#!/bin/sh\necho "$@" > asked\nmkdir -p "$3/node_modules/.bin"\nln -s '${CLI}' "$3/node_modules/.bin/msgdb"\n`,
    });
    chmodSync(join(cwd, 'bin/npm'), 0o755);
    const path = { PATH: `${join(cwd, 'bin')}:${process.env.PATH}` };
    const { outputs } = runAction(cwd, { 'database-url': database.url, version: '0.1.0' }, path);
    expect(readFileSync(join(cwd, 'asked'), 'utf8')).toMatch(/ --no-audit --no-fund msgdb@0\.1\.0\n$/);
    expect(outputs.verdict).toBe('findings');
  });
});

describe('docs/guides/ci.md', () => {
  const page = readFileSync(join(REPOSITORY, 'docs/guides/ci.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(?:yaml|json)\n(.*?)^```$/gms)].map(([, text = '']) => parse(text));

  /** Every text in a document, and every list of words as one. */
  function textsIn(value: unknown): readonly string[] {
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((each) => typeof each === 'string') && value[0] === 'npx') {
      return [value.join(' ')];
    }
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
  }

  const commands = blocks
    .flatMap(textsIn)
    .flatMap((text) =>
      [...text.matchAll(/npx msgdb ((?:preflight|verify)[^&|;]*)/g)].map(([, words = '']) => words.trim()),
    );

  test('has a command for each of its places', () => {
    expect(blocks).toHaveLength(8);
    expect(commands).toHaveLength(7);
  });

  test.each(commands.map((command) => [command]))('msgdb %s stops the deployment', async (command) => {
    const supabase = { 'supabase/migrations/20260101000000_unique.sql': UNIQUE };
    const cwd = await makeProject(command.includes('supabase') ? supabase : SHOP);
    const { exitCode, stdout, stderr } = await runCli(command.split(' '), {
      cwd,
      env: { MSGDB_DATABASE_URL: database.url },
    });
    expect(exitCode, stdout + stderr).toBe(1);
    for (const [, file = ''] of command.matchAll(/--output \w+=(\S+)/g)) expect(existsSync(join(cwd, file))).toBe(true);
  });

  test('the action is used with inputs and outputs that it has', async () => {
    const used = blocks[0].jobs.preflight.steps.find((step: { uses: string }) => step.uses.includes('/msgdb@'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used.with)));
    for (const [, name = ''] of page.matchAll(/steps\.msgdb\.outputs\.([\w-]+)/g))
      expect(action.outputs).toHaveProperty(name);
    const inputs = { ...used.with, 'database-url': database.url };
    expect(runAction(await makeShop(), inputs)).toMatchObject({ status: 1, outputs: { verdict: 'findings' } });
  });

  test('in compose each service waits for one that is there, and may not be passed over', () => {
    const { services } = blocks.find((block) => block.services?.migrate);
    for (const service of ['migrate', 'app']) {
      const [[name, { condition }]] = Object.entries<{ condition: string }>(services[service].depends_on) as [
        [string, { condition: string }],
      ];
      expect([name in services, condition]).toEqual([true, 'service_completed_successfully']);
    }
  });
});
