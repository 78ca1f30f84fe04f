import { type EmbeddedServer, startEmbedded } from '../../embedded/index.ts';
import type { ConnectionTarget } from '../../model/connection.ts';
import { MsgdbError } from '../../model/errors.ts';
import { isInterruption } from '../../model/interruption.ts';
import type { Statement } from '../../model/statement.ts';
import { openSession, type Session } from '../../session/open-session.ts';
import { copyState } from '../../sql/history.ts';
import { createHistorySchema } from '../../sql/history-schema.ts';
import { applySettings } from '../../sql/settings.ts';
import { createExtension, createShadowOwner, invalidateIndex, SHADOW_OWNER } from '../../sql/shadow.ts';
import { userSql } from '../../sql/user-sql.ts';
import type { Context } from '../context/context.ts';
import type { Blueprint } from './blueprint.ts';

/** A database of the same schema without rows, and what of the schema could not be made. */
export interface Shadow {
  readonly context: Context;
  readonly failures: readonly string[];
}

/**
 * Makes the database on a server of its own, and always stops it. The server runs on the user's machine and
 * under their account, and the schema has code that was not reviewed: making an index may run it. So all but the
 * extensions is made over a connection of a role with no rights on the server (not `set role`, which code can take
 * back).
 */
export async function withShadow<Result>(
  context: Context,
  blueprint: Blueprint,
  work: (shadow: Shadow) => Promise<Result>,
): Promise<Result> {
  const { signal, env } = context;
  return await withShadowOn(await startEmbedded({ signal, env }), context, blueprint, work);
}

/** The same on a server that was started for it. */
export async function withShadowOn<Result>(
  server: EmbeddedServer,
  context: Context,
  blueprint: Blueprint,
  work: (shadow: Shadow) => Promise<Result>,
): Promise<Result> {
  try {
    const target = { ...server.target, user: SHADOW_OWNER, label: blueprint.label };
    // Opened before anything of the schema is there: a database's owner sets what later sessions begin with.
    const failures = await withSession(forSuperuser(server.target), context, async (superuser) => {
      for (const each of createShadowOwner(server.target.database)) await superuser.query(each);
      const refused = await tryAll(superuser, blueprint.extensions.map(createExtension));
      const failed = await withSession(target, context, async (owner) => build(owner, blueprint));
      for (const each of blueprint.invalid) await superuser.query(invalidateIndex(each));
      return [...blueprint.omitted, ...refused, ...failed];
    });
    return await work({ context: { ...context, database: { kind: 'url', target } }, failures });
  } finally {
    await server.stop();
  }
}

/** With this path no name in the superuser's statements can mean something that the schema has made. */
function forSuperuser(target: ConnectionTarget): ConnectionTarget {
  return { ...target, settings: { ...target.settings, search_path: 'pg_catalog' } };
}

async function withSession<Result>(
  target: ConnectionTarget,
  { signal, settings: { historySchema: history } }: Context,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(target, { purpose: 'shadow', history, signal });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** What refers to something that comes later fails at first; it is tried again as long as anything succeeds. */
async function build(owner: Session, { statements, history }: Blueprint): Promise<readonly string[]> {
  await owner.query(applySettings({ check_function_bodies: 'off' }));
  let left = statements;
  let failures: readonly string[] = [];
  for (let before = -1; left.length > 0 && left.length !== before; ) {
    before = left.length;
    const failed: string[] = [];
    const reasons: string[] = [];
    for (const sql of left) {
      const reason = await tryStatement(owner, userSql(sql));
      if (reason === undefined) continue;
      failed.push(sql);
      reasons.push(reason);
    }
    left = failed;
    failures = reasons;
  }
  if (history.length > 0)
    for (const each of [...createHistorySchema(), ...history.map(copyState)]) await owner.query(each);
  return failures;
}

/** Gives the reasons of those that fail. */
async function tryAll(session: Session, groups: readonly (readonly Statement[])[]): Promise<readonly string[]> {
  const reasons: (string | undefined)[] = [];
  for (const each of groups.flat()) reasons.push(await tryStatement(session, each));
  return reasons.filter((reason) => reason !== undefined);
}

async function tryStatement(session: Session, each: Statement): Promise<string | undefined> {
  try {
    await session.query(each);
    return undefined;
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code === 'MSGDB_CONNECTION_LOST') throw error;
    if (isInterruption(error)) throw error;
    return `${beginningOf(each.text)}: ${error.message}`;
  }
}

/** What a statement is about, without its literals: a subscription or a user mapping holds a password. */
function beginningOf(text: string): string {
  const [named = ''] = text.trim().replaceAll(/\s+/g, ' ').split(/['$]/);
  return named.slice(0, 80).trim();
}
