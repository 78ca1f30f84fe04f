import type { TableFacts } from '../model/facts.ts';
import { quotedTable } from '../model/table-label.ts';

/** What lets a role see all rows. FORCE ROW LEVEL SECURITY hides them from the owner of the table too. */
export function adviseOnRowSecurity({ table, owner, rowSecurityForced, privileges }: TableFacts): string {
  if (!rowSecurityForced) return `Connect as ${owner}, the owner of the table, or as a role with BYPASSRLS.`;
  const alter = `alter table ${quotedTable(table)}`;
  const lift = `${alter} no force row level security; afterwards: ${alter} force row level security;`;
  return privileges.owner
    ? `Lift the policies for the owner while msgdb works: ${lift} Or connect as a role with BYPASSRLS.`
    : `Connect as a role with BYPASSRLS; or connect as ${owner}, and lift the policies for the owner while msgdb works: ${lift}`;
}
