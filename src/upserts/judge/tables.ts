import type { Relation } from '../../catalog/read-relations.ts';
import type { TableName } from '../../model/facts.ts';
import type { TableRef } from '../upsert.ts';

export type FoundTable =
  | { readonly kind: 'found'; readonly table: TableName }
  | { readonly kind: 'unresolved'; readonly reason: string };

/** The table that source code means: in the schema it names, else the first of the search path that has it. */
export function findTable(ref: TableRef, relations: readonly Relation[]): FoundTable {
  if (ref.kind === 'dynamic') return { kind: 'unresolved', reason: ref.reason };
  if (ref.kind === 'model') return { kind: 'unresolved', reason: `no model ${ref.name} is in the source` };
  for (const name of ref.names) {
    const named = relations.filter((relation) => relation.name === name);
    const found =
      ref.schema === undefined
        ? named.filter(({ place }) => place !== undefined).toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0))[0]
        : named.find(({ schema }) => schema === ref.schema);
    if (found) return { kind: 'found', table: { schema: found.schema, name: found.name } };
  }
  const wanted = [ref.schema, ref.names[0]].filter(Boolean).join('.');
  const elsewhere = relations.filter(({ name }) => ref.names.includes(name)).map(({ schema }) => schema);
  return {
    kind: 'unresolved',
    reason:
      elsewhere.length > 0 && ref.schema === undefined
        ? `${wanted} is not on the search path; it is in ${elsewhere.join(' and ')}: use --schema ${elsewhere[0]}`
        : `the database has no table ${wanted}`,
  };
}
