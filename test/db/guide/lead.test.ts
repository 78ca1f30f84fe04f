import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { lead } from '../../../src/cli/guide/lead.ts';
import { type Asker, BACK, type Back, type Choice } from '../../../src/cli/terminal/asker.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';

const db = useDatabase();
const LOOK = { width: 100, colour: false, unicode: true, verbose: false, redact: false };

beforeEach(async () => {
  await db.reset();
  await db.sql.unsafe(`
    create table "Chat" (id int primary key, page text not null, psid text not null, "displayName" text, unread int,
                         meta jsonb, created_at timestamptz not null default now());
    create table messages (id int primary key, chat_id int references "Chat");
    create table notes (id int primary key, "chatId" int);
    insert into "Chat" (id, page, psid, "displayName", unread, meta)
    select i, 'p', 'u' || i % 40, case when i <= 40 then null else 'Name ' || i end, i, jsonb_build_object(i, i)
      from generate_series(1, 50) i;
    insert into messages select i, i from generate_series(1, 50) i;
    insert into notes select i, i from generate_series(1, 50) i;
    analyze`);
});

test('from the first question to rows removed and a migration written, each answer a flag', async () => {
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns are unique together? id, page, psid, displayName, unread, meta, created_at', 'page, psid'],
    ['Which row of each group stays?', 'The first by primary key'],
    ['Copies differ in 3 columns.', ['displayName', 'unread', 'meta']],
    ['What does it take for displayName?', 'The first value that is not NULL'],
    ['What does it take for unread?', 'The greatest'],
    ['What does it take for meta?', 'The keys of all of them'],
    ['Re-pointed by their foreign keys: messages (chat_id) with 10 rows.', ['notes.chatId']],
    ['What is to be done?', 'Remove 10 rows now, then write'],
    ['Remove 10 rows from Chat? They are kept in the archive.', 'Yes'],
  ]);
  const { outcome, projectDir } = await leadIn(person);
  expect(outcome).toMatchObject({
    report: { command: 'dedupe', verdict: 'ok', summary: '10 rows removed', next: 'msgdb migrate --dry-run' },
  });
  expect(person.shown()).toContain(
    "msgdb dedupe --table Chat --key 'page, psid' --merge displayName=first-non-null --merge unread=max " +
      '--merge meta=jsonb-merge --references notes.chatId',
  );
  expect(await db.sql`select id, "displayName", unread, meta from "Chat" where psid = 'u3'`).toEqual([
    { id: 3, displayName: 'Name 43', unread: 43, meta: { 3: 3, 43: 43 } },
  ]);
  expect(await db.sql`select count(*)::int from notes where "chatId" > 40`).toEqual([{ count: 0 }]);
  const migration = await readFile(join(projectDir, 'migrations/0001-unique-chat-page-psid.ts'), 'utf8');
  expect(migration).toContain("table: 'Chat'");
  expect(migration).toContain("references: [{ table: 'notes', column: 'chatId' }]");
});

test('what was found by looking is chosen as it is, and writing the migration changes no row', async () => {
  await db.sql`alter table messages add column event_id text`;
  await db.sql`update messages set event_id = 'e' || id % 48`;
  await db.sql`analyze messages`;
  const person = sitDown([
    ['Where are the duplicates?', 'Look for them in 3 tables'],
    ['Which of these has to be unique?', 'messages (event_id): 2 excess rows of 50 rows'],
    ['Which row of each group stays?', 'The most complete'],
    ['Copies differ in 1 column.', []],
    ['Which other columns refer to rows of messages?', []],
    ['What is to be done?', 'Write a migration of msgdb'],
  ]);
  const { outcome, projectDir } = await leadIn(person);
  expect(outcome).toMatchObject({ report: { command: 'new', verdict: 'ok' } });
  expect(await readFile(join(projectDir, 'migrations/0001-unique-messages-event-id.ts'), 'utf8')).toContain(
    "keep: ['most complete']",
  );
  expect(await db.sql`select count(*)::int from messages`).toEqual([{ count: 50 }]);
});

test('a key that cannot be is asked for again, with the reason', async () => {
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns are unique together?', 'pagge'],
    ['Which table?', BACK],
    ['Where are the duplicates?', BACK],
  ]);
  await expect(leadIn(person)).rejects.toMatchObject({ code: 'MSGDB_CONFIRMATION_NEEDED' });
  expect(person.shown()).toContain('Chat has no column pagge');
});

