import { join } from 'node:path';
import knex from 'knex';
import { runner as pgMigrate } from 'node-pg-migrate';
import { beforeEach, describe, expect, test } from 'vitest';
import { preflight } from '../../../src/commands/preflight/preflight.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, readImages } from '../engine/project.ts';
import { type Emitted, emit, filesIn, makeFolder } from './repairs.ts';

const db = useDatabase();

/** Names and texts that each runner has a way of its own to spoil. */
const TABLE = `od"d ?a :b \${c} \`d\``;
const COLUMN = "k?:x'y";
const WHERE = `"state" <> 'a?b :c \${d} \`e\` $sql$ $msgdb_block$ """ %s {f}'`;

const RULE: UniqueKeyOptions = {
  table: `"${TABLE.replaceAll('"', '""')}"`,
  key: [`"${COLUMN}"`],
  where: WHERE,
  keep: ['at desc'],
  merge: { token: 'first-non-null' },
  references: [{ table: 'logs', column: 'row_id' }],
  index: 'one row each',
};

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const ROWS = ident(TABLE);
const KEY = ident(COLUMN);

/** An incident: copies, children by a cascading foreign key that would collide, and by none. */
async function makeIncident(): Promise<void> {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table ${ROWS} (id int generated always as identity primary key, ${KEY} text, state text not null default 'open',
      at timestamptz default '2026-01-01', token text, doubled text generated always as (${KEY} || ${KEY}) stored);
    create table labels (id serial primary key, row_id int not null references ${ROWS} on delete cascade, label text, touched int, unique (row_id, label));
    create table logs (row_id int, line text, touched int default 0);
    create function touch() returns trigger language plpgsql as 'begin new.touched := coalesce(new.touched, 0) + 1; return new; end';
    create trigger touch before insert or update on logs for each row execute function touch();
    create trigger touch before update on labels for each row execute function touch();
    alter table labels enable always trigger touch;
    insert into ${ROWS} (${KEY}, at, token) values ('a', '2026-01-02', null), ('a', '2026-01-01', 't'), ('b', null, 'u'), (null, null, null), (null, null, null);
    insert into labels (row_id, label) values (1, 'x'), (2, 'x'), (2, 'y'), (3, 'x');
    insert into logs values (1, 'one'), (2, 'two');
    create function make_label() returns trigger language plpgsql as $$ begin insert into labels (row_id, label) values (new.id, 'made'); return null; end $$;
    create trigger make_label after insert on ${ROWS} for each row execute function make_label()`);
}

/** What has come between writing the migration and running it. */
async function addNewcomers(): Promise<void> {
  await db.sql.unsafe(`
    insert into ${ROWS} (${KEY}, at, token) values ('b', '2026-02-01', null), ('c', null, 'v'), ('c', null, 'w');
    insert into labels (row_id, label) values (6, 'x'), (6, 'z'), (8, 'q');
    insert into logs values (6, 'six'), (8, 'eight')`);
}

async function expectRepaired(): Promise<void> {
  expect(await column(db.sql, `select concat_ws(' ', id, ${KEY}, token) from ${ROWS} order by id`)).toEqual([
    '1 a t',
    '4',
    '5',
    '6 b u',
    '7 c v',
  ]);
  expect(await column(db.sql, `select row_id || label from labels order by 1`)).toEqual([
    '1x',
    '1y',
    '6made',
    '6x',
    '6z',
    '7made',
    '7q',
  ]);
  expect(await column(db.sql, `select row_id || line from logs order by 1`)).toEqual([
    '1one',
    '1two',
    '6six',
    '7eight',
  ]);
  expect(await indexes()).toContain('one row each');
}

async function indexes(): Promise<readonly (string | null)[]> {
  return await column(
    db.sql,
    `select relname from pg_index join pg_class c on c.oid = indexrelid where indisvalid and relnamespace = 'public'::regnamespace order by 1`,
  );
}

/** As one message, which is one transaction unless the SQL says otherwise. */
async function send(text: string): Promise<void> {
  const client = db.open();
  try {
    await client.unsafe(text);
  } finally {
    await client.end();
  }
}

/** As runners do that have a transaction around the file. */
async function inTransaction(text: string): Promise<void> {
  const client = db.open();
  try {
    await client.begin(async (sql) => sql.unsafe(text));
  } finally {
    await client.end();
  }
}

function between(text: string, start: string, end?: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, end === undefined ? undefined : text.indexOf(end, from));
}

/** What SQLAlchemy's text() makes of a Python string, by its two patterns. */
function ofPython(text: string): string {
  const string = text.replaceAll(/\\(.)/g, '$1');
  expect(string).not.toMatch(/(?<![:\w\\]):\w+(?!:)/);
  return string.replaceAll(/\\(:[\w$]*)(?![:\w$])/g, '$1');
}

interface Case {
  readonly runner: string;
  /** What is in the project before. */
  readonly files: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** What is written, digits of the time as 0 and random names as r. */
  readonly written: readonly string[];
  readonly up: (emitted: Emitted) => Promise<unknown>;
  readonly down?: (emitted: Emitted) => Promise<unknown>;
}

function runKnex(emitted: Emitted, direction: 'latest' | 'rollback'): Promise<unknown> {
  const client = knex({ client: 'pg', connection: { connectionString: db.url }, pool: { min: 0, max: 1 } });
  return client.migrate[direction]({ directory: join(emitted.folder, 'migrations') }).finally(() => client.destroy());
}

async function forgetKnex(): Promise<void> {
  await db.sql.unsafe('delete from knex_migrations');
}

function runPgMigrate({ folder }: Emitted, direction: 'up' | 'down'): Promise<unknown> {
  const log = (): void => {};
  return pgMigrate({
    databaseUrl: db.url,
    dir: join(folder, 'migrations'),
    direction,
    migrationsTable: 'pgmigrations',
    logger: { debug: log, info: log, warn: log, error: log },
    ...(direction === 'down' ? { count: 1 } : {}),
  });
}

const CASES: readonly Case[] = [
  {
    runner: 'prisma',
    files: { 'prisma/migrations/20250101000000_init/migration.sql': 'select 1;' },
    written: [
      'prisma/migrations/00000000000000_one_row_each/down.sql',
      'prisma/migrations/00000000000000_one_row_each/migration.sql',
    ],
    up: ({ read }) => send(read('migration.sql')),
    down: ({ read }) => send(read('down.sql')),
  },
  {
    runner: 'drizzle',
    files: {
      'drizzle/0000_init.sql': 'select 1;',
      'drizzle/meta/_journal.json':
        '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":32503680000000,"tag":"0000_init","breakpoints":true}]}',
      'drizzle/meta/0000_snapshot.json': '{"id":"a","prevId":"b","tables":{}}',
    },
    written: ['drizzle/0001_one_row_each.sql', 'drizzle/meta/0001_snapshot.json', 'drizzle/meta/_journal.json'],
    up: async ({ read }) => {
      for (const part of read('one_row_each.sql').split('--> statement-breakpoint')) await inTransaction(part);
    },
  },
  {
    runner: 'supabase',
    files: { 'supabase/config.toml': '' },
    written: ['supabase/migrations/00000000000000_one_row_each.sql'],
    up: ({ read }) => send(read('.sql')),
  },
  {
    runner: 'flyway',
    files: { 'db/migration/V1_09__init.sql': 'select 1;' },
    written: [
      'db/migration/U1_10__one_row_each.sql',
      'db/migration/U1_10__one_row_each.sql.conf',
      'db/migration/V1_10__one_row_each.sql',
      'db/migration/V1_10__one_row_each.sql.conf',
    ],
    up: ({ read }) => inTransaction(read('V1_10__one_row_each.sql')),
    down: ({ read }) => inTransaction(read('U1_10__one_row_each.sql')),
  },
  {
    runner: 'golang-migrate',
    files: { 'db/migrations/000009_init.up.sql': '', 'db/migrations/000009_init.down.sql': '' },
    written: ['db/migrations/000010_one_row_each.down.sql', 'db/migrations/000010_one_row_each.up.sql'],
    up: ({ read }) => send(read('.up.sql')),
    down: ({ read }) => send(read('.down.sql')),
  },
  {
    runner: 'dbmate',
    files: { 'db/migrations/20250101000000_init.sql': '-- migrate:up\n-- migrate:down' },
    written: ['db/migrations/00000000000000_one_row_each.sql'],
    up: ({ read }) => inTransaction(between(read('.sql'), '-- migrate:up', '-- migrate:down')),
    down: ({ read }) => inTransaction(between(read('.sql'), '-- migrate:down')),
  },
  {
    runner: 'node-pg-migrate',
    files: { 'package.json': '{"type":"module"}' },
    written: ['migrations/0000000000000_one-row-each.js'],
    up: async (emitted) => {
      await db.sql.unsafe('drop table if exists pgmigrations');
      await runPgMigrate(emitted, 'up');
    },
    down: (emitted) => runPgMigrate(emitted, 'down'),
  },
  {
    runner: 'node-pg-migrate',
    files: { 'migrations/1700000000000_init.sql': '-- Up Migration\nselect 1;\n-- Down Migration\nselect 1;' },
    written: ['migrations/0000000000000_one_row_each.sql'],
    up: async (emitted) => {
      await db.sql.unsafe('drop table if exists pgmigrations');
      await runPgMigrate(emitted, 'up');
    },
    down: (emitted) => runPgMigrate(emitted, 'down'),
  },
  {
    runner: 'knex',
    files: { 'migrations/20250101000000_init.js': 'exports.up = async () => {}; exports.down = async () => {};' },
    written: ['migrations/00000000000000_one_row_each.js'],
    up: async (emitted) => {
      if ((await column(db.sql, `select to_regclass('knex_migrations')::text`))[0] !== null) await forgetKnex();
      await runKnex(emitted, 'latest');
    },
    down: (emitted) => runKnex(emitted, 'rollback'),
  },
  {
    runner: 'rails',
    files: { 'db/migrate/20250101000000_init.rb': 'class Init < ActiveRecord::Migration[7.2]\nend\n' },
    written: ['db/migrate/00000000000000_one_row_each.rb'],
    up: ({ read }) => inTransaction(between(between(read('.rb'), 'def up\n'), "<<-'SQL' }\n", '\n    SQL\n')),
    down: ({ read }) => inTransaction(between(between(read('.rb'), 'def down\n'), "<<-'SQL' }\n", '\n    SQL\n')),
  },
  {
    runner: 'alembic',
    files: { 'alembic/versions/aaa_init.py': 'revision: str = "aaa"\ndown_revision: Union[str, None] = None\n' },
    written: ['alembic/versions/r_one_row_each.py'],
    up: ({ read }) => inTransaction(ofPython(between(between(read('.py'), 'def upgrade'), 'op.execute("""', '\n"""'))),
    down: ({ read }) =>
      inTransaction(ofPython(between(between(read('.py'), 'def downgrade'), 'op.execute("""', '\n"""'))),
  },
  {
    runner: 'sql',
    files: { 'sql/007_init.sql': '' },
    directory: 'sql',
    written: ['sql/008_one_row_each.down.sql', 'sql/008_one_row_each.sql'],
    up: ({ read }) => send(`begin; ${read('each.sql')} commit`),
    down: ({ read }) => send(`begin; ${read('.down.sql')} commit`),
  },
];

test.each(CASES)('$runner: what is written repairs, twice, and its undo puts all back', async (each) => {
  const { runner, files, directory, written, up, down } = each;
  await makeIncident();
  const folder = makeFolder(files);
  const emitted = await emit(db, RULE, runner, { folder, ...(directory === undefined ? {} : { directory }) });
  expect(emitted.report).toMatchObject({
    command: 'new',
    verdict: 'ok',
    next: expect.stringMatching(/^read it, then /),
  });
  expect(
    emitted.created
      .map((path) => path.replace(/\d{13,14}/, (digits) => '0'.repeat(digits.length)).replace(/\/[0-9a-f]{12}_/, '/r_'))
      .toSorted(),
  ).toEqual(written);
  await addNewcomers();
  const before = await fingerprint(db.sql);
  const rows = await readImages(db.sql);
  await up(emitted);
  await expectRepaired();
  const repaired = await readImages(db.sql);
  await up(emitted);
  expect(without(await readImages(db.sql))).toEqual(without(repaired));
  if (!down) return;
  await down(emitted);
  expect(without(await readImages(db.sql))).toEqual(without(rows));
  const left = (await fingerprint(db.sql)).filter((line) => !/msgdb\.|migrations|namespace|schema/.test(line));
  expect(left).toEqual(before.filter((line) => !/namespace|schema/.test(line)));
  // And once more.
  await up(emitted);
  await expectRepaired();
});

/** Without the tables in which a runner keeps its history. */
function without(images: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(images).filter(([name]) => !name.includes('migrations')));
}

describe('in another database than the one it was written for', () => {
  const chat: UniqueKeyOptions = { table: 'chat', key: ['page', 'psid'], keep: ['id desc'] };

  beforeEach(async () => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(`
      create table chat (id int primary key, page int, psid text, parent int references chat);
      create table lines (id int primary key, chat_id int references chat on delete cascade);
      insert into chat values (1, 1, 'a', null), (2, 1, 'a', 1), (3, 1, 'b', null);
      insert into lines values (1, 1), (2, 3)`);
  });

  async function write(rule = chat): Promise<{ readonly up: string; readonly down: string }> {
    const { read } = await emit(db, rule, 'sql', { directory: '.' });
    return { up: read('each.sql'), down: read('.down.sql') };
  }

  test.each([
    [
      'a foreign key that came later',
      'create table later (chat_id int references chat on delete cascade)',
      /later \(chat_id\)/,
    ],
    [
      'a foreign key to a child',
      'create table later (id int references lines)',
      /lines is referred to by public\.later/,
    ],
    [
      'an index, a constraint and a table beside it',
      'create index on chat (psid); alter table chat add check (id > 0); create table later (id int)',
      undefined,
    ],
    ['a column that came later', "alter table chat add note text default 'x'", /public\.chat has the column note text/],
    ['a column that went', 'alter table chat drop column parent', /then: public\.chat has the column parent/],
    [
      'a trigger that came later',
      'create trigger t before delete on chat for each row execute function suppress_redundant_updates_trigger()',
      /trigger t/,
    ],
    [
      'a foreign key that cascades by now',
      'alter table chat drop constraint chat_parent_fkey, add foreign key (parent) references chat on delete cascade',
      /on delete cascade/,
    ],
    ['a table that inherits', 'create table other () inherits (chat)', /inherited by public\.other/],
    ['policies that hide rows', 'row security', /row-level security hides rows/],
  ])('%s: refused as a whole, or done', async (_, change, refusal) => {
    const { up } = await write();
    let url = db.url;
    if (change === 'row security') {
      const role = await db.createRole('hidden', {
        grants: ['all on schema public', 'all on all tables in schema public'],
      });
      await db.sql.unsafe(
        `grant create, temporary on database ${db.name} to ${role.name}; alter table chat enable row level security; alter table lines owner to ${role.name}; create policy p on chat using (id < 2)`,
      );
      url = role.url;
    } else await db.sql.unsafe(change);
    const before = await fingerprint(db.sql);
    const client = db.open({ url });
    if (refusal === undefined) {
      await client.unsafe(up);
      expect(await column(db.sql, 'select id from chat order by 1')).toEqual(['2', '3']);
      return;
    }
    await expect(client.unsafe(up)).rejects.toThrow(refusal);
    await client.end();
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('without copies it builds the index and makes nothing else', async () => {
    const { up, down } = await write();
    await db.sql.unsafe('delete from chat where id = 2');
    const before = await fingerprint(db.sql);
    await send(up);
    expect(await indexes()).toEqual(['chat_page_psid_key', 'chat_pkey', 'lines_pkey']);
    expect(await column(db.sql, `select to_regnamespace('msgdb')::text`)).toEqual([null]);
    await send(down);
    await send(down);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('written where there are none, it removes those that have come', async () => {
    await db.sql.unsafe('delete from chat where id = 2');
    const { up, down } = await write();
    await db.sql.unsafe(`insert into chat values (5, 1, 'a', 1), (6, 1, 'b', 5); insert into lines values (5, 5)`);
    const before = await readImages(db.sql);
    await send(up);
    expect(await column(db.sql, `select concat_ws(' ', id, parent) from chat order by id`)).toEqual(['5 5', '6 5']);
    expect(await column(db.sql, `select id || ' ' || chat_id from lines order by 1`)).toEqual(['1 5', '2 6', '5 5']);
    await send(down);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('a key that refers to its own table is worked through in passes', async () => {
    await db.sql.unsafe(
      `update chat set parent = null where id = 2; insert into chat values (10, 7, 'n', 1), (11, 8, 'n', 2)`,
    );
    const { up, down } = await write({ table: 'chat', key: ['parent', 'psid'], nulls: 'not distinct' });
    const before = await readImages(db.sql);
    await send(up);
    expect(await column(db.sql, `select concat_ws(' ', id, psid, parent) from chat order by id`)).toEqual([
      '1 a',
      '3 b',
      '10 n 1',
    ]);
    await send(down);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('an index of the same meaning is enough; another thing of its name is in the way; what a build left goes', async () => {
    const { up } = await write();
    await db.sql.unsafe('create table chat_page_psid_key ()');
    await expect(send(up)).rejects.toThrow(/the name "public"\."chat_page_psid_key" is taken/);
    await db.sql.unsafe('drop table chat_page_psid_key; create index chat_page_psid_key on chat (page)');
    await expect(send(up)).rejects.toThrow(/is taken/);
    await db.sql.unsafe('drop index chat_page_psid_key');
    await expect(
      db.sql.unsafe('create unique index concurrently chat_page_psid_key on chat (page, psid)'),
    ).rejects.toMatchObject({ code: '23505' });
    await send(up);
    expect(await indexes()).toContain('chat_page_psid_key');
    await db.sql.unsafe('drop index chat_page_psid_key; create unique index by_hand on chat (page, psid)');
    await send(up);
    expect(await indexes()).toEqual(['by_hand', 'chat_pkey', 'lines_pkey']);
  });

  test('settings of a transaction around it stay as they are, and another isolation level is refused', async () => {
    const { up } = await write();
    const settings = `select concat_ws(' ', current_setting('search_path'), current_setting('lock_timeout'), current_setting('enable_indexscan'), current_setting('client_min_messages')) as line`;
    const client = db.open();
    await client.unsafe(`begin isolation level repeatable read`);
    await expect(client.unsafe(up)).rejects.toThrow(/isolation level read committed/);
    await client.unsafe(
      `rollback; begin; set local search_path = pg_catalog; set local lock_timeout = '7s'; set local client_min_messages = notice`,
    );
    await client.unsafe(up);
    expect(await client.unsafe(settings)).toEqual([{ line: 'pg_catalog 7s on notice' }]);
    await client.unsafe('commit');
    expect(await column(db.sql, 'select id from chat order by 1')).toEqual(['2', '3']);
  });

  test('more losers than a half are refused unless they were allowed', async () => {
    const { up } = await write();
    const { up: allowed } = await write({ ...chat, limit: { share: 1 } });
    await db.sql.unsafe(`insert into chat select n, 9, 'z' from generate_series(100, 150) n`);
    await expect(send(up)).rejects.toThrow(/51 rows of "public"\."chat" would be removed, and the limit is 27/);
    await send(allowed);
    expect(await column(db.sql, 'select id from chat order by 1')).toEqual(['2', '3', '150']);
  });

  test('two at a time: one does it, the other finds it done', async () => {
    const { up } = await write();
    await Promise.all([send(up), send(up)]);
    expect(await column(db.sql, 'select id from chat order by 1')).toEqual(['2', '3']);
  });

  test('an undo whose rows have been changed since is refused as a whole', async () => {
    const { up, down } = await write({ ...chat, merge: { parent: 'min' } });
    await send(up);
    await db.sql.unsafe(`update chat set parent = 3 where id = 2`);
    const before = await fingerprint(db.sql);
    await expect(send(down)).rejects.toThrow(/no longer as they were left/);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('what the plan refuses is not written, also where no row is removed yet; nor is what holds already', async () => {
    const folder = makeFolder();
    await expect(emit(db, { ...chat, limit: { losers: 0 } }, 'prisma', { folder })).rejects.toMatchObject({
      code: 'MSGDB_BLAST_RADIUS',
    });
    await expect(emit(db, { ...chat, key: ['nothing'] }, 'prisma', { folder })).rejects.toMatchObject({
      code: 'MSGDB_COLUMN_NOT_FOUND',
    });
    await db.sql.unsafe('delete from chat where id = 2; create unique index there on chat (psid, page)');
    const { report } = await emit(db, chat, 'prisma', { folder });
    expect([report.created, report.summary]).toEqual([[], 'nothing to write: there keeps the copies out already']);
    expect(filesIn(folder)).toEqual([]);
  });

  test('of a partitioned table, with a foreign key that is checked at the end', async () => {
    await db.sql.unsafe(`
      create table parts (id int, page int, psid text, primary key (id, page)) partition by list (page);
      create table parts_1 partition of parts for values in (1);
      create table parts_2 partition of parts for values in (2);
      create table bits (id int primary key, part int, page int, foreign key (part, page) references parts on delete cascade deferrable initially deferred);
      insert into parts values (1, 1, 'a'), (2, 1, 'a'), (1, 2, 'a'), (2, 2, 'b');
      insert into bits values (1, 1, 1), (2, 2, 1), (3, 1, 2)`);
    const { up, down } = await write({ table: 'parts', key: ['page', 'psid'], keep: ['id desc'] });
    await db.sql.unsafe(
      `create table parts_3 partition of parts for values in (3); insert into parts values (7, 3, 'c'), (8, 3, 'c'); insert into bits values (4, 7, 3)`,
    );
    const before = await readImages(db.sql);
    await send(up);
    expect(await column(db.sql, `select concat_ws(' ', id, page, psid) from parts order by 1`)).toEqual([
      '1 2 a',
      '2 1 a',
      '2 2 b',
      '8 3 c',
    ]);
    expect(await column(db.sql, `select concat_ws(' ', id, part, page) from bits order by 1`)).toEqual([
      '1 2 1',
      '2 2 1',
      '3 1 2',
      '4 8 3',
    ]);
    await send(down);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test.each(['child', 'part of child'])(
    'many rows go without a table that refers to them being read for each: %s',
    async (kind) => {
      await db.sql.unsafe(`
      create table parent (id int primary key, k int); insert into parent select n, n % 1000 from generate_series(1, 2000) n;
      create table child (id int, parent_id int references parent, note text) ${kind === 'child' ? '' : 'partition by list (id)'};
      ${kind === 'child' ? '' : 'create table only_part partition of child default;'}
      insert into child select n, n, repeat('x', 300) from generate_series(1, 2000) n; analyze`);
      const { up, down } = await write({ table: 'parent', key: ['k'] });
      const before = await readImages(db.sql);
      const client = db.open();
      await client.unsafe(up);
      await client.unsafe('select pg_stat_force_next_flush()');
      expect(await column(db.sql, 'select count(*) from parent')).toEqual(['1000']);
      const [read] = await client.unsafe(
        `select sum(seq_scan)::int as times from pg_stat_user_tables where relname in ('child', 'only_part')`,
      );
      expect(read?.times).toBeLessThan(100);
      expect(await column(db.sql, `select count(*) from pg_class where relname like 'msgdb\\_reference%'`)).toEqual([
        '0',
      ]);
      await send(down);
      expect(await readImages(db.sql)).toEqual(before);
    },
  );

  test('preflight knows it, and says nothing against it', async () => {
    const { folder } = await emit(db, chat, 'prisma');
    const context = await makeContext(db, { projectDir: folder, workingDir: folder });
    const options = {
      paths: [],
      input: undefined,
      runner: undefined,
      all: false,
      since: undefined,
      samples: 0,
      strict: true,
    };
    const report = await preflight(context, options);
    expect({ verdict: report.verdict, findings: report.findings, migrations: report.migrations.length }).toEqual({
      verdict: 'ok',
      findings: [],
      migrations: 1,
    });
  });

  test('no file is overwritten, and a number is taken once', async () => {
    const folder = makeFolder({ '0009-a.sql': '', '0010-b.sql': '' });
    const first = await emit(db, chat, 'sql', { folder, directory: '.' });
    const second = await emit(db, chat, 'sql', { folder, directory: '.' });
    expect([first.created, second.created]).toEqual([
      ['0011-one-row-each.sql', '0011-one-row-each.down.sql'],
      ['0012-one-row-each.sql', '0012-one-row-each.down.sql'],
    ]);
    const flyway = makeFolder({ 'db/migration/V1__a.sql': '', 'db/migration/U2__one_row_each.sql': 'mine' });
    await expect(emit(db, chat, 'flyway', { folder: flyway })).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
    expect(filesIn(flyway)).toEqual(['db/migration/U2__one_row_each.sql', 'db/migration/V1__a.sql']);
  });

  test('two heads of Alembic are no place for a third', async () => {
    const folder = makeFolder({
      'alembic/versions/a.py': "revision = 'a'\ndown_revision = None\n",
      'alembic/versions/b.py': "revision = 'b'\ndown_revision = 'a'\n",
      'alembic/versions/c.py': "revision = 'c'\ndown_revision = ('a',)\n",
    });
    await expect(emit(db, chat, 'alembic', { folder })).rejects.toThrow(/more than one head: b, c/);
    const merged = makeFolder({
      'alembic/versions/b.py': "revision = '0002'\ndown_revision = None\n",
      'alembic/versions/c.py': "revision = '0003'\ndown_revision: Union[str, None] = '0002'\n",
    });
    const { created, read } = await emit(db, chat, 'alembic', { folder: merged });
    expect([created, /down_revision = .*/.exec(read('.py'))?.[0]]).toEqual([
      ['alembic/versions/0004_one_row_each.py'],
      'down_revision = "0003"',
    ]);
  });

  test('the snapshot of drizzle has the index, and its journal the migration, after all others', async () => {
    const table = { name: 'chat', schema: '', columns: {}, indexes: {} };
    const folder = makeFolder({
      'drizzle/meta/_journal.json':
        '{"version":"7","dialect":"postgresql","entries":[{"idx":4,"version":"7","when":32503680000000,"tag":"0004_init","breakpoints":true}]}',
      'drizzle/meta/0004_snapshot.json': JSON.stringify({ id: 'a', prevId: 'b', tables: { 'public.chat': table } }),
    });
    const { read, notes } = await emit(db, chat, 'drizzle', { folder });
    expect(JSON.parse(read('_journal.json')).entries[1]).toEqual({
      idx: 5,
      version: '7',
      when: 32503680000001,
      tag: '0005_one_row_each',
      breakpoints: true,
    });
    expect(JSON.parse(read('0005_snapshot.json'))).toMatchObject({
      prevId: 'a',
      tables: {
        'public.chat': {
          indexes: {
            chat_page_psid_key: { isUnique: true, columns: [{ expression: 'page' }, { expression: 'psid' }] },
          },
        },
      },
    });
    expect(notes).toContainEqual(expect.stringContaining("uniqueIndex('chat_page_psid_key').on(t.page, t.psid)"));
  });
});
