import type { Queryable } from '../model/statement.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

/**
 * Reads the publications because of which an UPDATE or DELETE on tables, or on one of their partitions, fails (55000): it
 * has no replica identity.
 */
export async function readBlockedPublications(db: Queryable, oids: readonly number[]): Promise<ByTable<string>> {
  // The view knows the tables that are published by themselves, with their schema (15), or with all others.
  return await readOfEach(
    db,
    oids,
    `
    select distinct asked.oid::bigint as asked, p.pubname::text as name
      from ${ASKED}
      cross join pg_catalog.pg_publication p
      join pg_catalog.pg_publication_tables l on l.pubname = p.pubname
      join pg_catalog.pg_namespace m on m.nspname = l.schemaname
      join pg_catalog.pg_class k on k.relnamespace = m.oid and k.relname = l.tablename
     where (p.pubdelete or p.pubupdate)
       and (k.oid = asked.oid or k.oid in (select relid from pg_catalog.pg_partition_tree(asked.oid)))
       -- n: nothing; d: the primary key; i: an index, which may have been dropped.
       and (k.relreplident = 'n' or (k.relreplident in ('d', 'i') and not exists (
             select from pg_catalog.pg_index i
              where i.indrelid = k.oid
                and case k.relreplident when 'd' then i.indisprimary else i.indisreplident end)))
     order by 2`,
    ({ name }) => String(name),
  );
}
