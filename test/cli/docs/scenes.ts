import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/cli.ts';
import { readPage } from '../../unit/docs/pages.ts';
import { EXPLAINED, GUESSED, MESSAGES } from './rows.ts';

/** What is there when a reader comes to a heading. */
export interface Scene {
  /** Sent one after the other. */
  readonly sql?: readonly string[];
  /** Path → content, of the project; the database's URL is given. */
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  /** Commands that have been run already. */
  readonly before?: readonly string[];
  /** Exit codes that are not 0 and that the page does not say at the line. */
  readonly ends?: Readonly<Record<string, number>>;
}

const RULE = `import { migration, uniqueKey } from 'msgdb';
export default migration({ summary: 'one row a message', up: [uniqueKey({ table: 'messages', key: ['wa_message_id'] })] });
`;
const UPSERT = "insert into messages (wa_message_id) values ('w1') on conflict (wa_message_id) do nothing;\n";
const MENDED =
  "insert into chat_messages (wa_message_id) values ($1) on conflict (wa_message_id) where wa_message_id <> '' do nothing;\n";
const UNIQUE = 'create unique index messages_one on messages (wa_message_id);\n';

const WITH_RULE: Scene = { sql: [MESSAGES], files: () => ({ 'migrations/0001-one-row.ts': RULE }) };
const WITH_RUNNER: Scene = {
  sql: [MESSAGES],
  files: () => ({
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_unique/migration.sql': UNIQUE,
  }),
};
const LOOK_FINDS = { 'find-duplicates --table messages --key wa_message_id': 1 };

const fixture = (path: string) => readFileSync(join(REPOSITORY, 'fixtures/chat-messages', path), 'utf8');
const INCIDENT: Scene = {
  sql: [fixture('schema.sql'), fixture('rows.sql')],
  files: () => ({
    'migrations/0002-chat-messages.ts': readFileSync(join(REPOSITORY, 'migrations/0002-chat-messages.ts'), 'utf8'),
    'app/save_message_first_fix.go': fixture('app/before/save_message_first_fix.go'),
  }),
};

