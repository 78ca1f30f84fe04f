import { z } from 'zod';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { readDomainColumns } from '../../catalog/read-domain-columns.ts';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import { quoted } from '../../model/name.ts';
import type { WrittenExpression } from '../../model/pending.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { countViolations } from '../../sql/pending/violations.ts';
import { findingOn, type Seen } from './looked.ts';

/** Do the columns of a domain hold what it is to refuse? */
export async function lookAtDomain(
  db: Queryable,
  demand: Demand & { readonly ask: Extract<Ask, { kind: 'domain' }> },
): Promise<Seen> {
  const { domain, check } = demand.ask;
  const columns = await readDomainColumns(db, domain);
  const nested = columns.find((each) => each.nested);
  for (const { table, column } of columns.filter((each) => !each.nested)) {
    const condition = check ? `(${valueAs(check, column)}) is false` : `${quoted(column)} is null`;
    await parseExpression(condition);
    const [row] = await db.query(countViolations({ table, partitioned: false, condition, identity: [] }));
    const { rows } = z.object({ rows: z.coerce.number() }).parse(row);
    if (rows === 0) continue;
    const [what, sqlstate] = check ? [`${check.text} is false`, '23514'] : ['it is NULL', '23502'];
    const detail = `${countOf(rows, 'row')} of ${tableLabel(table)} where ${what} for ${column}`;
    const fix = 'Change these values first, or add the constraint as NOT VALID and validate it once they are mended.';
    const message = `The statement will fail (${sqlstate}): ${detail}.`;
    return { status: 'fails', detail, rows, findings: [findingOn(demand, 'MSGDB_ROWS_VIOLATE', message, { fix })] };
  }
  if (nested)
    return {
      status: 'unresolved',
      detail: `${tableLabel(nested.table)}.${nested.column} is made of it, and not looked into`,
    };
  return { status: 'ok', detail: `no value of ${countOf(columns.length, 'column')} breaks it` };
}

/** VALUE is what the column holds. */
function valueAs({ text, uses }: WrittenExpression, column: string): string {
  return uses
    .toReversed()
    .filter((use) => use.column === 'value')
    .reduce((sql, { start, end }) => sql.slice(0, start) + quoted(column) + sql.slice(end), text);
}
