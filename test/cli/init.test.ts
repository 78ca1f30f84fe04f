import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { addScript } from '../../src/commands/init/add-script.ts';
import { init as initProject } from '../../src/commands/init/init.ts';
import { CLI, inheritedEnvironment, makeProject, REPOSITORY } from '../support/cli.ts';
import { makeContext } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const database = useDatabase();

type Files = Readonly<Record<string, string>>;

interface Named {
  readonly what: string;
  readonly name: string;
  readonly place: string;
}

async function init(files: Files, words: readonly string[] = []) {
  const cwd = await makeProject(files);
  const { exitCode, stdout, stderr } = await runInside(['init', '--format', 'json', ...words], { cwd });
  const read = (file: string): string => readFileSync(join(cwd, file), 'utf8');
  return { cwd, exitCode, stderr, report: JSON.parse(stdout), read };
}

const manifest = (packages: readonly string[], scripts: object = {}): string =>
  `${JSON.stringify({ name: 'shop', scripts, dependencies: Object.fromEntries(packages.map((each) => [each, '1.0.0'])) }, null, 2)}\n`;

const SQL = 'create table users (id integer);\n';

/** A project of each runner as its own tools make it: what is found, the command that checks it, and the variable. */
const PROJECTS: [title: string, files: Files, where: string, command: string, variable?: string][] = [
  [
    'Prisma',
    {
      'prisma/schema.prisma': 'datasource db {\n  url = env("DATABASE_URL")\n  // directUrl = env("OLD_URL")\n}\n',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20260101000000_init/migration.sql': SQL,
      'package.json': manifest(['@prisma/client']),
    },
    '1 migration in prisma/migrations',
    'msgdb preflight',
    'DATABASE_URL',
  ],
  [
    'Drizzle',
    {
      'drizzle.config.ts': "export default { out: './db/out', dbCredentials: { url: process.env.POSTGRES_URL! } };\n",
      'db/out/meta/_journal.json': '{"entries":[{"idx":0,"when":1,"tag":"0000_init"}]}',
      'db/out/0000_init.sql': SQL,
      'package.json': manifest(['drizzle-orm']),
    },
    '1 migration in db/out',
    'msgdb preflight',
    'POSTGRES_URL',
  ],
  [
    'Supabase',
    { 'supabase/migrations/20260101000000_init.sql': SQL, 'package.json': manifest(['@supabase/supabase-js']) },
    '1 migration in supabase/migrations',
    'msgdb preflight',
  ],
  [
    'Flyway',
    { 'src/main/resources/db/migration/V1__init.sql': SQL, 'src/main/resources/db/migration/V2__next.sql': SQL },
    '2 migrations in src/main/resources/db/migration',
    'msgdb preflight',
  ],
  [
    'golang-migrate',
    {
      'migrations/000001_init.up.sql': SQL,
      'migrations/000001_init.down.sql': 'drop table users;\n',
      'go.mod': 'module shop\n\nrequire (\n\tgorm.io/gorm v1.25.0\n)\n',
      '.env.example': 'REDIS_URL=redis://x\nDB_URL="postgres://app@localhost/shop"\n',
    },
    '1 migration in migrations',
    'msgdb preflight',
    'DB_URL',
  ],
  [
    'dbmate',
    { 'db/migrations/20260101000000_init.sql': `-- migrate:up\n${SQL}\n-- migrate:down\ndrop table users;\n` },
    '1 migration in db/migrations',
    'msgdb preflight',
  ],
  [
    'node-pg-migrate',
    { 'migrations/1700000000000_init.js': 'exports.up = () => {};\n', 'package.json': manifest(['node-pg-migrate']) },
    '1 migration in migrations',
    'npx node-pg-migrate up --dry-run | msgdb preflight -',
  ],
  [
    'Knex',
    {
      'knexfile.js':
        "module.exports = { connection: process.env['PG_URL'], migrations: { directory: './data/steps' } };\n",
      'data/steps/20260101000000_init.js': 'exports.up = () => {};\n',
      'package.json': manifest(['knex']),
    },
    '1 migration in data/steps',
    'msgdb verify',
    'PG_URL',
  ],
  [
    'TypeORM',
    {
      'src/data-source.ts': 'new DataSource({ url: process.env.DATABASE_URL, migrations: ["src/migration/*.ts"] });\n',
      'src/migration/1700000000000-Init.ts': 'export class Init {}\n',
      'package.json': manifest(['typeorm']),
    },
    '1 migration in src/migration',
    'msgdb verify',
    'DATABASE_URL',
  ],
  [
    'Sequelize',
    {
      '.sequelizerc': "module.exports = { 'migrations-path': path.resolve('db', 'steps') };\n",
      'migrations/20260101000000-create-users.js': 'module.exports = {};\n',
      'package.json': manifest(['sequelize', 'sequelize-cli']),
    },
    '1 migration in migrations',
    'msgdb verify',
  ],
  [
    'Rails',
    {
      'config/application.rb': 'module Shop; end\n',
      'config/database.yml': 'production:\n  url: <%= ENV["PRIMARY_DB_URL"] %>\n',
      'db/migrate/20260101000000_create_users.rb': 'class CreateUsers; end\n',
      Gemfile: 'gem "rails", "~> 8.0"\n',
    },
    '1 migration in db/migrate',
    'msgdb verify',
    'PRIMARY_DB_URL',
  ],
  [
    'Django',
    {
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      'shop/settings.py': "DATABASES = {'default': dj_database_url.parse(os.environ['SHOP_DATABASE_URL'])}\n",
      'users/models.py': 'class User: pass\n',
      'users/migrations/0001_initial.py': '',
      'requirements.txt': 'Django>=5\npsycopg[binary]\n',
    },
    'manage.py',
    'python manage.py sqlmigrate "$app" "$name"; done | msgdb preflight -',
    'SHOP_DATABASE_URL',
  ],
  [
    'Alembic',
    {
      'alembic.ini': '[alembic]\nscript_location = alembic\n',
      'alembic/env.py': 'url = os.getenv("DATABASE_URL")\n',
      'alembic/versions/abc_init.py': '',
      'pyproject.toml': '[project]\ndependencies = [\n  "SQLAlchemy>=2",\n]\n',
    },
    '1 migration in alembic/versions',
    ':head" --sql | msgdb preflight -',
    'DATABASE_URL',
  ],
  [
    'a folder of SQL files',
    { 'migrations/20260101000000_init.sql': SQL, 'migrations/atlas.sum': 'h1:\n' },
    '1 migration in migrations',
    'msgdb preflight migrations --runner sql',
  ],
];

