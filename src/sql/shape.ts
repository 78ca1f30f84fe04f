import type { TableShape } from '../model/dedupe.ts';
import { statement } from '../model/statement.ts';
import type { BatchStatement } from './dedupe/statements.ts';
import { quoteLiteral, quoteTable } from './quote.ts';

/**
 * SQL: 64 bits of what decides whether the rows of a table can be put back: its columns with their types, and the foreign keys
 * that refer to it, to its partitions or to a table above it, whose ON DELETE would take their rows along. By names, so that
 * a copy of the database has the same; `oid` is SQL.
 */
export function shapeOf(oid: string): string {
  return `
      (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
         from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                        collate pg_catalog."C" as part
                 from pg_catalog.pg_attribute a
                 join pg_catalog.pg_type t on t.oid = a.atttypid
                 join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
                where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped
                union all
               select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
                 from pg_catalog.pg_constraint k
                 join pg_catalog.pg_class kc on kc.oid = k.conrelid
                 join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
                where k.contype = 'f' and k.conparentid = 0
                  and k.confrelid in (select ${oid}
                                       union select relid from pg_catalog.pg_partition_ancestors(${oid})
                                       union select relid from pg_catalog.pg_partition_tree(${oid}))) parts)`.trim();
}

/**
 * At the end of a batch, which has locked by then all that it removed rows from: these tables are what they were when the
 * removal was resolved. A column that was added since is not in the archive; a foreign key that was, may have removed
 * rows that nobody knew of.
 */
export function assertShapes(shapes: readonly TableShape[]): readonly BatchStatement[] {
  const [first] = shapes;
  if (!first) return [];
  const known = shapes.map(({ table, shape }) => `(${quoteLiteral(quoteTable(table))}, ${quoteLiteral(shape)})`);
  return [
    {
      role: 'assert-none',
      statement: statement(`
      select count(*) as rows
        from (select pg_catalog.to_regclass(name)::oid as oid, shape
                from (values ${known.join(', ')}) listed(name, shape)) known
       where shape is distinct from ${shapeOf('known.oid')}`),
      message: `The columns of ${shapes.map(({ table }) => table.name).join(' or ')}, or the foreign keys that refer to it, have changed since msgdb looked at them; the batch was undone.`,
      fix: 'Run the same command again: it makes a new plan.',
    },
  ];
}
