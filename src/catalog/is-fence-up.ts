import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';
import { type BuildIdentity, buildFingerprint, fenceFunction } from '../sql/scratch.ts';

/** Do the triggers of a build's fence stand on the very table, and fire? A new table of the same name has none. */
export async function isFenceUp(db: Queryable, build: BuildIdentity): Promise<boolean> {
  const { schema, name } = fenceFunction(buildFingerprint(build));
  const [row] = await db.query(
    statement(
      `select count(*) filter (where t.tgrelid = pg_catalog.to_regclass($3)) >= 2 and bool_and(t.tgenabled in ('O', 'A')) as up
         from pg_catalog.pg_proc p
         join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         join pg_catalog.pg_trigger t on t.tgfoid = p.oid
        where n.nspname = $1 and p.proname = $2`,
      [schema, name, quoteTable(build.table)],
    ),
  );
  return row?.up === true;
}
