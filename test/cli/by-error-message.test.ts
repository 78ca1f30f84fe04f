import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { makeProject, REPOSITORY } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const db = useDatabase();

const PAGE = await readFile(join(REPOSITORY, 'docs/guides/by-error-message.md'), 'utf8');
const RECIPES = PAGE.split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.slice(0, text.indexOf('\n')), text }));

const RELINK = 'every note in its conversation';
const [, CODE = ''] = /^```ts\n(.*?)^```$/ms.exec(PAGE) ?? [];
const UPSERT = `insert into messages (wa_message_id) values ('w1') on conflict (wa_message_id) do nothing`;

const ONE_EACH = `delete from messages m using messages o where m.wa_message_id = o.wa_message_id and m.id > o.id;
  create unique index messages_one on messages (wa_message_id)`;
const NOTES = `create table notes (id int primary key, conversation_id int, page_id text, psid text);
  insert into notes values (1, 1, 'p', 'u1'), (2, 99, 'p', 'u5'), (3, null, 'p', 'u6')`;
const REFER = 'alter table notes add foreign key (conversation_id) references conversations';
const FILL = 'alter table notes alter conversation_id set not null';
const UNIQUE = 'create unique index one on messages (wa_message_id)';

/** What brings a message about, and what works once the commands of the page have run. */
interface Symptom {
  readonly before?: string;
  /** Sent by another session, whose transaction stays open until the message has come. */
  readonly held?: string;
  readonly fails: string;
  /** Then sent by that session, while this one waits. */
  readonly crossed?: string;
  /** The server's words where the title has those of a library. */
  readonly says?: string;
  readonly pending?: string;
  readonly after?: string;
}

const SYMPTOMS: Readonly<Record<string, Symptom>> = {
  'there is no unique or exclusion constraint matching the ON CONFLICT specification': { fails: UPSERT, after: UPSERT },
  'could not create unique index': { fails: UNIQUE, after: UNIQUE },
  'A migration failed to apply. New migrations cannot be applied before the error is recovered from.': {
    before: `create table _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text,
                                           rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int);
      insert into _prisma_migrations values ('1', '', null, '20260101000000_key', '23505', null, now(), 0)`,
    fails: UNIQUE,
    says: 'could not create unique index',
    pending: UNIQUE,
    after: UNIQUE,
  },
  'duplicate key value violates unique constraint': {
    before: ONE_EACH,
    fails: `insert into messages (wa_message_id) values ('w1')`,
    after: UPSERT,
  },
  'Unique constraint failed on the fields': {
    before: ONE_EACH,
    fails: `insert into messages (wa_message_id) values ('w1')`,
    says: 'duplicate key value violates unique constraint',
    after: UPSERT,
  },
  'relation "…" already exists, after CREATE INDEX CONCURRENTLY had failed': {
    before: 'create unique index concurrently messages_wa_message_id_key on messages (wa_message_id)',
    fails: 'create unique index concurrently messages_wa_message_id_key on messages (wa_message_id)',
    after: UPSERT,
  },
  'update or delete on table "…" violates foreign key constraint': {
    fails: 'delete from conversations c using conversations d where c.psid = d.psid and c.id > d.id',
    after: 'create unique index one on conversations (page_id, psid)',
  },
  'insert or update on table "…" violates foreign key constraint': {
    before: NOTES,
    fails: REFER,
    pending: REFER,
    after: REFER,
  },
  'column "…" of relation "…" contains null values': { before: NOTES, fails: FILL, pending: FILL, after: FILL },
  'current transaction is aborted, commands ignored until end of transaction block': {
    before: `begin; ${UPSERT}`,
    fails: 'select 1',
  },
  'canceling statement due to lock timeout': {
    before: "set lock_timeout = '20ms'",
    held: 'lock table messages in row exclusive mode',
    fails: UNIQUE,
    after: UNIQUE,
  },
  'deadlock detected': {
    before: `set deadlock_timeout = '20ms'; begin; update messages set wa_message_id = wa_message_id where id = 1`,
    held: 'update messages set wa_message_id = wa_message_id where id = 46',
    fails: 'delete from messages where id = 46',
    crossed: 'update messages set wa_message_id = wa_message_id where id = 1',
    after: UNIQUE,
  },
};

