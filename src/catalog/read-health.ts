import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

/** An index that is not valid, and whether somebody is building it. */
export interface InvalidIndex {
  readonly table: string;
  /** As SQL takes it: in quotes and with its schema where it needs them. */
  readonly name: string;
  /** Its bare name. */
  readonly bare: string;
  readonly partitioned: boolean;
  readonly ready: boolean;
  readonly building: boolean;
}

const invalidSchema = z.object({
  table: z.string(),
  name: z.string(),
  bare: z.string(),
  partitioned: z.boolean(),
  ready: z.boolean(),
  building: z.boolean(),
});

/** Reads the indexes that are not valid, in all schemas of users; a partitioned one is so until its parts are attached. */
export async function readInvalidIndexes(db: Queryable): Promise<readonly InvalidIndex[]> {
  const rows = await db.query(
    statement(`
      select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, c.relname as bare,
             c.relkind = 'I' as partitioned, i.indisready as ready,
             exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
               as building
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where not (i.indisvalid and i.indisready and i.indislive) and n.nspname !~ '^pg_'
       order by 1, 2`),
  );
  return rows.map((row) => invalidSchema.parse(row));
}

/** Names of collations whose rules are not those that they had when they were made, or the database was. */
export async function readChangedCollations(db: Queryable, versionNumber: number): Promise<readonly string[]> {
  // The database has a version of its own since 15.
  const database =
    versionNumber < 150_000
      ? ''
      : `union all
      select 'the default of database ' || quote_ident(datname)
        from pg_catalog.pg_database
       where datname = current_database() and datcollversion is distinct from pg_catalog.pg_database_collation_actual_version(oid)`;
  const rows = await db.query(
    statement(`
      select l.oid::regcollation::text as name from pg_catalog.pg_collation l
       where l.collversion is not null and l.collversion <> pg_catalog.pg_collation_actual_version(l.oid)
         and (l.collencoding = -1 or l.collencoding = (select encoding from pg_catalog.pg_database
                                                        where datname = current_database()))
         -- Those that come with the system matter only where a column uses them.
         and exists (select from pg_catalog.pg_attribute a where a.attcollation = l.oid and a.attrelid > 16383)
      ${database}`),
  );
  return rows.map((row) => String(row.name));
}
