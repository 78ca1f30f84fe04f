import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { adviseAfter, adviseRepair } from '../../../src/commands/preflight/advise-repair.ts';
import { preflight } from '../../../src/commands/preflight/preflight.ts';
import type { RepairOptions } from '../../../src/commands/preflight/repair-pending.ts';
import type { LookedAt } from '../../../src/inspect/pending/look-at-scripts.ts';
import { makeProject, runCli } from '../../support/cli.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';

const db = useDatabase();
const OPTIONS = { paths: [], all: false, samples: 3, strict: false };
const REPAIR: RepairOptions = { dryRun: false, yes: true, build: false, copies: undefined };

beforeEach(async () => {
  await db.sql
    .unsafe(`
      drop table if exists message, users, people, bare cascade;
      create table users (id integer primary key, email text, name text, seen integer, "orgId" integer);
      insert into users values (1, 'a@x', 'old', 1, 1), (2, 'a@x', 'new', 5, 1), (3, 'A@x', null, 2, 2), (4, 'b@x', 'b', 1, 1), (5, null, 'n', 0, null), (6, null, 'm', 0, null);
      create table message (id integer primary key, user_id integer references users);
      insert into message values (1, 1), (2, 2), (3, 3);
      create table bare (a integer, b integer);
      insert into bare values (1, 1), (1, 2), (2, 2)`)
    .simple();
});

/** Repairs for SQL on standard input, then lets a plain client run it. */
async function repair(sql: string, more: Partial<RepairOptions> = {}, overrides: ContextOverrides = {}) {
  const context = await makeContext(db, overrides);
  const report = await preflight(context, { ...OPTIONS, input: sql, repair: { ...REPAIR, ...more } });
  const text = expectTrueVerdict(report);
  return { report, text, context };
}

async function deploy(sql: string): Promise<string | undefined> {
  return await db.sql
    .begin(async (tx) => tx.unsafe(sql).simple())
    .then(
      () => undefined,
      (error: { readonly code?: string }) => error.code ?? String(error),
    );
}

async function idsOf(table: string): Promise<readonly number[]> {
  const rows = await db.sql.unsafe(`select id from ${table} order by id`);
  return rows.map(({ id }) => Number(id));
}

