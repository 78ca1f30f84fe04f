import { type Queryable, statement } from '../model/statement.ts';

/** Of some functions' names, those of which no version is IMMUTABLE: an index takes none of them. */
export async function readUnstable(db: Queryable, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await db.query(
    statement(
      `select p.proname::text as name from pg_catalog.pg_proc p
        where p.proname in (select jsonb_array_elements_text($1::text::jsonb))
        group by p.proname having not bool_or(p.provolatile = 'i') order by 1`,
      [JSON.stringify(names)],
    ),
  );
  return rows.map((row) => String(row.name));
}
