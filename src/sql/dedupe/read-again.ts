import type { Dedupe } from '../../model/dedupe.ts';
import { statement } from '../../model/statement.ts';
import type { Origin } from '../history-schema.ts';
import { OWN } from '../own-schema.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { archiveTable, otherBytes, rowsOf } from '../relation.ts';
import type { BatchStatement } from './statements.ts';

/**
 * At the end of a batch: a trigger AFTER UPDATE or DELETE may have given survivors another value than they took, which the
 * statement that wrote it does not show. The result says in how many rows, by column; nothing is written. Entries are told
 * from those of other jobs by the transaction that has written them.
 */
export function readAgain({ image, merges }: Dedupe, { runId }: Origin): readonly BatchStatement[] {
  if (merges.length === 0 || image.identity.length === 0) return [];
  const keys = image.identity.map(quoteName);
  const counts = merges.map(({ column }) => {
    const name = quoteName(column);
    return `count(*) filter (where ${otherBytes([`a.${name}`], [`t.${name}`])})`;
  });
  return [
    {
      role: 'merged',
      writes: { table: image.table, command: 'update' },
      compared: merges.map(({ column }) => column),
      statement: statement(
        `
      select 0 as rows, jsonb_build_array(${counts.join(', ')}) as differing
        from (select distinct on (${keys.map((key) => `i.${key}`).join(', ')}) i.*
                from ${quoteTable(archiveTable(image))} i join ${OWN}.ledger e on e.id = i.msgdb_ledger
               where i.msgdb_image = 'after' and e.run_id = $1 and e.at >= pg_catalog.now()
                 and e.xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid
               order by ${keys.map((key) => `i.${key}`).join(', ')}, i.msgdb_ledger desc) a
        join ${rowsOf(image)} t on ${keys.map((key) => `t.${key} = a.${key}`).join(' and ')}`,
        [runId],
      ),
    },
  ];
}
