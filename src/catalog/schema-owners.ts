import { MsgdbError } from '../model/errors.ts';
import type { ServerFacts } from '../model/facts.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { Queryable } from '../model/statement.ts';
import { quoteName } from '../sql/quote.ts';
import { type ForeignObject, mayWriteHistory, readForeignObjects, readSchemaOwner } from './read-schema-owner.ts';

/** Labels that a message names; the rest is counted. */
const NAMED = 3;

/**
 * Before anything is written to schema msgdb: it has to be of this role's, a superuser's or the database owner's
 * making.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED naming what belongs to somebody else, and to whom.
 */
export async function refuseForeignObjects(db: Queryable): Promise<void> {
  const others = await readForeignObjects(db);
  if (others.length > 0) throw schemaRefused(others);
}

/**
 * Before anything is read from schema msgdb: reading plain tables runs no code of other roles, views and policies do.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED
 */
export async function refuseTrapped(db: Queryable): Promise<void> {
  const others = (await readForeignObjects(db)).filter(({ runsWhenRead }) => runsWhenRead);
  if (others.length > 0) throw schemaRefused(others);
}

/** `the schema msgdb belongs to mallory; the table msgdb.runs belongs to mallory; and 3 more` */
export function describeForeignObjects(others: readonly ForeignObject[]): string {
  const named = others.slice(0, NAMED).map(({ label, owner }) => `${label} belongs to ${owner}`);
  const more = others.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** What mends that part of schema msgdb is somebody else's. */
export function adviseOnForeignObjects(others: readonly ForeignObject[]): string {
  const owners = [...new Set(others.map(({ owner }) => quoteName(owner)))];
  return `Connect as ${owners.join(' or ')}; or, if it is not msgdb's at all, look at what it holds and drop it (drop schema … cascade; forgets history and archive).`;
}

function schemaRefused(others: readonly ForeignObject[]): MsgdbError {
  const owners = [...new Set(others.map(({ owner }) => owner))];
  return new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The schema of history and archive is not used, because others could run code through it: ${describeForeignObjects(others)}.`,
    why: 'Its tables must belong to the role that runs msgdb, to a superuser or to the owner of the database.',
    fix: adviseOnForeignObjects(others),
    data: { owners },
  });
}

/** Said ahead, to who only looks: a run would be refused because the role may not make schema msgdb, or write to it. */
export async function lackOfHistory(db: Queryable, server: ServerFacts): Promise<Finding | undefined> {
  if (await mayWriteHistory(db)) return undefined;
  const what = `History and archive are kept in schema ${server.history}, which ${server.user} may not make or write to.`;
  return finding('MSGDB_PERMISSION_DENIED', what, { fix: await adviseOnSchema(db, server) });
}

/** What mends that a role may not make or use schema msgdb: depends on whether it is there, and whose. */
export async function adviseOnSchema(db: Queryable, { database, user, history }: ServerFacts): Promise<string> {
  const name = quoteName(user);
  const schema = await readSchemaOwner(db);
  if (schema === undefined) {
    return `As the owner of the database: grant create on database ${quoteName(database)} to ${name};`;
  }
  if (schema.relations.length === 0)
    return `As ${quoteName(schema.owner)}: grant usage, create on schema ${history} to ${name};`;
  // Grants would not do: what makes an archive ready for a further run needs its owner. Nor is the archive given away.
  return `Connect as ${schema.owner}, the owner of schema ${history}.`;
}
