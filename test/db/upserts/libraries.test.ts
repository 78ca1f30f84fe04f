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
  [
    'by a value that is bound',
    'target: messages.waId, targetWhere: eq(messages.goneAt, at)',
    'MSGDB_UPSERT_PREDICATE_UNPROVEN',
  ],
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

test.each([
  [
    'Diesel',
    'src/a.rs',
    'fn f() { insert_into(messages::table).values(&m).on_conflict(messages::wa_id).filter_target(messages::gone_at.is_null()).do_nothing().execute(c); }',
  ],
  [
    'SeaORM',
    'src/message.rs',
    '#[sea_orm(table_name = "messages")]\npub struct Model {}\nfn f() { message::Entity::insert(m).on_conflict(OnConflict::column(message::Column::WaId).target_and_where(message::Column::GoneAt.is_null()).do_nothing().to_owned()); }',
  ],
  [
    'jOOQ',
    'A.java',
    'class A { void f() { ctx.insertInto(MESSAGES).set(r).onConflict(MESSAGES.WA_ID).where(MESSAGES.GONE_AT.isNull()).doNothing().execute(); } }',
  ],
  [
    'Peewee',
    'a.py',
    'import peewee\nclass Message(BaseModel):\n    class Meta:\n        table_name = "messages"\n\nMessage.insert(a=1).on_conflict(conflict_target=[Message.wa_id], conflict_where=Message.gone_at.is_null(), preserve=[Message.body])',
  ],
  [
    'Bun',
    'a.go',
    'package a\nfunc f(m *Message) { db.NewInsert().Model(m).On("CONFLICT (wa_id) WHERE gone_at IS NULL DO NOTHING").Exec(ctx) }',
  ],
])('%s finds a partial index', async (_name, file, text) => {
  expect(await judged(file, text)).toMatchObject({ status: 'ok', arbiter: 'messages_live' });
});

test('MikroORM cannot say the predicate of a partial index', async () => {
  const text = `@Entity({ tableName: 'messages' })\nclass Message {}\nawait em.upsertMany(Message, rows, { onConflictFields: ['waId'] })`;
  expect(await judged('a.ts', text)).toMatchObject({ status: 'error', code: 'MSGDB_UPSERT_PREDICATE_MISSING' });
});

test('Rails inserts one row', async () => {
  const text =
    'class MessageJob\n  def f = Message.insert({ wa_id: w, org_id: o }, unique_by: %i[org_id wa_id])\nend\n';
  expect(await judged('app/job.rb', text)).toMatchObject({
    arbiter: 'messages_both',
    code: 'MSGDB_UPSERT_OTHER_UNIQUE',
  });
});
