import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z.object({ name: z.string() });

/** Those of the names that no column of the database has, in whichever case. */
export async function readUnknownColumns(db: Queryable, names: readonly string[]): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `select name
         from jsonb_array_elements_text($1::text::jsonb) with ordinality as given(name, place)
        where not exists (select from pg_catalog.pg_attribute a
                           where lower(a.attname) = lower(given.name) and a.attnum > 0 and not a.attisdropped)
        order by place`,
      [JSON.stringify(names)],
    ),
  );
  return rows.map((row) => rowSchema.parse(row).name);
}
