import type { Dedupe } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf } from '../relation.ts';
import { orderSql } from '../terms.ts';

/** The rows at some places, survivor first, with every column as text. */
export function sampleRows(
  dedupe: Dedupe,
  places: readonly { readonly tab: string; readonly tid: string }[],
): Statement {
  const columns = dedupe.image.columns.map(({ name }) => `t.${quoteName(name)}::text as ${quoteName(name)}`);
  const order = [...dedupe.order.map(orderSql), 'tableoid', 'ctid'].join(', ');
  return statement(
    `
      select ${columns.join(', ')}
        from (select *, row_number() over (order by ${order}) as msgdb_rank
                from ${rowsOf(dedupe.image)}
               where (tableoid, ctid) in (
                       select (place ->> 'tab')::oid, (place ->> 'tid')::tid
                         from jsonb_array_elements($1::text::jsonb) as place)) t
       order by msgdb_rank`,
    [JSON.stringify(places)],
  );
}