describe('init beside', () => {
  test.each(PROJECTS)('%s', async (title, files, where, command, variable) => {
    const { exitCode, stderr, report, read } = await init(files, ['--yes']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const of = (what: string) => report.found.filter((each: Named) => each.what === what);
    expect(of('runner')).toEqual([{ what: 'runner', name: title, where }]);
    expect(of('database URL').map(({ name }: Named) => name)).toEqual(variable ? [variable] : []);
    const config = read('msgdb.config.ts');
    expect(config).toContain("migrationsDir: 'msgdb/migrations'");
    expect(config.includes('databaseUrlVariable')).toBe(variable !== undefined && variable !== 'DATABASE_URL');
    if (!files['package.json']) return;
    const { scripts } = JSON.parse(read('package.json'));
    expect(Object.values(scripts).join()).toContain(command);
  });

  test('several of its kind: libraries, sources, and a command for each folder', async () => {
    const { report, read } = await init(
      {
        'drizzle/meta/_journal.json': '{"entries":[]}',
        'supabase/migrations/20260101000000_init.sql': SQL,
        'package.json': manifest(['drizzle-orm', 'kysely', 'knex']),
        'src/index.ts': '',
        'supabase/functions/hook/index.ts': '',
      },
      ['--yes'],
    );
    expect(report.found.map(({ name }: Named) => name)).toEqual([
      'Drizzle',
      'Supabase',
      'drizzle',
      'kysely',
      'knex',
      'src, supabase/functions',
    ]);
    expect(read('msgdb.config.ts')).toContain(
      "orms: ['drizzle', 'kysely', 'knex'],\n  sources: ['src', 'supabase/functions'],",
    );
    expect(JSON.parse(read('package.json')).scripts).toEqual({
      'msgdb:preflight':
        'msgdb preflight drizzle --runner drizzle && msgdb preflight supabase/migrations --runner supabase',
    });
  });

  test('nothing, as before', async () => {
    const { report, read } = await init({});
    expect(report).toMatchObject({
      found: [],
      created: ['msgdb.config.ts', 'migrations/', '.gitignore'],
      snippets: [],
    });
    expect(read('msgdb.config.ts')).toContain("migrationsDir: 'migrations'");
  });

  test('a library that is no runner, and migrations of its own', async () => {
    const { report } = await init({
      'package.json': manifest(['knex', 'node-pg-migrate', 'typeorm']),
      'migrations/0001-a.ts': '',
    });
    expect(report.found.map(({ name }: Named) => name)).toEqual(['knex', 'typeorm']);
    expect(report.created).toEqual(['msgdb.config.ts', '.gitignore']);
  });
});

const RAILS: Files = { 'config/application.rb': '', 'db/migrate/20260101000000_a.rb': '' };

test('the SQL that node-pg-migrate prints is what preflight reads', async () => {
  await database.sql`create table users (email text)`;
  await database.sql`insert into users values ('a'), ('a')`;
  const cwd = await makeProject({
    'migrations/1700000000000_unique.js':
      "exports.up = (pgm) => pgm.addConstraint('users', 'users_email', { unique: 'email' });\n",
    'package.json': manifest(['node-pg-migrate']),
  });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(cwd, 'node_modules'));
  await runInside(['init', '--yes'], { cwd });
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  const command = scripts['msgdb:preflight'].replace('msgdb preflight', `'${process.execPath}' '${CLI}' preflight`);
  const env = { ...inheritedEnvironment(), DATABASE_URL: database.url, NO_COLOR: '1' };
  const { status, stdout } = spawnSync('bash', ['-c', command], { cwd, env, encoding: 'utf8' });
  expect(status, stdout).toBe(1);
  expect(stdout).toMatch(/line \d+ - users .*1 excess row/s);
});

