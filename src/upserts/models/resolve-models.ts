import { columnTarget } from '../sql/parse-target.ts';
import { renameTarget } from '../sql/rename-target.ts';
import type { Assignment, TableRef, Target, Upsert } from '../upsert.ts';
import { conventionalTables, snakeCase } from './conventions.ts';
import type { Model, Models } from './models.ts';

/** The upsert with the table and columns that its class stands for; one of which nothing is known becomes dynamic. */
export function resolveModels(upsert: Upsert, models: Models): Upsert {
  if (upsert.table.kind !== 'model') return upsert;
  const { framework, name } = upsert.table;
  // Files are searched for a class by its own name, without its module's.
  const found = models.find(framework, name.split('::').at(-1) ?? name);
  const model = found === 'several' ? undefined : found;
  const names = model?.table === undefined ? conventionalTables(framework, name) : [model.table];
  const table: TableRef =
    found === 'several' || names.length === 0
      ? {
          kind: 'dynamic',
          reason: found === 'several' ? `several models are called ${name}` : `no model ${name} is in the source`,
        }
      : { kind: 'named', schema: model?.schema, names };
  const column = (attribute: string): string => model?.columns.get(attribute) ?? attribute;
  if (upsert.kind !== 'on-conflict') return { ...upsert, table, key: upsert.key.map(column) };
  const { action, inserted } = upsert;
  const assign = (each: Assignment): Assignment => ({ ...each, column: column(each.column) });
  return {
    ...upsert,
    table,
    inserted: inserted?.map(column),
    target: resolveTarget(upsert.target, model, column),
    action: action.kind === 'update' ? { kind: 'update', assigned: action.assigned?.map(assign) } : action,
  };
}

function resolveTarget(target: Target, model: Model | undefined, column: (attribute: string) => string): Target {
  if (target.kind === 'key') return renameTarget(target, column);
  if (target.kind !== 'prisma-unique') return target;
  // One of them names the key; the others are conditions that the row found has to meet besides.
  const unique = target.names.find((name) => model?.uniques.has(name)) ?? '';
  const fields = model?.uniques.get(unique);
  if (fields) return columnTarget(fields.map(column));
  if (model) return { kind: 'dynamic', reason: `the schema has no unique key ${target.names.join(' or ')}` };
  return {
    kind: 'dynamic',
    reason: 'no schema.prisma with its model is among the files looked at: name its folder too',
  };
}

/** Spellings to try for a column that a class calls so: frameworks write `userId` as `user_id`. */
export function spellingsOf(column: string): readonly string[] {
  return [...new Set([column, snakeCase(column)])];
}