/** Page → heading → scene; parts of a page without a scene of their own go on where the last one has ended. */
export const SCENES: Readonly<Record<string, Readonly<Record<string, Scene>>>> = {
  'README.md': {
    'What it is for': INCIDENT,
    'In your project': {
      sql: [MESSAGES.replaceAll('messages', 'chat_messages')],
      ends: { 'find-duplicates --table chat_messages --key wa_message_id': 1 },
    },
    'Upserts, proven': { ...INCIDENT, before: ['migrate'] },
  },
  'docs/getting-started.md': {
    'Try it without a database': {},
    'In your project': { sql: [MESSAGES] },
    'Clean once, without a migration': { sql: [MESSAGES] },
  },
  'docs/guides/archive-and-restore.md': {
    'Archive and restore': { sql: [MESSAGES], before: ['dedupe --table messages --key wa_message_id --yes'] },
  },
  'docs/guides/ci.md': {
    'What verify checks': { ...WITH_RULE, before: ['migrate'] },
  },
  'docs/guides/connecting.md': { 'Several projects in one database': WITH_RULE },
  'docs/guides/dedupe-once.md': { 'Dedupe once': { sql: [MESSAGES] } },
  'docs/guides/discover-keys.md': { 'Discover keys': { sql: [GUESSED] } },
  'docs/guides/drop-a-rule.md': {
    Undo: {
      sql: [
        `create table conversations (id int primary key, connection_id int not null, psid text not null,
              status text not null, last_message_at timestamptz, unique (connection_id, psid));
            insert into conversations select n, n, 'p', 'closed', now() from generate_series(1, 30) n;`,
      ],
      files: () => ({ 'migrations/0001-open.ts': example('docs/guides/drop-a-rule.md') }),
      before: ['migrate'],
    },
  },
  'docs/guides/embedded-postgres.md': { 'Embedded PostgreSQL': WITH_RULE },
  'docs/guides/explain-duplicates.md': {
    'Explain duplicates': {
      ...WITH_RULE,
      sql: EXPLAINED,
      ends: {
        'find-duplicates --explain': 1,
        'find-duplicates --table messages --key wa_message_id --explain': 1,
        'find-duplicates --table messages --key wa_message_id --explain --by received_at': 1,
      },
    },
  },
  'docs/guides/find-duplicates.md': {
    'Find duplicates': { ...WITH_RULE, ends: { 'find-duplicates': 1, ...LOOK_FINDS } },
  },
  'docs/guides/fleet.md': {
    Fleet: {
      sql: [
        MESSAGES,
        "create table tenants (schema_name text, active boolean); insert into tenants values ('public', true)",
      ],
      files: (url) => ({ 'tenants.txt': `# a customer\nacme ${url}\n`, 'migrations/0001-one-row.ts': RULE }),
      ends: {
        'status --targets tenants.txt --exit-code': 1,
        'verify --targets tenants.txt': 1,
        'find-duplicates --targets tenants.txt --parallel 16 --connections 20': 1,
      },
    },
  },
  'docs/guides/migrate-and-roll-back.md': { Migrate: { files: () => tables(6) } },
  'docs/guides/observability.md': { 'The log as JSON': WITH_RULE },
  'docs/guides/other-runners.md': {
    'A repair for another runner': {
      ...WITH_RUNNER,
      sql: [
        `create table chat (id int primary key, page_id text, psid text, token text, updated_at timestamptz);
            insert into chat select n, 'p', 'u' || n % 20, null, now() from generate_series(1, 25) n;`,
      ],
    },
  },
  'docs/guides/plain-sql-migrations.md': {
    'Plain SQL migrations': {},
    Transactions: {
      files: () => ({ 'migrations/0004-orders.sql': 'create table orders (\n a int,\n\n b intt\n);\n' }),
    },
    'Unique indexes and constraints in SQL': {
      sql: ["create table orders (code text); insert into orders values ('a'), ('a'), ('b'), ('b'), ('b'), ('c');"],
      files: () => ({
        'migrations/0007-codes.sql':
          "comment on table orders is 'of the shop';\ncreate unique index orders_code on orders (code);\n",
      }),
    },
    'SQL that has run already': { files: () => ({ ...tables(12), 'migrations/0013-one-row.ts': RULE }) },
  },
  'docs/guides/plan-files.md': { 'Plan files': { sql: [MESSAGES] } },
  'docs/guides/preflight.md': {
    Preflight: {
      sql: [MESSAGES],
      files: () => ({ 'db/migrations/20260101000000_one.sql': `-- migrate:up\n${UNIQUE}-- migrate:down\n` }),
      ends: { preflight: 1, 'preflight db/migrations --runner dbmate': 1 },
    },
    Repair: { ...WITH_RUNNER, ends: { 'preflight --repair --dry-run': 1, 'preflight --repair': 0 } },
    'Keep copies out until the deploy': WITH_RUNNER,
    'Build the index before the deploy': { ...WITH_RUNNER, ends: { 'preflight --repair --build': 1 } },
  },
  'docs/guides/show-what-happened.md': {
    'Show what happened': { ...WITH_RULE, ends: { 'find-duplicates --explain --output html=duplicates.html': 1 } },
  },
  'docs/guides/upserts.md': {
    Upserts: {
      ...INCIDENT,
      files: (url) => ({ ...INCIDENT.files?.(url), 'src/store.sql': MENDED, 'lib/store.sql': '' }),
      before: ['migrate'],
      ends: { 'check-upserts': 1 },
    },
    'To leave something out': { sql: [MESSAGES], files: () => ({ 'src/store.sql': UPSERT }) },
    'Before the deployment': {
      ...WITH_RULE,
      files: () => ({ 'migrations/0001-one-row.ts': RULE, 'src/store.sql': UPSERT }),
    },
  },
};

/** The first migration that a page shows. */
function example(page: string): string {
  const [, code = ''] = /^```ts\n(.*?)^```$/ms.exec(readPage(page)) ?? [];
  return code;
}

/** Migrations of SQL, each with its undo. */
function tables(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, place) => `${place + 1}`.padStart(4, '0')).flatMap((number) => [
      [`migrations/${number}-table.sql`, `create table table_${number} (id int primary key);\n`],
      [`migrations/${number}-table.down.sql`, `drop table table_${number};\n`],
    ]),
  );
}
