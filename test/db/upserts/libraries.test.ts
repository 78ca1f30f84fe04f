import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check } from './check.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table messages (
        message_id uuid primary key default gen_random_uuid(), wa_id text not null, org_id integer not null,
        gone_at timestamptz, body text, active boolean);
      create unique index messages_live on messages (wa_id) where gone_at is null;
      create unique index messages_both on messages (org_id, wa_id);
      create unique index messages_active on messages (org_id) where active;
      create index messages_plain on messages (body)`)
    .simple();
});

/** What is said of the one upsert in a file. */
async function judged(file: string, text: string) {
  const { upserts } = await check(db, { [file]: text });
  expect(upserts).toHaveLength(1);
  return upserts[0];
}

const DRIZZLE = `const messages = pgTable('messages', {\n  messageId: uuid(),\n  waId: text(),\n  goneAt: timestamp(),\n});\n`;
const SEQUELIZE = "const Message = sequelize.define('Message', {}, { tableName: 'messages', underscored: true });\n";
const TYPEORM = "@Entity('messages')\nclass Message {}\n";
const SQLALCHEMY = 'class Message(Base):\n    __tablename__ = "messages"\n\n';

test.each([
  [
    'Drizzle with casing',
    'a.ts',
    `${DRIZZLE}db.insert(messages).values({ messageId, body }).onConflictDoUpdate({ target: messages.messageId, set: { body } })`,
  ],
  [
    'Sequelize, underscored',
    'a.js',
    `${SEQUELIZE}Message.upsert({ messageId, body }, { conflictFields: ['messageId'] })`,
  ],
  ['TypeORM with a naming strategy', 'a.ts', `${TYPEORM}manager.upsert(Message, { messageId, body }, ['messageId'])`],
  [
    'Kysely with CamelCasePlugin',
    'a.ts',
    `db.insertInto('messages').values({ messageId }).onConflict((oc) => oc.column('messageId').doNothing())`,
  ],
  // Another file may say that key is message_id.
  [
    'an attribute with a name of its own',
    'a.js',
    `${SEQUELIZE}Message.upsert({ key, body }, { conflictFields: ['messageId'] })`,
  ],
])('%s: the row brings its key under the name of the attribute', async (_name, file, text) => {
  expect(await judged(file, text)).toMatchObject({ status: 'ok', code: null, arbiter: 'messages_pkey' });
});

test('a row that surely brings no key never conflicts', async () => {
  const text = `${DRIZZLE}db.insert(messages).values({ waId, body }).onConflictDoUpdate({ target: messages.messageId, set: { body } })`;
  expect(await judged('a.ts', text)).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_NEVER_CONFLICTS' });
});

test.each([
  [
    'Drizzle',
    'a.ts',
    `${DRIZZLE}db.insert(messages).values(v).onConflictDoNothing({ target: messages.waId, where: isNull(messages.goneAt) })`,
  ],
  [
    "Drizzle's SQL",
    'a.ts',
    `${DRIZZLE}db.insert(messages).values(v).onConflictDoUpdate({ target: messages.waId, targetWhere: sql\`\${messages.goneAt} is null\`, set: { body } })`,
  ],
  [
    'Kysely',
    'a.ts',
    `db.insertInto('messages').values(v).onConflict((oc) => oc.column('waId').where('goneAt', 'is', null).doNothing())`,
  ],
  [
    'Sequelize',
    'a.js',
    `${SEQUELIZE}Message.upsert(row, { conflictFields: ['waId'], conflictWhere: { goneAt: null } })`,
  ],
  [
    'SQLAlchemy',
    'a.py',
    `${SQLALCHEMY}insert(Message).on_conflict_do_nothing(index_elements=["wa_id"], index_where=Message.gone_at == None)`,
  ],
  [
    'Ecto',
    'a.ex',
    'Repo.insert_all("messages", r, on_conflict: :nothing, conflict_target: {:unsafe_fragment, "(wa_id) WHERE gone_at IS NULL"})',
  ],
  ['Rails by its columns', 'app/message.rb', 'Message.upsert_all(rows, unique_by: :wa_id)'],
  ['Rails by its name', 'app/message.rb', 'Message.insert_all(rows, unique_by: :messages_live)'],
])("%s finds a partial index by the target's predicate", async (_name, file, text) => {
  expect(await judged(file, text)).toMatchObject({ status: 'ok', arbiter: 'messages_live' });
});

test.each([
  ['without its predicate', 'target: messages.waId', 'MSGDB_UPSERT_PREDICATE_MISSING'],
  [
    'by a predicate of another meaning',
    'target: messages.waId, targetWhere: isNotNull(messages.goneAt)',
    'MSGDB_UPSERT_PREDICATE_UNPROVEN',
  ],
  [
    'with the predicate as that of the update',
    'target: messages.waId, setWhere: isNull(messages.goneAt)',
    'MSGDB_UPSERT_PREDICATE_MISSING',
  ],
  ['by a value that is bound', 'target: messages.waId, targetWhere: eq(messages.goneAt, at)', 'MSGDB_UPSERT_PARAMETER'],
])('a partial index is not found %s', async (_name, target, code) => {
  const text = `${DRIZZLE}db.insert(messages).values(v).onConflictDoUpdate({ ${target}, set: { body } })`;
  expect(await judged('a.ts', text)).toMatchObject({ status: 'error', code });
});

test.each([
  [
    'columns of a whole index, in any order',
    'Message.upsert_all(rows, unique_by: %i[wa_id org_id])',
    { status: 'ok', arbiter: 'messages_both' },
  ],
  [
    'no index: rows that meet any are left out',
    'Message.insert_all(rows)',
    { status: 'warning', code: 'MSGDB_UPSERT_HIDES_CONFLICTS' },
  ],
  ['no index: the primary key', 'Message.upsert_all(rows)', { status: 'ok', arbiter: 'messages_pkey' }],
  [
    'columns without an index',
    'Message.upsert_all(rows, unique_by: %i[body])',
    { status: 'error', code: 'MSGDB_ARBITER_MISSING' },
  ],
])('Rails with %s', async (_name, call, expected) => {
  expect(await judged('app/message.rb', call)).toMatchObject(expected);
});
