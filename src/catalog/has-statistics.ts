import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';

/** Was the table analysed, as far as the role may see it? */
export async function hasStatistics(db: Queryable, { schema, name }: TableName): Promise<boolean> {
  const [row] = await db.query(
    statement('select exists (select from pg_catalog.pg_stats where schemaname = $1 and tablename = $2) as analysed', [
      schema,
      name,
    ]),
  );
  return row?.analysed === true;
}
