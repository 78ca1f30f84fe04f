import { type Statement, statement } from '../model/statement.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteTable } from './quote.ts';
import { type Restoration, restoreRows, waitingFor } from './restore.ts';
import { changingTriggers } from './triggers.ts';

/**
 * Undoes an entry without anything that looks at the result: what is not as it was when the script was written, or
 * does not come back, raises an exception, and with it nothing of the step is done.
 */
export function restoreInScript(restoration: Restoration): readonly Statement[] {
  const { entry } = restoration;
  return [
    refuseTriggers(restoration),
    restoreRows(restoration),
    refuseRemainder(restoration),
    statement(
      `update ${OWN}.ledger set restored_count = row_count, undone_at = clock_timestamp() where id = $1::text::bigint`,
      [entry.id],
    ),
  ];
}

function refuseTriggers({ entry }: Restoration): Statement {
  const { text, values } = changingTriggers(entry.table, entry.kind === 'removed' ? 'insert' : 'update', entry.runId);
  return statement(
    raiseIf(
      `select from (${text}) found`,
      `a trigger of ${quoteTable(entry.table)} that came after this script was written would change its rows on their way back`,
    ),
    values,
  );
}

function refuseRemainder(restoration: Restoration): Statement {
  return statement(
    raiseIf(
      waitingFor(restoration),
      `rows of ${quoteTable(restoration.entry.table)}, or what they refer to, are no longer what they were left as`,
    ),
    [restoration.entry.id],
  );
}

function raiseIf(query: string, message: string): string {
  return `
      do $msgdb$
      begin
        if exists (${query}) then
          raise exception using message = ${quoteLiteral(`msgdb: ${message}`)},
            hint = 'Nothing of this step was done. Run msgdb rollback instead: it restores what fits and reports the rest.';
        end if;
      end $msgdb$`;
}
