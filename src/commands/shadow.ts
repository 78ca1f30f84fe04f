import { readSchema } from '../catalog/read-schema.ts';
import { startEmbedded } from '../embedded/index.ts';
import { type HistoryRow, readHistory } from '../engine/history/migration-history.ts';
import { type ScriptStatement, splitScript } from '../engine/migrations/split-script.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import type { Workplace } from '../engine/run/workplace.ts';
import { openSession, type Session } from '../engine/session/open-session.ts';
import { MsgdbError } from '../model/errors.ts';
import { type Statement, statement } from '../model/statement.ts';
import { createHouse } from '../sql/house.ts';
import type { Context } from './context.ts';

/** What a shadow is made from. */
export interface Blueprint {
  readonly statements: readonly string[];
  /** Migrations that the database has had. */
  readonly history: readonly HistoryRow[];
  /** How the report calls it. */
  readonly label: string;
}

/** A database of the same schema without rows, and what of the schema could not be made. */
export interface Shadow {
  readonly context: Context;
  readonly failures: readonly string[];
}

/** The blueprint of a live database: its schema and its history. Nothing of it is locked or changed. */
export async function readBlueprint(workplace: Workplace, label: string): Promise<Blueprint> {
  return await lookOnly(workplace, async (db) => ({
    statements: await readSchema(db),
    history: await readHistory(db),
    label: `${label} (schema only)`,
  }));
}

/** Owners and rights: the shadow has no roles, and everything may be done there. */
const ABOUT_ROLES = /^(?:grant|revoke|comment|alter default privileges|set\s+role|alter\s[^;]*\sowner\s+to)\b/i;

/** The blueprint that a dump is: its statements, without psql's own commands and the rows of COPY. */
export async function parseDump(text: string, label: string): Promise<Blueprint> {
  const sql = text
    .replaceAll(/^COPY [^;]* FROM stdin;\r?\n[\s\S]*?^\\\.\r?$/gim, '')
    .replaceAll(/^\\[^\n]*$/gm, '')
    .replaceAll(/^\s*(?:begin|commit)(?: transaction| work)?\s*;/gim, '');
  const statements = (await splitDump(sql, label)).map((each) => each.text);
  return { statements: statements.filter((each) => !ABOUT_ROLES.test(each)), history: [], label };
}

async function splitDump(sql: string, label: string): Promise<readonly ScriptStatement[]> {
  try {
    return await splitScript(sql);
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    throw new MsgdbError('MSGDB_USAGE', {
      what: `The schema file ${label} cannot be read as SQL.`,
      why: `${error.message} ${error.why}`,
      fix: 'Name a file that `pg_dump --schema-only` has written.',
      data: error.data,
      cause: error,
    });
  }
}

/** Makes the database on a server of its own, and stops it whatever happens. */
export async function withShadow<Result>(
  context: Context,
  blueprint: Blueprint,
  work: (shadow: Shadow) => Promise<Result>,
): Promise<Result> {
  const server = await startEmbedded({ signal: context.signal, env: context.env });
  try {
    const session = await openSession(server.target, { purpose: 'shadow', signal: context.signal });
    try {
      const failures = await build(session, blueprint);
      const target = { ...server.target, label: blueprint.label };
      return await work({ context: { ...context, database: { kind: 'url', target } }, failures });
    } finally {
      await session.close();
    }
  } finally {
    await server.stop();
  }
}

/** What refers to something that comes later fails at first; it is tried again as long as anything succeeds. */
async function build(session: Session, { statements, history }: Blueprint): Promise<readonly string[]> {
  await session.query(statement("select set_config('check_function_bodies', 'off', false)"));
  let left = statements;
  let failures: readonly string[] = [];
  for (let before = -1; left.length > 0 && left.length !== before; ) {
    before = left.length;
    const failed: string[] = [];
    const reasons: string[] = [];
    for (const sql of left) {
      const reason = await tryStatement(session, sql);
      if (reason === undefined) continue;
      failed.push(sql);
      reasons.push(reason);
    }
    left = failed;
    failures = reasons;
  }
  if (history.length > 0) for (const each of [...createHouse(), ...history.map(recordOf)]) await session.query(each);
  return failures;
}

async function tryStatement(session: Session, sql: string): Promise<string | undefined> {
  try {
    await session.query(statement(sql));
    return undefined;
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code === 'MSGDB_CONNECTION_LOST') throw error;
    if (error.code === 'MSGDB_INTERRUPTED') throw error;
    return `${sql.replaceAll(/\s+/g, ' ').slice(0, 80)}: ${error.message}`;
  }
}

function recordOf({ name, checksum, state, runId, by }: HistoryRow): Statement {
  return statement(
    `insert into msgdb.migrations (name, checksum, state, run_id, run_by, version) values ($1, $2, $3, $4, $5, 'shadow')`,
    [name, checksum, state, runId, by],
  );
}
