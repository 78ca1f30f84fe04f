import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { tableLabel } from '../model/table-label.ts';
import { adviseOnRowSecurity } from './row-security.ts';

/**
 * A check that sees part of a table would say "clean" of what it has not seen.
 * @throws MsgdbError MSGDB_ROWS_HIDDEN, MSGDB_PERMISSION_DENIED
 */
export function refuseHiddenRows(facts: TableFacts): void {
  const label = tableLabel(facts.table);
  if (!facts.privileges.select) {
    throw new MsgdbError('MSGDB_PERMISSION_DENIED', {
      what: `The role may not read ${label}.`,
      fix: `grant select on ${label} to the role.`,
    });
  }
  if (facts.rowSecurityActive) {
    throw new MsgdbError('MSGDB_ROWS_HIDDEN', {
      what: `Row-level security hides rows of ${label} from this role.`,
      fix: adviseOnRowSecurity(facts),
    });
  }
}