beforeEach(async () => {
  await db.reset();
  await db.sql.unsafe(`
    create table conversations (id int primary key, page_id text, psid text);
    create table messages (id int generated always as identity primary key, wa_message_id text,
                           conversation_id int references conversations, created_at timestamptz default now());
    insert into conversations select i, 'p', 'u' || i % 20 from generate_series(1, 22) i;
    insert into messages (wa_message_id, conversation_id) select 'w' || i % 45, 1 + i % 22 from generate_series(1, 50) i;
    analyze`);
});

test.each(RECIPES)('$title', async ({ title, text }) => {
  const symptom = SYMPTOMS[title];
  if (symptom) await showSymptom(symptom, title);
  const cwd = await makeProject({
    'src/store.sql': `${UPSERT};\n`,
    'migrations/.keep': '',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_key/migration.sql': `${symptom?.pending ?? 'select 1'};\n`,
  });
  const needsRule = /npx msgdb (?:verify|migrate|rollback)/.test(text) && !/npx msgdb new |verify --table/.test(text);
  if (needsRule) await writeFile(join(cwd, 'migrations/0001-rule.ts'), RULE);
  const lines = [...text.matchAll(/^npx (?:msgdb|prisma) .*$/gm)].map(([line]) => line.split(/\s+# /));
  expect(lines.length).toBe(3);
  for (const [line = '', remark = ''] of lines) {
    if (await isDoneOtherwise(line, cwd)) continue;
    const { exitCode, stdout, stderr } = await run(line.replace('npx msgdb ', ''), cwd);
    expect(exitCode, `${line}\n${stdout}${stderr}`).toBe(remark.startsWith('exit code 1') ? 1 : 0);
    // What is to be put into the new file stands in the page.
    if (line.includes(RELINK)) await writeFile(join(cwd, `migrations/0001-${RELINK.replaceAll(' ', '-')}.ts`), CODE);
  }
  if (symptom?.after !== undefined) await db.sql.unsafe(symptom.after);
});

const RULE = `import { migration, uniqueKey } from 'msgdb';
export default migration({ summary: 'one', up: [uniqueKey({ table: 'messages', key: ['wa_message_id'] })] });
`;

/** The message of the server is the title, or the beginning of it. */
async function showSymptom({ before, held, fails, crossed, says }: Symptom, title: string) {
  if (before !== undefined) await db.sql.unsafe(before).catch(() => {});
  const other = db.open();
  if (held !== undefined) await other.unsafe(`set deadlock_timeout = '1h'; begin; ${held}`);
  // The one that waits last finds the deadlock: a session looks for one only once.
  const crossing = crossed === undefined ? undefined : other.unsafe(crossed).execute();
  if (crossing !== undefined) await waitUntilBlocked();
  const failing = db.sql.unsafe(fails).then(
    () => 'no error',
    (error: Error) => error.message,
  );
  await Promise.all([failing, crossing]);
  await Promise.all([db.sql.unsafe('rollback'), other.unsafe('rollback')]);
  await db.sql.unsafe('reset all');
  const wording = says ?? /^(.*?)(?: "…|, after|$)/.exec(title)?.[1];
  expect(await failing).toContain(wording);
}

async function waitUntilBlocked() {
  const watcher = db.open();
  for (;;) {
    const [{ count } = { count: 0 }] = await watcher`
      select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (count > 0) return;
  }
}

/** A terminal is asked elsewhere; Prisma is not here; restoring needs a run, which the page has the reader look up. */
async function isDoneOtherwise(line: string, cwd: string): Promise<boolean> {
  if (line.startsWith('npx prisma')) await db.sql`update _prisma_migrations set rolled_back_at = now()`;
  if (line === 'npx msgdb archive restore RUN') {
    await run('dedupe --table conversations --key page_id,psid --yes', cwd);
    const [found] = await db.sql`select id from msgdb.runs where command = 'dedupe' order by started_at desc limit 1`;
    const { exitCode, stderr } = await run(`archive restore ${found?.id} --yes`, cwd);
    expect(exitCode, stderr).toBe(0);
    await run('migrate', cwd);
  }
  return ['npx msgdb dedupe', 'npx msgdb archive restore RUN'].includes(line) || line.startsWith('npx prisma');
}

async function run(line: string, cwd: string) {
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  // What asks is answered yes.
  if (line === 'preflight --repair') words.push('--yes');
  return await runInside(words, { cwd, env: { DATABASE_URL: db.url } });
}
