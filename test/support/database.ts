import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, inject } from 'vitest';
import { connect, withDatabase, withLogin } from './database-url.ts';

/** Sessions that a test has just closed need a moment to leave pg_stat_activity, a busy machine a longer one. */
const GRACE_MS = 5_000;

/** The database of one test file: a clone of the run's template, empty at first. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** For assertions: one connection, closed by the harness. Read it again after `reset`. */
  readonly sql: postgres.Sql;
  /** A further client for this database, also closed by the harness; `url` for another role's. */
  open(options?: OpenOptions): postgres.Sql;
  /** An empty database again, under the same URL. Fails when something still has a connection to it after `graceMs`. */
  reset(graceMs?: number): Promise<void>;
  /** A role of its own, dropped at the end. Its grants are those of this database: they go with a `reset`. */
  createRole(name: string, options?: RoleOptions): Promise<TestRole>;
}

/** How to open a further client. */
export interface OpenOptions {
  readonly url?: string;
  readonly max?: number;
}

/** Attributes and rights of a test's role. */
export interface RoleOptions {
  /** Default true. */
  readonly login?: boolean;
  /** Attributes as CREATE ROLE takes them: `'bypassrls'`. */
  readonly attributes?: string;
  /** Each put between GRANT and TO: `'select on all tables in schema public'`. */
  readonly grants?: readonly string[];
}

/** A role under its real name: roles belong to the whole server, so each file's are made unique. */
export interface TestRole {
  readonly name: string;
  readonly url: string;
}

/**
 * Gives the test file a database of its own. Call it once, at the top of the file. A connection that is left open when
 * the file's tests are over fails the file.
 */
export function useDatabase(): TestDatabase {
  const { url: serverUrl, template } = inject('server');
  const name = template.replace(/template$/, randomBytes(4).toString('hex'));
  const url = withDatabase(serverUrl, name);
  const roles: string[] = [];
  let admin: postgres.Sql | undefined;
  let clients: postgres.Sql[] = [];
  let sql: postgres.Sql | undefined;

  beforeAll(async () => {
    admin = connect(serverUrl);
    await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
  });

  afterAll(async () => {
    if (admin === undefined) return;
    try {
      await closeClients();
      await assertNoSessions(admin, name);
    } finally {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      for (const role of roles) await admin.unsafe(`drop role if exists ${role}`);
      await admin.end();
    }
  });

  function open(options: OpenOptions = {}): postgres.Sql {
    const client = connect(options.url ?? url, { max: options.max ?? 1 });
    clients.push(client);
    return client;
  }

  async function closeClients(): Promise<void> {
    const closing = clients;
    clients = [];
    sql = undefined;
    await Promise.all(closing.map((client) => client.end({ timeout: 5 })));
  }

  return {
    url,
    name,
    get sql() {
      sql ??= open();
      return sql;
    },
    open,
    async reset(graceMs = GRACE_MS) {
      if (admin === undefined) throw new Error('reset() is for tests and hooks, not for the top of a file');
      await closeClients();
      await assertNoSessions(admin, name, graceMs);
      await admin.unsafe(`drop database ${name}`);
      await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
    },
    async createRole(wanted, { login = true, attributes = '', grants = [] } = {}) {
      if (admin === undefined) throw new Error('createRole() is for tests and hooks, not for the top of a file');
      const role = `${wanted}_${name.slice('msgdb_test_'.length)}`;
      const password = randomBytes(9).toString('base64url');
      const create = `create role ${role} ${login ? 'login' : 'nologin'} ${attributes} password '${password}'`;
      await admin.unsafe(create);
      roles.push(role);
      sql ??= open();
      for (const grant of grants) await sql.unsafe(`grant ${grant} to ${role}`);
      return { name: role, url: withLogin(url, role, password) };
    },
  };
}

async function assertNoSessions(admin: postgres.Sql, database: string, graceMs = GRACE_MS): Promise<void> {
  let sessions: postgres.Row[] = [];
  for (const deadline = Date.now() + graceMs; Date.now() < deadline; await sleep(10)) {
    sessions = await admin`
      select pid, usename, application_name, state, left(query, 200) as query
      from pg_stat_activity
      where datname = ${database} and backend_type = 'client backend'`;
    if (sessions.length === 0) return;
  }
  throw new Error(`connections were left open:\n${sessions.map((session) => JSON.stringify(session)).join('\n')}`);
}