test('no to the last question comes back to the plan, and back from there to the answers', async () => {
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns', 'page,psid'],
    ['Which row of each group stays?', 'The latest by created_at'],
    ['Copies differ', []],
    ['Re-pointed', []],
    ['What is to be done?', 'Remove 10 rows now'],
    ['Remove 10 rows from Chat?', 'No'],
    ['What is to be done?', BACK],
    ['Re-pointed', BACK],
    ['Copies differ', BACK],
    ['Which row of each group stays?', 'The earliest by created_at'],
    ['Copies differ', []],
    ['Re-pointed', []],
    ['What is to be done?', 'Nothing: leave'],
  ]);
  await expect(leadIn(person)).rejects.toMatchObject({ message: 'Nothing was changed.' });
  expect(await db.sql`select count(*)::int from "Chat"`).toEqual([{ count: 50 }]);
});

test('a plan that is refused leaves nothing to do but to go back', async () => {
  await db.sql`alter table messages add constraint low check (chat_id <> 3 or id = 3)`;
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns', 'page,psid'],
    ['Which row of each group stays?', 'The first by primary key'],
    ['Copies differ', []],
    ['Which other columns refer to rows of Chat?', []],
    ['The plan is refused.', 'Nothing: leave'],
  ]);
  await expect(leadIn(person)).rejects.toMatchObject({ message: 'Nothing was changed.' });
});

test('more rows than the limit may go once that is allowed, and the migration allows as many', async () => {
  await db.sql`update "Chat" set psid = 'u1' where id > 10`;
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns', 'page,psid'],
    ['Which row of each group stays?', 'The first by primary key'],
    ['Copies differ', []],
    ['Which other columns', []],
    ['The plan is refused.', 'Allow it: 40 of 50 rows may go'],
    ['What is to be done?', 'Remove 40 rows now, then write'],
    ['Remove 40 rows from Chat?', 'Yes'],
  ]);
  const { outcome, projectDir } = await leadIn(person);
  expect(outcome).toMatchObject({ report: { summary: '40 rows removed' } });
  expect(person.shown()).toContain('--key page,psid --limit 40');
  expect(await readFile(join(projectDir, 'migrations/0001-unique-chat-page-psid.ts'), 'utf8')).toContain(
    'limit: { losers: 40 },',
  );
});

test('a project with another runner is offered a migration of that one', async () => {
  const person = sitDown([
    ['Where are the duplicates?', 'In a table that I know'],
    ['Which table?', 'Chat'],
    ['Which columns', 'page,psid'],
    ['Which row of each group stays?', 'The first by primary key'],
    ['Copies differ', []],
    ['Re-pointed', []],
    ['What is to be done?', 'Write a migration of dbmate'],
  ]);
  const { outcome } = await leadIn(person, { 'db/migrations/20260101000000_init.sql': '-- migrate:up\nselect 1;\n' });
  expect(outcome).toMatchObject({
    report: { command: 'new', created: [expect.stringMatching(/^db\/migrations\/.*\.sql$/)] },
  });
  expect(person.shown()).toContain('--emit dbmate');
});

/** An answer: the beginning of a label, those of several, a text, or going back. */
type Answer = string | readonly string[] | Back;

/** A person who gives these answers, and is asked nothing else. */
function sitDown(script: readonly (readonly [question: string, answer: Answer])[]) {
  const left = [...script];
  let shown = '';
  function answerTo(question: string): Answer {
    const [expected, answer] = left.shift() ?? ['no more questions', BACK];
    expect(question).toContain(expected);
    return answer;
  }
  function find<Value>(choices: readonly Choice<Value>[], label: unknown): Value {
    const found = choices.find((each) => each.label.startsWith(String(label)));
    expect(found, `${String(label)} of ${choices.map((each) => each.label).join(' | ')}`).toBeDefined();
    return (found as Choice<Value>).value;
  }
  async function chooseOne<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value | Back> {
    const answer = answerTo(question);
    return answer === BACK ? BACK : find(choices, answer);
  }
  const asker: Asker = {
    choose: chooseOne,
    search: chooseOne,
    chooseSome: async (question, choices) => {
      const answer = answerTo(question);
      return answer === BACK ? BACK : [answer].flat().map((label) => find(choices, label));
    },
    write: async (question, { complaint }) => {
      const answer = answerTo(question);
      if (answer === BACK) return BACK;
      expect(complaint(String(answer))).toBeUndefined();
      return String(answer);
    },
    show: async (text) => {
      shown += text;
    },
  };
  return { asker, shown: () => shown, left };
}

async function leadIn(person: ReturnType<typeof sitDown>, files: Readonly<Record<string, string>> = {}) {
  const projectDir = await makeProject(files);
  const context = await makeContext(db, {
    projectDir,
    workingDir: projectDir,
    migrationsDir: join(projectDir, 'migrations'),
  });
  const outcome = await lead(context, person.asker, LOOK);
  expect(person.left).toEqual([]);
  return { outcome, projectDir };
}
