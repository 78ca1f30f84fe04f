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

const UPSERT = `insert into messages (wa_message_id) values ('w1') on conflict (wa_message_id) do nothing`;

/** What brings each message about, and what works once the commands of the page have run. */
const SYMPTOMS: Readonly<
  Record<
    string,
    { readonly before?: string; readonly fails: string; readonly pending?: string; readonly after?: string }
  >
> = {
  'there is no unique or exclusion constraint matching the ON CONFLICT specification': { fails: UPSERT, after: UPSERT },
  'could not create unique index "…": Key (…) is duplicated': {
    fails: 'create unique index one on messages (wa_message_id)',
    after: 'create unique index one on messages (wa_message_id)',
  },
  'duplicate key value violates unique constraint "…"': {
    before: 'create unique index rule on conversations (page_id, psid) where id < 20',
    fails: `insert into conversations values (15, 'p', 'u9')`,
  },
  'relation "…" already exists, after CREATE INDEX CONCURRENTLY had failed': {
    before: 'create unique index concurrently messages_wa_message_id_key on messages (wa_message_id)',
    fails: 'create unique index concurrently messages_wa_message_id_key on messages (wa_message_id)',
    after: UPSERT,
  },
  'update or delete on table "…" violates foreign key constraint "…"': {
    fails: 'delete from conversations c using conversations d where c.psid = d.psid and c.id > d.id',
    after: 'create unique index one on conversations (page_id, psid)',
  },
  'insert or update on table "…" violates foreign key constraint "…"': {
    before: `create table notes (id int primary key, conversation_id int);
      insert into notes values (1, 1), (2, 99), (3, null)`,
    fails: 'alter table notes add foreign key (conversation_id) references conversations',
    pending: 'alter table notes add foreign key (conversation_id) references conversations',
  },
  'current transaction is aborted, commands ignored until end of transaction block': {
    before: `begin; ${UPSERT}`,
    fails: 'select 1',
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
  const needsRule = /npx msgdb (?:verify|migrate|rollback)/.test(text) && !text.includes('npx msgdb new ');
  if (needsRule) await writeFile(join(cwd, 'migrations/0001-rule.ts'), RULE);
  const commands = [...text.matchAll(/^npx msgdb (.*)$/gm)].map(([, line = '']) => line.split(/\s+# /));
  expect(commands.length).toBeGreaterThanOrEqual(2);
  for (const [line = '', remark = ''] of commands) {
    if (!(await canRun(line, cwd))) continue;
    const { exitCode, stdout, stderr } = await run(line, cwd);
    const said = `${line}\n${stdout}${stderr}`;
    if (remark.startsWith('exit code 1')) expect(exitCode, said).toBe(1);
    else expect(title.startsWith('duplicate key') ? [0, 1] : [0], said).toContain(exitCode);
  }
  if (symptom?.after !== undefined) await db.sql.unsafe(symptom.after);
});

const RULE = `import { migration, uniqueKey } from 'msgdb';
export default migration({ summary: 'one', up: [uniqueKey({ table: 'messages', key: ['wa_message_id'] })] });
`;

/** The message of the server is the title, or the beginning of it. */
async function showSymptom({ before, fails }: { readonly before?: string; readonly fails: string }, title: string) {
  if (before !== undefined) await db.sql.unsafe(before).catch(() => {});
  const said = await db.sql.unsafe(fails).then(
    () => 'no error',
    (error: Error) => error.message,
  );
  await db.sql.unsafe('rollback');
  const [, wording = ''] = /^(.*?)(?: "…|, after|$)/.exec(title) ?? [];
  expect(said).toContain(wording);
}

/** A terminal is asked elsewhere; restoring needs a run to restore, which the page has the reader look up. */
async function canRun(line: string, cwd: string): Promise<boolean> {
  if (line === 'dedupe') return false;
  if (line !== 'archive restore RUN') return true;
  await run('dedupe --table conversations --key page_id,psid --yes', cwd);
  const [found] = await db.sql`select id from msgdb.runs where command = 'dedupe' order by started_at desc limit 1`;
  const { exitCode, stderr } = await run(`archive restore ${found?.id} --yes`, cwd);
  expect(exitCode, stderr).toBe(0);
  await run('migrate', cwd);
  return false;
}

async function run(line: string, cwd: string) {
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  return await runInside(words, { cwd, env: { DATABASE_URL: db.url } });
}
