import type { Relation } from '../../catalog/read-relations.ts';
import type { TableName } from '../../model/facts.ts';
import { showName } from '../../sql/show-name.ts';
import type { TableRef } from '../upsert.ts';

export type FoundTable =
  | { readonly kind: 'found'; readonly table: TableName }
  | { readonly kind: 'unresolved'; readonly reason: string; readonly remedy?: string };

/** The table that source code means: in the schema it names, else the first of the search path that has it. */
export function findTable(ref: TableRef, relations: readonly Relation[]): FoundTable {
  if (ref.kind === 'dynamic') return { kind: 'unresolved', reason: ref.reason };
  if (ref.kind === 'model') {
    const remedy = `Name the file with the model ${ref.name} among the paths too`;
    return { kind: 'unresolved', reason: `no model ${ref.name} is in the source`, remedy };
  }
  for (const name of ref.names) {
    const named = relations.filter((relation) => relation.name === name);
    const found =
      ref.schema === undefined
        ? named.filter(({ place }) => place !== undefined).toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0))[0]
        : named.find(({ schema }) => schema === ref.schema);
    if (found) return found.usable ? { kind: 'found', table: { schema: found.schema, name: found.name } } : shut(found);
  }
  const wanted = [ref.schema, ref.names[0]].filter(Boolean).join('.');
  const others = relations.filter(({ name }) => ref.names.includes(name));
  const elsewhere = others.filter(({ usable }) => usable).map(({ schema }) => schema);
  const [hidden] = others;
  if (hidden && elsewhere.length === 0 && ref.schema === undefined) return shut(hidden);
  if (elsewhere.length > 0 && ref.schema === undefined) {
    return {
      kind: 'unresolved',
      reason: `${wanted} is not on the search path; it is in ${elsewhere.join(' and ')}: use --schema ${elsewhere[0]}`,
      remedy: `Run it with --schema ${elsewhere[0]}, or write ${elsewhere[0]}.${ref.names[0]} in the statement`,
    };
  }
  const named = ref.schema === undefined ? 'name its schema with --schema' : 'correct the name';
  return {
    kind: 'unresolved',
    reason: `the database has no table ${wanted}`,
    remedy: `Create the table (--with-pending counts pending migrations), ${named}`,
  };
}

/** A schema without USAGE is not on the search path, and what is in it cannot be asked for. */
function shut({ schema, name }: Relation): FoundTable {
  const grant = `grant usage on schema ${showName(schema)} to the role`;
  return {
    kind: 'unresolved',
    reason: `this role may not use the schema ${schema}, where ${name} is: ${grant}`,
    remedy: `Run \`${grant}\``,
  };
}
