import { beforeAll, expect, test } from 'vitest';
import { preflight } from '../../../src/commands/preflight/preflight.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';

const db = useDatabase();
const OPTIONS = { paths: [], all: false, samples: 3, strict: false };

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table org (id integer primary key, slug text not null);
      insert into org values (1, 'a'), (2, 'b');
      create table users (id integer primary key, email text, age integer, org_id integer, tag text);
      insert into users values (1, 'a@x', 30, 1, 'x'), (2, 'a@x', -1, 9, 'x'), (3, 'A@x', null, null, null), (4, null, 5, 2, null);
      create table one (id integer primary key, n integer);
      insert into one values (1, 1);
      create table bare (a integer, b integer);
      insert into bare values (1, 1), (1, 2), (2, 2);
      create unique index taken on org (slug);
      create index plain on org (id);
      create table counted (id serial primary key);
      alter table one add constraint kept check (n > 5) not valid;
      create table broken (a integer);
      insert into broken values (1), (1)`)
    .simple();
  await db.sql.unsafe('create unique index concurrently broken_a on broken (a)').catch(() => undefined);
});

/** What is said of each statement: `status asks detail`. */
async function look(sql: string, more: Partial<Parameters<typeof preflight>[1]> = {}) {
  const report = await preflight(await makeContext(db), { ...OPTIONS, input: sql, ...more });
  expectTrueVerdict(report);
  return {
    report,
    told: report.statements.map(({ status, asks, detail }) => `${status} ${asks}: ${detail}`),
    codes: report.findings.map(({ code, level }) => (level === undefined ? code : `${code} ${level}`)),
  };
}

test.each<readonly [string, readonly string[]]>([
  ['create unique index u on users (email)', ['fails unique: 1 excess row in 1 group by email']],
  ['create unique index u on users (lower(email))', ['fails unique: 2 excess rows in 1 group by lower(email)']],
  ['create unique index u on users (email) where age > 0', ['ok unique: no duplicates by email in 1 row']],
  ['create unique index u on users (tag)', ['fails unique: 1 excess row in 1 group by tag']],
  ['create unique index u on users (tag) nulls not distinct', ['fails unique: 2 excess rows in 2 groups by tag']],
  ['alter table users add constraint u unique (email, age)', ['ok unique: no duplicates by email, age in 2 rows']],
  [
    'alter table users rename email to mail; alter table users rename to people; create unique index u on people (mail)',
    ['fails unique: 1 excess row in 1 group by email'],
  ],
  [
    'update users set email = lower(email); create unique index u on users (email)',
    ['fails unique: 2 excess rows in 1 group by lower(email)'],
  ],
  [
    "delete from users where email = 'a@x'; create unique index u on users (email)",
    ['ok unique: no duplicates by email in 1 row'],
  ],
  [
    'delete from users a using users b where a.id > b.id and a.email = b.email; create unique index u on users (email)',
    ['unresolved unique: now 1 excess row in 1 group by email; the DELETE at -:1 removes some of the rows'],
  ],
  [
    'delete from users a using users b where a.id > b.id; create unique index u on users (age)',
    ['ok unique: no duplicates by age in 3 rows'],
  ],
  ["alter table users add column kind text default 'a' unique", ['fails unique: all 4 rows would have the same key']],
  ["alter table one add column kind text default 'a' unique", ['ok unique: 1 row, which is no more than one']],
  ['alter table users add column kind text unique', ['ok unique: kind is NULL in each row']],
  [
    'alter table users add column k uuid not null default gen_random_uuid() unique',
    ['ok not-null: k gets a value in each row', 'ok unique: k gets another value in each row'],
  ],
  [
    'alter table users add column k text generated always as (lower(email)) stored unique',
    ['fails unique: 2 excess rows in 1 group by lower(email)'],
  ],
  [
    'alter table bare add primary key (a)',
    ['fails unique: 1 excess row in 1 group by a', 'ok not-null: no row where a is NULL'],
  ],
  ['alter table users add primary key (id)', ['fails nothing: users has a primary key already: users_pkey']],
  ['alter table users alter email set not null', ['fails not-null: 1 row where email is NULL']],
  [
    "update users set email = coalesce(email, ''); alter table users alter email set not null",
    ['ok not-null: no row where email is NULL'],
  ],
  [
    "update users set email = 'none' where email is null; alter table users alter email set not null",
    ['ok not-null: no row where email is NULL'],
  ],
  ['alter table users add column k integer not null', ['fails not-null: 4 rows where k is NULL']],
  ['alter table users add check (age > 0)', ['fails check: 1 row where age > 0 is false']],
  ['alter table users add check (age > 0) not valid', []],
  ['alter table users add foreign key (org_id) references org', ['fails foreign-key: 1 row refers to no row of org']],
  ['alter table users add foreign key (org_id) references org not valid', []],
  [
    'create table new_org (id integer primary key); alter table users add foreign key (org_id) references new_org',
    ['unresolved foreign-key: new_org: the table is made at -:1'],
  ],
  ['create table fresh (id integer); create unique index f on fresh (id)', ['ok unique: the table is made at -:1']],
  ['create unique index taken on users (id)', ['fails unique: taken is there already']],
  ['create unique index if not exists taken on org (slug)', ['ok unique: taken is there already, and valid']],
  [
    'create unique index if not exists broken_a on broken (a)',
    [
      'fails unique: broken_a is there, and not valid: IF NOT EXISTS passes over it, and the deploy continues without the index',
    ],
  ],
  ['drop index broken_a; create unique index broken_a on broken (a)', ['fails unique: 1 excess row in 1 group by a']],
  ['alter table broken add constraint b unique using index broken_a', ['fails nothing: broken_a is not valid']],
  ['alter table org add constraint b unique using index taken', ['ok nothing: taken is unique, and valid']],
  ['alter table org add constraint b unique using index plain', ['fails nothing: plain is not a unique index']],
  ['create table users (id integer)', ['fails nothing: table users is there already']],
  ['alter table users add column email text', ['fails nothing: column email of users is there already']],
  [
    'create unique index u on nowhere (id)',
    ['fails nothing: there is no table nowhere in public, and no earlier statement makes it'],
  ],
  ['create unique index u on users (nothing)', ['fails nothing: users has no column nothing']],
  [
    'do $$ begin alter table users add constraint f foreign key (org_id) references org(id); exception when duplicate_object then null; end $$; create unique index u on users (id)',
    ['fails foreign-key: 1 row refers to no row of org', 'ok unique: no duplicates by id in 4 rows'],
  ],
  [
    "do $$ begin create type mood as enum ('a'); exception when duplicate_object then null; end $$; create unique index u on users (id)",
    ['ok unique: no duplicates by id in 4 rows'],
  ],
  [
    'do $$ begin if true then delete from users; end if; end $$; create unique index u on users (email)',
    ['unresolved unique: the DO block at -:1 may change rows of users'],
  ],
  [
    'do $$ begin if true then create unique index u on users (email); end if; end $$',
    ['unresolved nothing: the DO block may add a constraint or a unique index, and is not looked into'],
  ],
  [
    "do $$ begin execute 'truncate users'; end $$; create unique index u on one (n)",
    ['unresolved unique: the DO block at -:1 may change rows of one'],
  ],
  [
    'alter table users add constraint c check (age > 0) not valid; alter table users validate constraint c',
    ['fails check: 1 row where age > 0 is false'],
  ],
  ['alter table one validate constraint kept', ['fails check: 1 row where (n > 5) is false']],
  [
    'select do_things(); create unique index u on users (email)',
    ['unresolved unique: the function do_things at -:1 may change rows of users'],
  ],
  [
    "select setval(pg_get_serial_sequence('counted', 'id'), (select max(id) from counted)), count(*) over () from org; create unique index u on users (id)",
    ['ok unique: no duplicates by id in 4 rows'],
  ],
  [
    'alter table users alter email type citext; create unique index u on users (email)',
    [
      'fails nothing: there is no type citext in public, and no earlier statement makes it',
      'unresolved unique: email gets another type at -:1, which may make values equal',
    ],
  ],
])('%s', async (sql, expected) => {
  expect((await look(sql)).told).toEqual(expected);
});

test('another type: a statement fails in PostgreSQL where it is said to, and nowhere else', async () => {
  const { sql } = db;
  await sql.unsafe(`create table kinds (t text, c char(6), n numeric, i integer, b bigint, f float8);
    insert into kinds values ('long text', 'abc', 99.994, 32767, 2147483648, 1e10), ('ab      ', 'de', 'NaN', -32768, 1, 0), (null, null, null, null, null, null)`);
  const types = [
    't varchar(9)',
    't varchar(8)',
    't text',
    'c varchar(3)',
    'c char',
    'n numeric(4, 2)',
    'n decimal(4,3)',
  ];
  const numbers = ['i smallint', 'i numeric(4)', 'b int', 'b bigint', 'f integer'];
  const others = ['t integer', 't integer using length(t)', 'i interval', 'b text', 't date using t::date'];
  for (const each of [...types, ...numbers, ...others]) {
    const statement = `alter table kinds alter ${each.replace(' ', ' type ')}`;
    const { report } = await look(statement);
    const [found] = report.statements;
    const failure = await sql
      .begin(async (tx) => {
        await tx.unsafe(statement);
        throw new Error('undo');
      })
      .catch((error: { code?: string }) => error.code);
    const message = report.findings[0]?.message ?? '';
    expect([each, found?.status], each).toEqual([each, failure === undefined ? 'ok' : 'fails']);
    if (failure !== undefined) expect(message, each).toContain(`(${failure})`);
  }
  expect((await look('truncate kinds; alter table kinds alter t type integer using t::integer')).told).toEqual([
    'ok type: the TRUNCATE at -:1 leaves no rows',
  ]);
  await sql.unsafe('drop table kinds');
});

test('a finding has the place of its statement and the command that removes the copies', async () => {
  const { report } = await look(
    '-- comment\n\ncreate unique index u on users (email, tag)\n  where age is null or age < 50;',
  );
  expect(report).toMatchObject({
    verdict: 'findings',
    findings: [
      {
        code: 'MSGDB_DUPLICATES_FOUND',
        table: 'users',
        data: { file: '-', line: 3 },
        fix: "Run `… | msgdb preflight - --repair --dry-run` to see what would be removed, or `msgdb dedupe --table users --key email,tag --where 'age is null or age < 50' --dry-run` for this key alone; then without --dry-run.",
      },
    ],
    targets: [{ table: 'users', groups: 1, excessRows: 1, samples: [{ copies: 2 }] }],
  });
});

test('what `node-pg-migrate up --dry-run` prints is a migration each, without its remarks', async () => {
  const { report } = await look(
    [
      'dry run\n> Migrating files:\n> - 17_a\n> - 18_b\n### MIGRATION 17_a (UP) ###\nupdate users set tag = null',
      " where 'x'\n> tag;\n### MIGRATION 18_b (UP) ###\ncreate unique index u on users (email);\n\n\nMigrations complete!\n",
    ].join(''),
  );
  expect(report.migrations.map(({ name }) => name)).toEqual(['17_a', '18_b']);
  expect(report.statements).toMatchObject([{ migration: '18_b', line: 9, status: 'fails' }]);
  const nothing = await look('dry run\nNo migrations to run!\nMigrations complete!\n');
  expect(nothing.report).toMatchObject({ verdict: 'ok', migrations: [], summary: 'no migration is pending' });
});

test('nothing on standard input is a warning: the command before the pipe may have failed', async () => {
  const [lenient, strict] = [await look('\n'), await look('', { strict: true })];
  expect(lenient).toMatchObject({
    codes: ['MSGDB_PENDING_NOT_READ warning'],
    report: { verdict: 'ok', migrations: [] },
  });
  expect(strict).toMatchObject({ codes: ['MSGDB_PENDING_NOT_READ'], report: { verdict: 'findings' } });
});

test('what is not known is a warning, and with --strict a finding', async () => {
  const sql = 'call tidy(); create unique index u on users (email)';
  const [lenient, strict] = [await look(sql), await look(sql, { strict: true })];
  expect(lenient).toMatchObject({ codes: ['MSGDB_PENDING_UNRESOLVED warning'], report: { verdict: 'ok' } });
  expect(strict).toMatchObject({ codes: ['MSGDB_PENDING_UNRESOLVED'], report: { verdict: 'findings' } });
});

test('a file that is no SQL is a finding, and all that comes after it is unresolved', async () => {
  const { codes, told } = await look('create table {{schema}}.x (id integer);\ncreate unique index u on users (email)');
  expect(codes).toEqual(['MSGDB_PENDING_NOT_READ']);
  expect(told).toEqual([]);
});

test('nothing is written', async () => {
  const before = await fingerprint(db.sql);
  await look('alter table users add primary key (email); alter table users add check (age > 0)');
  expect(await fingerprint(db.sql)).toEqual(before);
});

const MIGRATION = 'create unique index u on users (email);';

/** A runner's project, its history in the database, and what is looked at. */
const RUNNERS: readonly {
  readonly runner: string;
  readonly files: Readonly<Record<string, string>>;
  readonly history: string;
  readonly drop: string;
}[] = [
  {
    runner: 'prisma',
    files: {
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
      'prisma/migrations/20260101_init/migration.sql': 'create table users (id integer);',
      'prisma/migrations/20260102_unique/migration.sql': MIGRATION,
    },
    history: `create table _prisma_migrations (id text, migration_name text, finished_at timestamptz, rolled_back_at timestamptz);
      insert into _prisma_migrations values ('1', '20260101_init', now(), null), ('2', '20260102_unique', null, now())`,
    drop: 'drop table _prisma_migrations',
  },
  {
    runner: 'drizzle',
    files: {
      'drizzle.config.ts': "export default { out: './db/out' }",
      'db/out/meta/_journal.json': JSON.stringify({
        version: '7',
        dialect: 'postgresql',
        entries: [
          { idx: 0, version: '7', when: 100, tag: '0000_init', breakpoints: true },
          { idx: 1, version: '7', when: 200, tag: '0001_unique', breakpoints: true },
        ],
      }),
      'db/out/0000_init.sql': 'create table users (id integer);',
      'db/out/0001_unique.sql': `--> statement-breakpoint\n${MIGRATION}`,
    },
    history: `create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 100)`,
    drop: 'drop schema drizzle cascade',
  },
  {
    runner: 'supabase',
    files: {
      'supabase/migrations/20260101000000_init.sql': 'create table users (id integer);',
      'supabase/migrations/20260102000000_unique.sql': MIGRATION,
    },
    history: `create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text, name text);
      insert into supabase_migrations.schema_migrations values ('20260101000000', 'init')`,
    drop: 'drop schema supabase_migrations cascade',
  },
  {
    runner: 'flyway',
    files: {
      'src/main/resources/db/migration/V1__init.sql': 'create table users (id integer);',
      'src/main/resources/db/migration/V10__unique.sql': MIGRATION,
      'src/main/resources/db/migration/V2_1__more.sql': 'create table users (id integer);',
      'src/main/resources/db/migration/R__view.sql': 'select 1;\n',
    },
    history: `create table flyway_schema_history (installed_rank integer, version text, description text, type text, script text, checksum integer, success boolean);
      insert into flyway_schema_history values (1, '1', '<< baseline >>', 'BASELINE', '', null, true),
        (2, '2.1', 'more', 'SQL', 'V2_1__more.sql', 0, true), (3, null, 'view', 'SQL', 'R__view.sql', -690524359, true)`,
    drop: 'drop table flyway_schema_history',
  },
  {
    runner: 'golang-migrate',
    files: {
      'migrations/000009_init.up.sql': 'create table users (id integer);',
      'migrations/000009_init.down.sql': 'drop table users;',
      'migrations/000010_unique.up.sql': MIGRATION,
      'migrations/000010_unique.down.sql': 'drop index u;',
    },
    history:
      'create table schema_migrations (version bigint, dirty boolean); insert into schema_migrations values (9, false)',
    drop: 'drop table schema_migrations',
  },
  {
    runner: 'dbmate',
    files: {
      'db/migrations/20260101_init.sql':
        '-- migrate:up\ncreate table users (id integer);\n-- migrate:down\ndrop table users;',
      'db/migrations/20260102_unique.sql': `-- migrate:up\n${MIGRATION}\n-- migrate:down\ndrop index u;`,
    },
    history: `create table schema_migrations (version varchar); insert into schema_migrations values ('20260101')`,
    drop: 'drop table schema_migrations',
  },
];

test.each(RUNNERS)(
  'the pending migrations of $runner are found by themselves',
  async ({ runner, files, history, drop }) => {
    const projectDir = await makeProject(files);
    const context = await makeContext(db, { projectDir, workingDir: projectDir });
    const named = await makeContext(db, { projectDir, workingDir: projectDir });
    await db.sql.unsafe(history).simple();
    try {
      const report = await preflight(context, OPTIONS);
      expect(report.runner).toMatch(new RegExp(`^${runner} in `));
      expect(report.migrations.map(({ name }) => name)).toEqual([expect.stringMatching(/unique/)]);
      expect(report.statements).toMatchObject([{ status: 'fails', rows: 1, table: 'users' }]);
      expect((await preflight(named, { ...OPTIONS, runner })).migrations).toEqual(report.migrations);
      const all = await preflight(context, { ...OPTIONS, all: true });
      expect(all.migrations.length).toBe(Object.keys(files).filter((file) => /(?<!down)\.sql$/.test(file)).length);
      expect(all.statements.map(({ status }) => status)).toEqual(['fails']);
      expectTrueVerdict(report);
    } finally {
      await db.sql.unsafe(drop).simple();
    }
  },
);

test.each([
  ['in its own folder', 'supabase/migrations', {}],
  ['where it is named', 'sql', { paths: ['sql'], runner: 'supabase' }],
])('migrations of Supabase that are numbered without a time are found %s', async (_, folder, options) => {
  const { history = '', drop = '' } = RUNNERS.find(({ runner }) => runner === 'supabase') ?? {};
  const files = {
    [`${folder}/001_init.sql`]: 'create table users (id integer);',
    [`${folder}/002_unique.sql`]: MIGRATION,
  };
  const projectDir = await makeProject(files);
  const applied = "insert into supabase_migrations.schema_migrations values ('001', 'init')";
  await db.sql.unsafe(`${history}; ${applied}`).simple();
  try {
    const context = await makeContext(db, { projectDir, workingDir: projectDir });
    const report = await preflight(context, { ...OPTIONS, ...options });
    expect(report.runner).toBe(`supabase in ${folder}`);
    expect(report.migrations.map(({ name }) => name)).toEqual(['002_unique']);
    const numbered = await preflight(context, { ...OPTIONS, paths: [folder], runner: 'sql' });
    expect(numbered.runner).toBe(`sql in ${folder}`);
  } finally {
    await db.sql.unsafe(drop).simple();
  }
});

test.each([
  [
    'prisma',
    "insert into _prisma_migrations values ('3', '20260102_unique', null, null)",
    '`npx prisma migrate resolve --rolled-back 20260102_unique`, then `npx prisma migrate deploy`',
  ],
  [
    'flyway',
    "insert into flyway_schema_history values (4, '10', 'unique', 'SQL', 'V10__unique.sql', 0, false)",
    '`flyway repair`, then `flyway migrate`',
  ],
  [
    'golang-migrate',
    'update schema_migrations set version = 10, dirty = true',
    '`migrate force` with the version before it, then `migrate up`',
  ],
])(
  'how a migration of %s that has failed is settled is said in the words of that runner',
  async (name, failed, fix) => {
    const { files = {}, history = '', drop = '' } = RUNNERS.find(({ runner }) => runner === name) ?? {};
    const projectDir = await makeProject(files);
    await db.sql.unsafe(`${history}; ${failed}`).simple();
    try {
      const { findings } = await preflight(await makeContext(db, { projectDir, workingDir: projectDir }), OPTIONS);
      expect(findings.find(({ code }) => code === 'MSGDB_PENDING_FAILED')?.fix).toBe(
        `When what stopped it is mended, and nothing of it is left in the database: ${fix}.`,
      );
    } finally {
      await db.sql.unsafe(drop).simple();
    }
  },
);

test('ten thousand rows of one INSERT are looked at, and the one that is there twice is found', async () => {
  const rows = Array.from({ length: 10_000 }, (_, row) => `(${row % 9_999}, 'n')`).join(', ');
  const made = 'create table made (id integer primary key, note text not null, check (id >= 0))';
  const { told } = await look(`${made}; insert into made values ${rows}`);
  expect(told).toEqual([expect.stringMatching(/^fails nothing: 1 row with a key that the unique key has already/)]);
});

test('an INSERT is not compared with more than a thousand earlier rows one by one, and that is said', async () => {
  const rows = Array.from({ length: 1_003 }, (_, row) => `insert into made values (${row});`).join(' ');
  const { told, report } = await look(`create table made (id integer primary key); ${rows}`);
  expect(report.verdict).toBe('ok');
  expect(new Set(told)).toEqual(
    new Set([expect.stringMatching(/^unresolved nothing: earlier statements insert more than 1,000 rows/)]),
  );
});

test('what may not be read is not known, instead of in order', async () => {
  const role = await db.createRole('reader');
  await db.sql.unsafe(`create table parent (id integer primary key); insert into parent values (1);
    create table kid (parent_id integer references parent);
    grant usage on schema public to ${role.name}; grant select on kid to ${role.name}`);
  const context = await makeContext({ url: role.url });
  const report = await preflight(context, { ...OPTIONS, input: 'insert into kid values (7)' });
  expect(report.statements).toMatchObject([{ status: 'unresolved', detail: expect.stringMatching(/parent/) }]);
});