describe('commands of msgdb in the folder of another runner', () => {
  const run = async (files: Files, words: readonly string[]) => {
    const cwd = await makeProject(files);
    const ended = await runInside([...words, '-u', database.url], { cwd, env: { COLUMNS: '400' } });
    return { ...ended, text: ended.stdout + ended.stderr };
  };
  const of = (title: string): Files => PROJECTS.find(([each]) => each === title)?.[1] ?? {};

  test.each<[string, readonly string[], string, string]>([
    ['golang-migrate', [], 'migrations of golang-migrate, not of msgdb', '`msgdb preflight` says'],
    ['node-pg-migrate', [], 'migrations of node-pg-migrate, not of msgdb', '| msgdb preflight -` says'],
    ['Sequelize', [], 'migrations of Sequelize, not of msgdb', 'msgdb find-duplicates --table TABLE'],
    ['Flyway', ['-d', 'src/main/resources/db/migration'], 'migrations of Flyway, not of', 'own: `msgdb init`'],
    ['Prisma', ['-d', 'prisma/migrations'], 'migrations of Prisma, not of msgdb', '`msgdb preflight` says'],
    ['Rails', ['-d', 'db/migrate'], 'migrations of Rails, not of msgdb', 'msgdb find-duplicates'],
    ['Prisma', [], 'migrations are of Prisma (prisma/migrations)', '`npx prisma migrate deploy` runs those'],
    ['Drizzle', [], 'migrations are of Drizzle (db/out)', '`msgdb preflight` says'],
    ['Django', [], 'migrations are of Django (manage.py)', 'sqlmigrate "$app" "$name"; done | msgdb preflight -`'],
  ])('migrate in that of %s %j', async (title, words, what, fix) => {
    const { exitCode, text } = await run(of(title), ['migrate', ...words]);
    expect(exitCode).toBe(2);
    expect(text).toContain(what);
    expect(text).toContain(fix);
  });

  test('status, verify and find-duplicates say so too; a rule that is named needs no folder', async () => {
    for (const command of ['status', 'verify', 'find-duplicates']) {
      expect((await run(of('Prisma'), [command])).text, command).toContain('migrations are of Prisma');
    }
    await database.sql`create table if not exists users (email text)`;
    const named = await run(of('Prisma'), ['verify', '--table', 'users', '--key', 'email']);
    expect(named.text).not.toContain('Prisma');
  });

  test('where msgdb has a folder without rules, the next command is preflight', async () => {
    const files = { ...of('Prisma'), 'migrations/.keep': '' };
    for (const command of ['status', 'verify', 'migrate']) {
      expect((await run(files, [command])).text, command).toContain('next: msgdb preflight');
    }
  });

  test('a wrong name in its own folder is still that, and so is any other mistake', async () => {
    const wrong = { ...of('Prisma'), 'migrations/20260101000000_init.sql': SQL };
    expect((await run(wrong, ['migrate'])).text).toContain("does not have a migration's name");
    const empty = { ...of('Prisma'), 'migrations/0001-a.sql': '' };
    expect((await run(empty, ['migrate'])).text).toContain('0001-a.sql is empty');
  });
});

