import { stateOfName, type World } from '../world.ts';
import { findPart, findRelation, type Refusal, refusal, whyGone } from './find-object.ts';
import { labelOf, type StockObject } from './stock.ts';

/** The index of a table gets this name: no relation of the table's schema may have it. */
export function judgeIndexName(
  world: World,
  schema: string | undefined,
  name: string,
  taken: 'by any' | 'by no present one',
): Refusal | undefined {
  const there = { schema, name };
  const found = findRelation(world, there);
  if (!found) return undefined;
  // Where the database has it under this name, what it is there is looked at with the rows: a failed build may have left it.
  if (taken === 'by no present one' && stateOfName(world, { schema: schema ?? '', name }) === 'present')
    return undefined;
  return refusal(`${labelOf(world.stock, found)} is there already`, '42P07', whyGone(world, name));
}

/** PostgreSQL looks for another constraint of the table when it has found no relation of the name. */
export function judgeKeyName(
  world: World,
  table: StockObject,
  { name, using }: { readonly name: string | undefined; readonly using: string | undefined },
): Refusal | undefined {
  if (name === undefined || name === using) return undefined;
  const relation = judgeIndexName(world, table.schema, name, using === undefined ? 'by no present one' : 'by any');
  if (relation) return relation;
  if (findRelation(world, { schema: table.schema, name })) return undefined;
  const constraint = findPart(world, table, 'constraint', name);
  return constraint && refusal(`constraint ${name} of ${table.name} is there already`, '42710', whyGone(world, name));
}
