import { mayWriteHouse, readHouseOwner, readStrangers, type Stranger } from '../../catalog/read-house.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { Queryable } from '../../model/statement.ts';
import { quoteName } from '../../sql/quote.ts';

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

function strangersHouse(strangers: readonly Stranger[]): MsgdbError {
  const owners = [...new Set(strangers.map(({ owner }) => owner))];
  return new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The schema msgdb is not used, because others could run code through it: ${describeStrangers(strangers)}.`,
    why: 'Its tables must belong to the role that runs msgdb, to a superuser or to the owner of the database.',
    fix: `Connect as ${owners.map(quoteName).join(' or ')}; or, if it is not msgdb's at all, look at what it holds and drop it (drop schema msgdb cascade; forgets history and archive).`,
    data: { owners },
  });
}

/** Said ahead, to who only looks: a run would be refused because the role may not make schema msgdb, or write to it. */
export async function lackOfHouse(db: Queryable, role: string): Promise<Finding | undefined> {
  if (await mayWriteHouse(db)) return undefined;
  const what = `History and archive are kept in schema msgdb, which ${role} may not make or write to.`;
  return finding('MSGDB_PERMISSION_DENIED', what, { fix: await adviseOnHouse(db, role) });
}

/** What mends that a role may not make or use schema msgdb: depends on whether it is there, and whose. */
export async function adviseOnHouse(db: Queryable, role: string): Promise<string> {
  const name = quoteName(role);
  const house = await readHouseOwner(db);
  if (house === undefined) {
    return `As the owner of the database: create schema msgdb authorization ${name};`;
  }
  const owner = quoteName(house.owner);
  if (house.relations.length === 0) return `As ${owner}: grant usage, create on schema msgdb to ${name};`;
  // Grants would not do: what makes an archive ready for a further run needs its owner.
  const tables = house.relations.map((each) => `alter table msgdb.${quoteName(each)} owner to ${name};`);
  return `Connect as ${owner}, which owns it; or give it over, as a superuser: alter schema msgdb owner to ${name}; ${tables.join(' ')}`;
}
