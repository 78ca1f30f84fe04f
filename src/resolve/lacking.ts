import type { ServerFacts, TableFacts, TablePrivileges } from '../model/facts.ts';
import { quoted } from '../model/name.ts';
import type { Refusals } from '../model/refusals.ts';
import { quotedTable, tableLabel } from '../model/table-label.ts';

/** What may be granted on rows. */
export type RowPrivilege = Exclude<keyof TablePrivileges, 'owner'>;

/** Notes the privileges on rows that the role lacks. Without SELECT there is no plan to be shown: that is refused. */
export function lackPrivileges(
  table: TableFacts,
  needed: readonly RowPrivilege[],
  server: ServerFacts,
  refusals: Refusals,
): void {
  const label = tableLabel(table.table);
  const lacks = needed.filter((privilege) => !table.privileges[privilege]);
  if (lacks.length === 0) return;
  if (lacks.includes('select')) refuseUnread({ table, server }, refusals);
  const missing = lacks.filter((privilege) => privilege !== 'select');
  if (missing.length === 0) return;
  refusals.lack(
    `Changing rows of ${label} needs ${missing.map((each) => each.toUpperCase()).join(' and ')}, which ${server.user} does not have.`,
    `grant ${missing.join(', ')} on ${quotedTable(table.table)} to ${quoted(server.user)};`,
  );
}

/**
 * Only the owner of a table builds and drops its indexes; no GRANT on the table allows it. Membership in the owner
 * does, but that of a superuser would give away the whole server.
 */
export function lackOwner(facts: TableFacts, server: ServerFacts, refusals: Refusals): void {
  lackOwnerTo(`Building an index on ${tableLabel(facts.table)} needs its owner, ${facts.owner}.`, {
    facts,
    server,
    refusals,
  });
}

/** Notes, with the reason, what the owner of a table alone may do. */
export function lackOwnerTo(
  reason: string,
  {
    facts: { owner, ownerGrantable, privileges },
    server: { user },
    refusals,
  }: { readonly facts: TableFacts; readonly server: ServerFacts; readonly refusals: Refusals },
): void {
  if (privileges.owner) return;
  const membership = ownerGrantable ? `, or: grant ${quoted(owner)} to ${quoted(user)};` : '.';
  refusals.lack(reason, `Connect as ${owner}${membership}`);
}

/** An index is made in the schema of its table, where the owner of the table may lack CREATE (42501). */
export function lackIndexing(table: TableFacts, server: ServerFacts, refusals: Refusals): void {
  lackOwner(table, server, refusals);
  // A role that is not the owner has to connect as the owner, whose privileges are others.
  if (table.mayCreate || !table.privileges.owner) return;
  const { schema } = table.table;
  refusals.lack(
    `Building an index on ${tableLabel(table.table)} needs CREATE on schema ${schema}, which ${server.user} does not have.`,
    `As the owner of the schema: grant create on schema ${quoted(schema)} to ${quoted(server.user)};`,
  );
}

/** What is not read would be taken for clean. */
export function refuseUnread(
  { table, server }: { readonly table: TableFacts; readonly server: ServerFacts },
  refusals: Refusals,
): void {
  const message = `Planning reads the rows of ${tableLabel(table.table)}, which ${server.user} may not.`;
  if (table.privileges.select || refusals.all.some((each) => each.message === message)) return;
  const fix = `grant select on ${quotedTable(table.table)} to ${quoted(server.user)};`;
  refusals.add('MSGDB_PERMISSION_DENIED', message, fix);
}
