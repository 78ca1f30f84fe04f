import { MsgdbError } from '../model/errors.ts';
import type { ServerFacts } from '../model/facts.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { Queryable } from '../model/statement.ts';
import { quoteName } from '../sql/quote.ts';
import { mayWriteHouse, readHouseOwner, readStrangers, type Stranger } from './read-house.ts';

/** Labels that a message names; the rest is counted. */
const NAMED = 3;

/**
 * Before anything is written to schema msgdb: it has to be of this role's, a superuser's or the database owner's making.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED naming what belongs to somebody else, and to whom.
 */
export async function refuseStrangers(db: Queryable): Promise<void> {
  const strangers = await readStrangers(db);
  if (strangers.length > 0) throw strangersHouse(strangers);
}

/**
 * Before anything is read from schema msgdb: plain tables run nobody's code, views and policies do.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED
 */
export async function refuseTrapped(db: Queryable): Promise<void> {
  const strangers = (await readStrangers(db)).filter(({ runsWhenRead }) => runsWhenRead);
  if (strangers.length > 0) throw strangersHouse(strangers);
}

/** `the schema msgdb belongs to mallory; the table msgdb.runs belongs to mallory; and 3 more` */
export function describeStrangers(strangers: readonly Stranger[]): string {
  const named = strangers.slice(0, NAMED).map(({ label, owner }) => `${label} belongs to ${owner}`);
  const more = strangers.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** What mends that part of schema msgdb is somebody else's. */
export function adviseOnStrangers(strangers: readonly Stranger[]): string {
  const owners = [...new Set(strangers.map(({ owner }) => quoteName(owner)))];
  return `Connect as ${owners.join(' or ')}; or, if it is not msgdb's at all, look at what it holds and drop it (drop schema msgdb cascade; forgets history and archive).`;
}

function strangersHouse(strangers: readonly Stranger[]): MsgdbError {
  const owners = [...new Set(strangers.map(({ owner }) => owner))];
  return new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The schema msgdb is not used, because others could run code through it: ${describeStrangers(strangers)}.`,
    why: 'Its tables must belong to the role that runs msgdb, to a superuser or to the owner of the database.',
    fix: adviseOnStrangers(strangers),
    data: { owners },
  });
}

/** Said ahead, to who only looks: a run would be refused because the role may not make schema msgdb, or write to it. */
export async function lackOfHouse(db: Queryable, server: ServerFacts): Promise<Finding | undefined> {
  if (await mayWriteHouse(db)) return undefined;
  const what = `History and archive are kept in schema msgdb, which ${server.user} may not make or write to.`;
  return finding('MSGDB_PERMISSION_DENIED', what, { fix: await adviseOnHouse(db, server) });
}

/** What mends that a role may not make or use schema msgdb: depends on whether it is there, and whose. */
export async function adviseOnHouse(db: Queryable, { database, user }: ServerFacts): Promise<string> {
  const name = quoteName(user);
  const house = await readHouseOwner(db);
  if (house === undefined) {
    return `As the owner of the database: grant create on database ${quoteName(database)} to ${name};`;
  }
  if (house.relations.length === 0)
    return `As ${quoteName(house.owner)}: grant usage, create on schema msgdb to ${name};`;
  // Grants would not do: what makes an archive ready for a further run needs its owner. Nor is the archive given away.
  return `Connect as ${house.owner}, the owner of schema msgdb.`;
}
