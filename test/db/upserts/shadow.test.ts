import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { checkUpserts } from '../../../src/commands/check-upserts/check-upserts.ts';
import { makeProject } from '../../support/cli.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { ALL, load } from '../incidents/incidents.ts';
import { checkFolder } from './check.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const OPTIONS = { updateBaseline: false, writeMigrations: false, withPending: false, strict: false };
const db = useDatabase();

beforeAll(async () => {
  await load(db.sql, ALL);
  await db.sql
    .unsafe(`
      create schema "odd schema";
      create type "odd schema".mood as enum ('it''s fine', 'bad');
      create domain email as text check (value like '%@%');
      create function norm(text) returns text language sql immutable as 'select lower($1)';
      create table "odd schema"."T" (id bigint generated always as identity, "Mail" email not null, mood "odd schema".mood,
        twice text generated always as ("Mail" || "Mail") stored, n integer default 1, primary key (id));
      create unique index "T mail" on "odd schema"."T" (norm("Mail")) where mood = 'bad';
      create table part (day date not null, a integer not null) partition by range (day);
      create table part_1 partition of part for values from ('2026-01-01') to ('2027-01-01');
      create unique index part_key on part (a, day);
      create table broken (a integer);
      insert into broken values (1), (1);
      create table late (a integer unique deferrable);
      create view people as select id, "Mail" from "odd schema"."T"`)
    .simple();
  await db.sql.unsafe('create unique index concurrently broken_a on broken (a)').catch(() => undefined);
});

const SOURCE = {
  'a.sql': `
insert into "odd schema"."T" ("Mail") values ($1) on conflict (norm("Mail")) where mood = 'bad' do nothing;
insert into part values ($1, $2) on conflict (a, day) do nothing;
insert into broken values ($1) on conflict (a) do nothing;
insert into late values ($1) on conflict (a) do nothing;
insert into part values ($1, $2) on conflict (a) do nothing;`,
};

const WITHOUT_PENDING = [
  'ok null',
  'ok null',
  'error MSGDB_INDEX_INVALID',
  'error MSGDB_UPSERT_DEFERRABLE',
  'error MSGDB_UPSERT_PARTITION_KEY',
];

test('a copy of the schema says what the database says', async () => {
  const folder = await makeProject({ ...SOURCE, 'migrations/.keep': '' });
  const told = async (withPending: boolean) =>
    (await checkFolder(db, folder, { withPending })).upserts.map(({ status, code }) => `${status} ${code}`);
  expect(await told(false)).toEqual(WITHOUT_PENDING);
  expect(await told(true)).toEqual(WITHOUT_PENDING);
});

test('the pending migrations are judged before they are applied: which upserts they mend, and which they break', async () => {
  const before = await fingerprint(db.sql);
  const context = await makeContext(db, { workingDir: `${REPOSITORY}fixtures` });
  const paths = ALL.map(({ name }) => `${name}/app`);
  const { upserts, skipped } = await checkUpserts(context, { ...OPTIONS, paths, withPending: true });
  const changed = (change: string) =>
    upserts
      .filter((upsert) => upsert.change === change)
      .map(({ file, line }) => `${file.replace('/app/', '/')}:${line}`);
  expect(changed('mended')).toEqual([
    'waba-accounts/after/waba.go:16',
    'waba-accounts/after/waba.go:32',
    'chat-messages/after/save_message.go:16',
    'session-upsert/after/whatsapp_session_service.py:25',
    'meta-assets-cache/after/app/api/meta/whatsapp/connections/embedded-signup/route.ts:10',
    'meta-assets-cache/after/app/api/meta-hub/connections/[phoneNumberId]/sync/route.ts:13',
  ]);
  expect(changed('broken')).toEqual(['conversations/before/src/lib/telegram-conversation-helper.ts:11']);
  expect(skipped).toEqual([]);
  expect(await fingerprint(db.sql)).toEqual(before);
});

const DUMP = String.raw`
\restrict abc
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
ALTER SCHEMA public OWNER TO nobody_here;
CREATE TABLE public.users (id bigint NOT NULL, email text NOT NULL);
ALTER TABLE public.users OWNER TO nobody_here;
COPY public.users (id, email) FROM stdin;
1	a@b.example; not SQL '
\.
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX users_email ON public.users USING btree (email);
GRANT ALL ON TABLE public.users TO nobody_here;
\unrestrict abc
`;

test('a dump is enough: no database is asked', async () => {
  const workingDir = await makeProject({
    'schema.sql': DUMP,
    'app/a.py': 'cur.execute("insert into users (id, email) values (%s, %s) on conflict (email) do nothing")',
  });
  const nowhere = await makeContext({ url: 'postgresql://nobody@127.0.0.1:1/nothing' }, { workingDir });
  const report = await checkUpserts(nowhere, { ...OPTIONS, paths: ['app'], schemaFile: 'schema.sql' });
  expect(report).toMatchObject({
    verdict: 'ok',
    database: 'schema.sql',
    upserts: [{ status: 'ok', arbiter: 'users_email' }],
  });
  expect(report.skipped).toEqual([]);
  await expect(checkUpserts(nowhere, { ...OPTIONS, paths: ['app'], schemaFile: 'app/a.py' })).rejects.toMatchObject({
    code: 'MSGDB_USAGE',
    message: 'The schema file app/a.py cannot be read as SQL.',
  });
  await expect(checkUpserts(nowhere, { ...OPTIONS, paths: ['app'], schemaFile: 'none.sql' })).rejects.toMatchObject({
    code: 'MSGDB_USAGE',
  });
});