describe('init writes', () => {
  const prisma: Files = {
    'prisma/migrations/20260101000000_init/migration.sql': SQL,
    'package.json': manifest([]),
    '.github/workflows/deploy.yml': 'on: push\n',
  };

  test('no more than its own files without a yes, and shows the rest', async () => {
    const { report, read, cwd } = await init(prisma);
    expect(report.created).toEqual(['msgdb.config.ts', 'msgdb/migrations/', '.gitignore']);
    expect(read('package.json')).toBe(prisma['package.json']);
    expect(existsSync(join(cwd, '.github/workflows/msgdb.yml'))).toBe(false);
    expect(report.snippets.map(({ place }: Named) => place)).toEqual([
      'package.json, in scripts',
      '.github/workflows/msgdb.yml',
      'the workflow that deploys, in jobs:',
    ]);
  });

  test('with --yes a workflow that runs only when it is called, and no other', async () => {
    const { report, read } = await init(prisma, ['--yes']);
    expect(read('.github/workflows/deploy.yml')).toBe('on: push\n');
    const workflow = parse(read('.github/workflows/msgdb.yml'));
    expect(Object.keys(workflow.on)).toEqual(['workflow_call', 'workflow_dispatch']);
    expect(workflow.jobs.preflight.env).toEqual({
      MSGDB_DATABASE_URL: expect.stringMatching(/^\$\{\{ secrets\.DATABASE_URL \}\}$/),
    });
    expect(workflow.jobs.preflight.steps.at(-1).run.trim()).toBe(
      'npx --yes msgdb preflight --wait 60s --format github',
    );
    expect(parse(report.snippets.at(-1).text)).toMatchObject({ deploy: { needs: 'preflight' } });
  });

  test('for GitLab a file to include; for others the lines', async () => {
    const gitlab = await init({ ...prisma, '.github/workflows/deploy.yml': '', '.gitlab-ci.yml': 'stages: [a]\n' });
    expect(gitlab.report.found.at(-1).name).toBe('GitHub Actions');
    const own = await init({ ...RAILS, '.gitlab-ci.yml': 'stages: [a]\n' }, ['--yes']);
    expect(parse(own.read('.gitlab/msgdb.yml'))['msgdb-verify'].script.at(-1).trim()).toBe(
      'npx --yes msgdb verify --wait 60s',
    );
    expect(own.read('.gitlab-ci.yml')).toBe('stages: [a]\n');
    const jenkins = await init({ ...RAILS, Jenkinsfile: '' }, ['--yes']);
    expect(jenkins.report.snippets).toMatchObject([{ text: 'npx --yes msgdb verify --wait 60s' }]);
  });

  test('what a person says yes to, and asks for nothing else', async () => {
    const cwd = await makeProject(prisma);
    const asked: string[] = [];
    const confirm = async (question: string) => asked.push(question) === 1;
    const context = await makeContext({ url: 'postgres://nobody@nowhere/none' }, { projectDir: cwd, confirm });
    const report = await initProject(
      { ...context, migrationsDir: join(cwd, 'migrations') },
      { force: false, dryRun: false },
    );
    expect(asked).toEqual([
      'Add the script "msgdb:preflight": "msgdb preflight" to package.json?',
      'Write .github/workflows/msgdb.yml? It runs only when a pipeline calls it.',
    ]);
    expect(report.created).toEqual(['msgdb.config.ts', 'msgdb/migrations/', '.gitignore', 'package.json']);
  });

  test('nothing in a dry run, and nothing the second time', async () => {
    const { report, cwd } = await init(prisma, ['--dry-run']);
    expect(report).toMatchObject({
      dryRun: true,
      created: expect.arrayContaining(['package.json', 'msgdb.config.ts']),
    });
    expect(existsSync(join(cwd, 'msgdb.config.ts'))).toBe(false);
    await runInside(['init', '--yes'], { cwd });
    const again = await runInside(['init', '--yes'], { cwd });
    expect(again.stdout).toContain('nothing to do: all files exist');
  });

  test('over no script of the same name, and over no config file of another form', async () => {
    const { report, read } = await init(
      {
        ...prisma,
        'package.json': manifest([], { 'msgdb:preflight': 'echo mine' }),
        'msgdb.config.json': '{ "migrationsDir": "rules" }',
      },
      ['--yes'],
    );
    expect(JSON.parse(read('package.json')).scripts).toEqual({ 'msgdb:preflight': 'echo mine' });
    expect(report.snippets[0].why).toContain('echo mine');
    expect(report.created).toEqual(['rules/', '.gitignore', '.github/workflows/msgdb.yml']);
  });

  test('for the runner that --from names; one that is not known is refused', async () => {
    const { report } = await init({}, ['--from', 'flyway']);
    expect(report.found).toEqual([{ what: 'runner', name: 'Flyway', where: '--from' }]);
    const cwd = await makeProject({});
    const refused = await runInside(['init', '--from', 'flyweigh'], { cwd });
    expect([refused.exitCode, existsSync(join(cwd, 'msgdb.config.ts'))]).toEqual([2, false]);
    expect(refused.stderr).toContain('flyway');
  });
});

