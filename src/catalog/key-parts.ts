import { z } from 'zod';

/** What a foreign key says of its columns, in its own order; the operator is that of the other column with this one. */
export const keyPartsShape = {
  columns: z.array(z.string()),
  referenced: z.array(z.string()),
  operators: z.array(z.string()),
} as const;

/** SQL of them, for the select list of a query on pg_constraint `k`. */
export const KEY_PARTS = `
           ${namesOf('k.conkey', 'k.conrelid')} as columns,
           ${namesOf('k.confkey', 'k.confrelid')} as referenced,
           to_jsonb(array(select format('operator(%I.%s)', s.nspname, o.oprname)
                   from unnest(k.conpfeqop) with ordinality as part(oid, place)
                   join pg_catalog.pg_operator o on o.oid = part.oid
                   join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
                  order by part.place)) as operators`;

function namesOf(numbers: string, relation: string): string {
  return `to_jsonb(array(select a.attname::text from unnest(${numbers}) with ordinality as part(attnum, place)
                   join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = part.attnum
                  order by part.place))`;
}