describe('what a runner is about to fail on is repaired, and its SQL runs then', () => {
  test.each<readonly [sql: string, removed: number]>([
    ['create unique index u on users (email)', 1],
    ['create unique index u on users (email) nulls not distinct', 2],
    ['create unique index u on users ("orgId") where seen < 3', 1],
    ['alter table bare add primary key (a)', 1],
    [
      'alter table users rename email to mail; alter table users rename to people; create unique index u on people (mail)',
      1,
    ],
    ['update users set email = lower(email); create unique index u on users (email)', 2],
    ['create unique index u on users (email); alter table users add constraint v unique (email)', 1],
    [
      'create unique index u on users (email); create unique index v on users ("orgId"); create unique index w on bare (b)',
      3,
    ],
    ["insert into users values (9, 'z@x'); create unique index u on users (email)", 1],
  ])('%s', async (sql, removed) => {
    const before = await rowsOf();
    expect(await deploy(sql)).toBe('23505');
    const { report, context } = await repair(sql, {}, { settings: { onDiffer: 'keep' } });
    expect(report.repair?.targets.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(removed);
    expect(report.findings.filter(({ level }) => level !== 'warning')).toEqual([]);
    expect(report.next).toBe(`msgdb archive restore ${report.repair?.runId} (puts them back)`);
    const names = /people/.test(sql)
      ? ' drop index u; alter table people rename to users; alter table users rename mail to email'
      : '';
    expect(await deploy(sql)).toBeUndefined();
    if (/update|insert/.test(sql)) return;
    await db.sql
      .unsafe(
        `${names || 'drop index if exists w; alter table users drop constraint if exists u, drop constraint if exists v; drop index if exists u, v; alter table bare drop constraint if exists bare_pkey'}`,
      )
      .simple();
    await archiveRestore(context, { runId: report.repair?.runId ?? '', yes: true });
    expect(await rowsOf()).toEqual(before);
  });
});

describe('who survives', () => {
  test('is said by the rules of the configuration, one for each key', async () => {
    const rules = {
      'users(email)': { keep: ['seen desc'], merge: { name: 'first-non-null' as const } },
      'bare(a)': { keep: ['b desc'] },
    };
    const sql = 'create unique index u on users (email); create unique index v on bare (a)';
    const { report } = await repair(sql, {}, { rules });
    expect(report.verdict).toBe('ok');
    expect(await idsOf('users')).toEqual([2, 3, 4, 5, 6]);
    expect(await db.sql`select a, b from bare order by a`).toEqual([
      { a: 1, b: 2 },
      { a: 2, b: 2 },
    ]);
    expect(await db.sql`select user_id from message order by id`).toEqual([
      { user_id: 2 },
      { user_id: 2 },
      { user_id: 3 },
    ]);
  });

  test('is said by --keep where one key needs repair', async () => {
    await repair('create unique index u on users (email)', { copies: { keep: ['seen desc'] } });
    expect(await idsOf('users')).toEqual([2, 3, 4, 5, 6]);
  });

  test('is not said by --keep where several do', async () => {
    const sql = 'create unique index u on users (email); create unique index v on bare (a)';
    await expect(repair(sql, { copies: { keep: ['seen desc'] } })).rejects.toMatchObject({
      code: 'MSGDB_USAGE',
      fix: 'Write what holds for each in the configuration: rules: { "users(email)": { keep: [ … ] }, "bare(a)": { keep: [ … ] } }',
    });
  });

  test('copies that differ are left alone with --on-differ stop, and the statement still fails', async () => {
    const { report } = await repair('create unique index u on users (email)', {}, { settings: { onDiffer: 'stop' } });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DIFFERS', 'MSGDB_DUPLICATES_FOUND']);
    expect(await idsOf('users')).toHaveLength(6);
  });

  test('what a rule leaves open is refused, with the line of the configuration', async () => {
    await db.sql.unsafe('alter table message add unique (user_id)').simple();
    const rules = {
      'users(email)': { references: [{ table: 'message', column: 'user_id', onCollision: 'refuse' as const }] },
    };
    const { report } = await repair('create unique index u on users (email)', {}, { rules });
    expect(report.verdict).toBe('findings');
    expect(report.findings[0]?.fix).toMatch(
      /onCollision.* It is written in msgdb\.config: rules: \{ "users\(email\)": \{ … \} \}\./,
    );
    expect(await idsOf('users')).toHaveLength(6);
  });
});

describe('nothing is changed', () => {
  const SQL = 'create unique index u on users (email); create unique index v on bare (a)';

  test('by a dry run, which shows one plan for all', async () => {
    const before = await fingerprint(db.sql);
    const { report, text } = await repair(SQL, { dryRun: true });
    expect(report.verdict).toBe('findings');
    expect(report.repair?.plan.map(({ table }) => table)).toEqual(['users', 'bare']);
    expect(text).toContain('2 rows would be removed; nothing was changed');
    expect(text).not.toContain('A migration with uniqueKey');
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('when the answer is no, and what is asked is about all', async () => {
    const before = await fingerprint(db.sql);
    const asked: string[] = [];
    const confirm = async (question: string) => {
      asked.push(question);
      return false;
    };
    await expect(repair(SQL, { yes: false }, { confirm })).rejects.toMatchObject({ code: 'MSGDB_CONFIRMATION_NEEDED' });
    expect(asked).toEqual(['Remove 2 rows from users, bare? They are kept in the archive.']);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('by a second run', async () => {
    await repair(SQL);
    const before = await fingerprint(db.sql);
    const { report, text } = await repair(SQL);
    expect(report).toMatchObject({ verdict: 'ok', repair: { runId: null, targets: [], left: [] } });
    expect(text).toContain('no copies to remove; nothing stands in the way');
    expect(await fingerprint(db.sql)).toEqual(before);
  });
});

test.each([
  ['create table fresh (a integer); create unique index u on fresh (a)', []],
  [
    "alter table users add column kind text default 'x' unique",
    [/^all 6 rows would have the same key, and none of them is a copy/],
  ],
  [
    'delete from users a using users b where a.id > b.id; create unique index u on users (email)',
    [
      /^the DELETE at -:1 removes some of the rows; it comes first and was not run, and now the table has 1 excess row /,
    ],
  ],
  ['select tidy(); create unique index u on users (email)', [/^the function tidy at -:1 may change rows of users$/]],
])('not repairable before the deploy: %s', async (sql, reasons) => {
  const before = await fingerprint(db.sql);
  const { report } = await repair(sql);
  expect(report.repair?.left.map(({ reason }) => reason)).toEqual(reasons.map((each) => expect.stringMatching(each)));
  expect(await fingerprint(db.sql)).toEqual(before);
});

describe('a DELETE of the migration comes before its unique index', () => {
  const keyed = 'delete from users where ctid not in (select min(ctid) from users group by email);';
  const sql = `${keyed} create unique index u on users (email)`;

  test.each([
    { dryRun: false, build: false },
    { dryRun: true, build: false },
    { dryRun: false, build: true },
  ])('it is not run: the copies are counted, and how they are removed is said: %o', async (how) => {
    const before = await fingerprint(db.sql);
    const { report, text } = await repair(`${sql}; create unique index w on users (email)`, how);
    const command = 'msgdb dedupe --table users --key email --dry-run';
    expect(report.repair?.left).toMatchObject([
      { rows: 1, command },
      { rows: 1, command },
    ]);
    expect(text).toContain(command);
    expect(text).toContain('with an archive');
    expect(text).toContain('An earlier pending statement removes rows');
    expect(text).not.toMatch(/Not repairable|no copies|no duplicates/);
    expect(report.summary).toMatch(/^nothing was changed; 1 excess row left to an earlier pending statement;/);
    expect(report.findings[0]?.fix).toContain(command);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('the command that is named mends it, and a restore brings the rows back', async () => {
    const before = await rowsOf();
    const cwd = await makeProject({});
    const args = ['dedupe', '--table', 'users', '--key', 'email', '--yes', '--on-differ', 'keep'];
    const ran = await runCli(args, { cwd, env: { DATABASE_URL: db.url } });
    expect(ran.exitCode, ran.stderr).toBe(0);
    const { report, context } = await repair(sql);
    expect(report).toMatchObject({ verdict: 'ok', repair: { left: [] } });
    expect(report.summary).toMatch(/^no copies to remove; nothing stands in the way/);
    const runId = /archive restore (\S+)/.exec(ran.stdout + ran.stderr)?.[1] ?? '';
    await archiveRestore(context, { runId, yes: true });
    expect(await rowsOf()).toEqual(before);
  });

  test('copies that another key of the run removes are not counted as left', async () => {
    const { report } = await repair(`create unique index w on users (email); ${sql}`);
    expect(report.repair).toMatchObject({ left: [], targets: [{ deleted: 1 }] });
    expect(report.summary).toMatch(/^1 row removed; nothing stands in the way/);
  });
});

describe('what one repair does to the rows of another', () => {
  const both = 'create unique index u on users (email); create unique index m on message (user_id)';

  test('copies that re-pointing makes go in the same run, and come back with its restore', async () => {
    const before = await rowsOf();
    const { report, context } = await repair(both, { build: true });
    expect(report.repair?.targets).toMatchObject([
      { table: 'users', deleted: 1 },
      { table: 'message', excessRows: 1, deleted: 1 },
    ]);
    expect(report.repair?.builds).toMatchObject([{ state: 'built' }, { state: 'built' }]);
    expect(await idsOf('message')).toEqual([1, 3]);
    await archiveRestore(context, { runId: report.repair?.runId ?? '', yes: true });
    expect(await rowsOf()).toEqual(before);
    expect(await idsOf('message')).toEqual([1, 2, 3]);
  });

  test('without --yes those that were not shown stay, and nothing is said to be built that is not', async () => {
    const { report } = await repair(both, { yes: false, build: true }, { confirm: async () => true });
    expect(report).toMatchObject({
      exitCode: 1,
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: 'MSGDB_CONFIRMATION_NEEDED',
          message: expect.stringMatching(/^1 row of message/),
        }),
      ]),
      repair: {
        builds: [
          { index: 'u', state: 'built' },
          { index: 'm', state: 'not built', detail: 'the run stopped before it was built' },
        ],
      },
    });
    expect(await idsOf('message')).toEqual([1, 2, 3]);
    const next = await repair(both, { yes: false, build: true }, { confirm: async () => true });
    expect(next.report.repair).toMatchObject({ targets: [{ deleted: 0 }, { deleted: 1 }] });
  });

  test('where one plan is refused nothing is built, and no runner is told that all is there', async () => {
    const sql = 'create unique index u on users (email); create unique index m on message (id, user_id)';
    const { report } = await repair(sql, { build: true }, { settings: { limit: { losers: 0 } } });
    expect(report.repair?.builds).toMatchObject([
      { index: 'u', state: 'not built', detail: 'the plan is refused' },
      { index: 'm', state: 'not built', detail: 'another plan is refused, and nothing is done' },
    ]);
  });

  test('--keep is about the key that needs repair, and not about one whose index is built besides', async () => {
    const { report } = await repair(both, { build: true, copies: { keep: ['seen desc'] } });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_NAME_TAKEN', 'MSGDB_NAME_TAKEN']);
    expect(await idsOf('users')).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('with --build', () => {
  test.each<readonly [sql: string, instead: readonly string[]]>([
    ['create unique index u on users (email)', ['CREATE UNIQUE INDEX IF NOT EXISTS "u" ON "users" ("email");']],
    [
      'create unique index u on users (lower(email), "orgId") nulls not distinct where seen > 0',
      ['CREATE UNIQUE INDEX IF NOT EXISTS "u" ON "users" ((lower(email)), "orgId") NULLS NOT DISTINCT WHERE seen > 0;'],
    ],
    [
      'alter table users add unique (email)',
      [
        'CREATE UNIQUE INDEX IF NOT EXISTS "users_email_key" ON "users" ("email");',
        'ALTER TABLE "users" ADD CONSTRAINT "users_email_key" UNIQUE USING INDEX "users_email_key";',
      ],
    ],
    [
      'alter table bare add primary key (a)',
      [
        'CREATE UNIQUE INDEX IF NOT EXISTS "bare_pkey" ON "bare" ("a");',
        'ALTER TABLE "bare" ADD CONSTRAINT "bare_pkey" PRIMARY KEY USING INDEX "bare_pkey";',
      ],
    ],
  ])('%s: what is written instead runs, here and in a database without the index', async (sql, instead) => {
    const before = await rowsOf();
    const { report, context } = await repair(sql, { build: true });
    expect(report.repair?.builds).toMatchObject([{ state: 'built', statements: instead }]);
    expect(report.findings.filter(({ code }) => code !== 'MSGDB_NAME_TAKEN')).toEqual([]);
    for (const { fix } of report.findings) for (const text of instead) expect(fix).toContain(`\`${text}\``);
    const again = await repair(sql, { build: true });
    expect(again.report).toMatchObject({ repair: { runId: null, builds: [{ state: 'there', statements: instead }] } });
    const edited = await repair(instead.join('\n'), { build: true });
    expect(edited.report.findings).toEqual([]);
    const restored = await archiveRestore(context, { runId: report.repair?.runId ?? '', yes: true });
    expectTrueVerdict(restored);
    expect(restored).toMatchObject({ verdict: 'ok', summary: expect.stringMatching(/^\w+ dropped; \d row/) });
    expect(await rowsOf()).toEqual(before);
    expect(await db.sql`select from pg_indexes where indexname in ('u', 'users_email_key', 'bare_pkey')`).toHaveLength(
      0,
    );
    await repair(sql, { build: true });
    expect(await deploy(instead.join('\n'))).toBeUndefined();
    const [{ count = 0 } = {}] =
      await db.sql`select count(*)::int from pg_indexes where indexname in ('u', 'users_email_key', 'bare_pkey')`;
    expect(count).toBe(1);
  });

  test('what the deploy has made a constraint of is not dropped by a restore', async () => {
    const { report, context } = await repair('alter table users add constraint u unique (email)', { build: true });
    expect(await deploy('alter table users add constraint u unique using index u')).toBeUndefined();
    const restoring = archiveRestore(context, { runId: report.repair?.runId ?? '', yes: true });
    await expect(restoring).rejects.toMatchObject({
      code: 'MSGDB_REFUSED',
      fix: 'Undo the deploy that added it, or run `alter table "public"."users" drop constraint "u";`.',
    });
  });

  test('online, the index is built while writers go on, and two runs know their own', async () => {
    const settings = { strategy: 'online' as const };
    const first = await repair('create unique index u on users (email)', { build: true }, { settings });
    const second = await repair('create unique index v on bare (a)', { build: true }, { settings });
    await archiveRestore(second.context, { runId: second.report.repair?.runId ?? '', yes: true });
    const left = await db.sql`select indexname from pg_indexes where indexname in ('u', 'v')`;
    expect(left.map(({ indexname }) => indexname)).toEqual(['u']);
    await archiveRestore(first.context, { runId: first.report.repair?.runId ?? '', yes: true });
    expect(await db.sql`select from pg_indexes where indexname in ('u', 'v')`).toHaveLength(0);
  });

  test('an index that a failed CONCURRENTLY has left is built again', async () => {
    const sql = 'create unique index concurrently if not exists u on users (email)';
    await db.sql.unsafe('create unique index concurrently u on users (email)').catch(() => undefined);
    const { report } = await repair(sql, { build: true });
    expect(report.findings.filter(({ level }) => level !== 'warning')).toEqual([]);
    expect(report.repair).toMatchObject({
      targets: [{ deleted: 1 }],
      builds: [{ state: 'built', detail: 'IF NOT EXISTS passes over it: nothing is to be changed', statements: [] }],
    });
  });

  test.each<readonly [sql: string, why: string]>([
    ['create unique index on users (email)', 'the statement gives the index no name'],
    [
      'alter table users rename email to mail; create unique index u on users (mail)',
      'an earlier pending statement makes, renames or changes one of its columns',
    ],
    [
      'alter table users rename to people; create unique index u on people (email)',
      'an earlier pending statement renames the table',
    ],
    [
      'update users set email = lower(email); create unique index u on users (email)',
      'an earlier pending statement changes the rows',
    ],
  ])('%s: the copies go, and the index is left to the deploy', async (sql, why) => {
    const { report } = await repair(sql, { build: true });
    expect(report.repair).toMatchObject({ builds: [{ state: 'not built', detail: why }] });
    expect(await deploy(sql)).toBeUndefined();
  });

  test('a name that another relation has is left to the deploy, and the copies of both keys go', async () => {
    await db.sql.unsafe('create sequence if not exists u owned by users.id').simple();
    const sql = 'create unique index u on users (email); create unique index v on bare (a)';
    const { report } = await repair(sql, { build: true });
    expect(report.repair).toMatchObject({
      builds: [
        { index: 'v', state: 'built' },
        { index: 'u', state: 'not built', detail: 'The name u is taken by another relation in public.' },
      ],
    });
  });

  test('nothing is built by a dry run, and without rows to remove it is asked for the index alone', async () => {
    const before = await fingerprint(db.sql);
    const { report, text } = await repair('create unique index u on users (name)', { dryRun: true, build: true });
    expect(report.repair).toMatchObject({ builds: [{ state: 'planned' }] });
    expect(text).toContain('u · would be built · -:1');
    const asked: string[] = [];
    const confirm = async (question: string) => {
      asked.push(question);
      return false;
    };
    const sql = 'create unique index u on users (name)';
    await expect(repair(sql, { yes: false, build: true }, { confirm })).rejects.toMatchObject({
      code: 'MSGDB_CONFIRMATION_NEEDED',
    });
    const both = `${sql}; create unique index v on bare (a)`;
    await expect(repair(both, { yes: false, build: true }, { confirm })).rejects.toMatchObject({
      code: 'MSGDB_CONFIRMATION_NEEDED',
    });
    expect(asked).toEqual([
      'Build u? No row is removed.',
      'Remove 1 row from bare? It is kept in the archive. Then u, v are built.',
    ]);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test.each<readonly [runner: string, files: Readonly<Record<string, string>>, history: string, detail: RegExp]>([
    [
      'prisma, where the file does nothing else',
      {
        'prisma/migrations/1_u/migration.sql':
          '-- UniqueIndex\nCREATE UNIQUE INDEX "u" ON "users"("email");\n\nCREATE UNIQUE INDEX "v" ON "bare"("a");',
      },
      '',
      /^All that 1_u makes is there: `npx prisma migrate resolve --applied 1_u` says so\.$/,
    ],
    [
      'prisma, where it does more, and has failed',
      {
        'prisma/migrations/1_u/migration.sql':
          'CREATE UNIQUE INDEX "u" ON "users"("email");\nALTER TABLE "users" ADD COLUMN "x" TEXT;',
      },
      `create table _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz); insert into _prisma_migrations values ('1_u', null, null)`,
      /^Write in prisma\/migrations\/1_u\/migration\.sql, line 1, instead of the statement: \(then `npx prisma migrate resolve --rolled-back 1_u`, then `npx prisma migrate deploy`\)$/,
    ],
    [
      'flyway',
      { 'sql/V1__u.sql': 'create unique index u on users (email);' },
      '',
      /^Write in sql\/V1__u\.sql, line 1, .*`flyway repair` takes over the new checksum/,
    ],
    [
      'dbmate',
      {
        'db/migrations/1_u.sql':
          '-- migrate:up\ncreate unique index u on users (email);\n-- migrate:down\ndrop index u;',
      },
      '',
      /^Write in db\/migrations\/1_u\.sql, line 2, instead of the statement:$/,
    ],
  ])('%s', async (_, files, history, detail) => {
    const lock = Object.keys(files)[0]?.startsWith('prisma')
      ? { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"' }
      : {};
    const projectDir = await makeProject({ ...files, ...lock });
    if (history) await db.sql.unsafe(history).simple();
    const context = await makeContext(db, { projectDir, workingDir: projectDir });
    try {
      const report = await preflight(context, { ...OPTIONS, repair: { ...REPAIR, build: true } });
      expect(report.repair?.builds[0]?.detail).toMatch(detail);
    } finally {
      await db.sql`drop table if exists _prisma_migrations`;
    }
  });
});

async function rowsOf() {
  return await db.sql`select (select json_agg(u order by id) from users u) u, (select json_agg(m order by id) from message m) m, (select json_agg(b order by a, b) from bare b) b`;
}

test('a Prisma deployment that failed with 23505: found, repaired, settled, and then it runs', async () => {
  const sql =
    'CREATE UNIQUE INDEX "users_email_key" ON "users"("email");\nALTER TABLE "users" ALTER COLUMN "seen" SET NOT NULL;';
  const cwd = await makeProject({
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
    'prisma/migrations/20260101_init/migration.sql': 'create table users (id integer);',
    'prisma/migrations/20260102_unique/migration.sql': sql,
    'msgdb.config.json': JSON.stringify({ rules: { 'users(email)': { keep: ['seen desc'] } } }),
  });
  await db.sql
    .unsafe(`create table _prisma_migrations (id text, migration_name text, finished_at timestamptz, rolled_back_at timestamptz);
      insert into _prisma_migrations values ('1', '20260101_init', now(), null)`)
    .simple();
  try {
    const run = async (...args: readonly string[]) =>
      runCli(['preflight', ...args, '--no-color'], { cwd, env: { DATABASE_URL: db.url } });
    expect(await deploy(sql)).toBe('23505');
    expect(await run()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('1 excess row in 1 group by email'),
    });
    const refused = await run('--repair');
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('needs a confirmation') });
    expect(await idsOf('users')).toHaveLength(6);
    const done = await run('--repair', '--yes');
    expect(done.stdout).toMatch(/OK {2}1 row removed; nothing stands in the way/);
    expect(done.exitCode).toBe(0);
    expect(await idsOf('users')).toEqual([2, 3, 4, 5, 6]);
    expect(await deploy(sql)).toBeUndefined();
  } finally {
    await db.sql`drop table _prisma_migrations`;
  }
});

/** A statement that rows break. */
const BROKEN = [
  {
    looked: {
      statement: { table: 'users' },
      findings: [{ code: 'MSGDB_DUPLICATES_FOUND', message: '', fix: '' }],
      command: 'msgdb dedupe',
    },
  },
] as unknown as readonly LookedAt[];

describe('what a repair leaves is mended by hand: it is not advised once more,', () => {
  const SQL = 'create unique index u on users (email)';

  /** The finding of the statement that still fails. */
  async function fixAfter(sql: string, ...more: readonly unknown[]): Promise<string | undefined> {
    const [wish, overrides] = more as [Partial<RepairOptions>?, ContextOverrides?];
    const { report } = await repair(sql, wish, overrides);
    return report.findings.find(({ code }) => code === 'MSGDB_DUPLICATES_FOUND')?.fix;
  }

  test('where copies differ', async () => {
    expect(await fixAfter(SQL, {}, { settings: { onDiffer: 'stop' } })).toBe(
      "The copies that are left differ: `msgdb dedupe --table users --key email --dry-run` shows the rows. Make them equal or remove all but one by hand; or say in the configuration which one stays (rules: keep, merge, onDiffer: 'keep').",
    );
  });

  test('where the plan is refused', async () => {
    await db.sql.unsafe('alter table message add unique (user_id)').simple();
    const references = [{ table: 'message', column: 'user_id', onCollision: 'refuse' as const }];
    expect(await fixAfter(SQL, {}, { rules: { 'users(email)': { references } } })).toBe(
      'The repair did not remove these rows: first mend what is said above of users.',
    );
  });

  test('where it was a dry run', async () => {
    expect(await fixAfter(SQL, { dryRun: true })).toBe('Run the same command without --dry-run.');
  });

  test.each([
    [false, 'Run the same command again with --keep-fence 30m'],
    [true, 'Stop the writer that makes them'],
  ])('where copies have come since; a fence or the index would keep them out (there: %s)', (closed, fix) => {
    const ended = { dryRun: false, left: [], findings: [], closed };
    expect(adviseAfter(BROKEN, ended)[0]?.looked.findings[0]?.fix).toContain(fix);
  });
});

test.each([
  [{ paths: ['db migrations'], runner: 'sql' }, "`msgdb preflight 'db migrations' --runner sql --repair --dry-run`"],
  [{ paths: [], input: '' }, '`… | msgdb preflight - --repair --dry-run`'],
  [{ paths: [] }, '`msgdb preflight --repair --dry-run`'],
])('who looked is told the command that repairs the same statements: %j', (called, command) => {
  expect(adviseRepair(BROKEN, called)[0]?.looked.findings[0]?.fix).toContain(command);
});