describe('a script in package.json', () => {
  test.each([
    ['two spaces', '{\n  "name": "x",\n  "scripts": {\n    "a": "b"\n  },\n  "files": ["dist"]\n}\n'],
    ['tabs, no line end', '{\n\t"scripts": {\n\t\t"a": "b"\n\t}\n}'],
    ['Windows', '{\r\n  "scripts": {\r\n    "a": "b"\r\n  }\r\n}\r\n'],
    ['one line', '{"name":"x","scripts":{"a":"b"}}'],
    ['none yet', '{\n    "name": "x",\n    "type": "module"\n}\n'],
    ['an empty list', '{\n  "scripts": {},\n  "name": "x"\n}\n'],
    [
      'a mark, and the word elsewhere',
      '\uFEFF{\n  "config": { "scripts": {} },\n  "main": "scripts",\n  "scripts": { "a": "{" }\n}\n',
    ],
    ['an empty object', '{}\n'],
  ])('keeps the format: %s', (_name, text) => {
    const added = addScript(text, 'new', 'say "hi"') ?? '';
    const plain = (of: string) => JSON.parse(of.replace('\uFEFF', ''));
    expect(plain(added).scripts.new).toBe('say "hi"');
    expect(plain(added)).toEqual({ ...plain(text), scripts: { ...plain(text).scripts, new: 'say "hi"' } });
    // Each line that was there is there, and no line has another indentation or end.
    expect(added.includes('\r\n')).toBe(text.includes('\r\n'));
    expect(added.endsWith('\n')).toBe(text.endsWith('\n'));
    if (text.includes('\t')) expect(added).toContain('\n\t\t"new": ');
    if (!text.trim().includes('\n') && text.length > 3) expect(added).not.toContain('\n');
    expect(addScript(added, 'new', 'other')).toBeUndefined();
  });

  test.each([['{'], ['[]'], ['null'], ['"x"']])('%s is left alone', (text) => {
    expect(addScript(text, 'new', 'x')).toBeUndefined();
  });
});
