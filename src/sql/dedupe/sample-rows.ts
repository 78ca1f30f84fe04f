import type { Dedupe } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { survivorOrder } from '../terms.ts';
import { withChildCounts } from './count-children.ts';

/** The rows at some places, survivor first, with every column as text. */
export function sampleRows(
  dedupe: Dedupe,
  places: readonly { readonly tab: string; readonly tid: string }[],
): Statement {
  const columns = dedupe.image.columns.map(({ name }) => `t.${quoteName(name)}::text as ${quoteName(name)}`);
  const rows = `
        (select p.tab as msgdb_tab, p.tid as msgdb_tid, r.*
           from places p join ${rowsOf(dedupe.image)} r on ${sameRow('r', 'p')}) shown`;
  return statement(
    `
      with places as materialized (
        select (place ->> 'tab')::oid as tab, (place ->> 'tid')::tid as tid
          from jsonb_array_elements($1::text::jsonb) as place)
      select ${columns.join(', ')}
        from (select *, row_number() over (order by ${survivorOrder(dedupe.order)}) as msgdb_rank
                from ${withChildCounts(dedupe, rows)}) t
       order by msgdb_rank`,
    [JSON.stringify(places)],
  );
}
