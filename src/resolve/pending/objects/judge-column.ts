import type { WrittenName } from '../../../model/written-name.ts';
import type { World } from '../world.ts';
import { findRelation, type Refusal, refusal, whyOpen } from './find-object.ts';

/** A column that is there, and for `own` that belongs to no table above. */
export function judgeColumn(
  world: World,
  written: WrittenName,
  column: string,
  whose: 'any' | 'own' = 'any',
): Refusal | undefined {
  const table = findRelation(world, written);
  if (!table) return undefined;
  if (whose === 'own' && table.inherited.has(column))
    return refusal(`${table.name} has the column ${column} from a table above it`, '42P16');
  const known = table.open || table.columns.has(column) || SYSTEM_COLUMNS.has(column);
  if (known || table.kind === 'sequence' || table.kind === 'index') return undefined;
  // The columns of a view that the scripts make are not followed.
  if (table.label === undefined && table.kind !== 'table') return undefined;
  return refusal(`${table.name} has no column ${column}`, '42703', whyOpen(world, written));
}

/** A column that may become NULL: none of the primary key, and no identity. */
export function judgeNullable(world: World, written: WrittenName, column: string): Refusal | undefined {
  const { stock } = world;
  const table = findRelation(world, written);
  if (table?.kind !== 'table') return undefined;
  const open = whyOpen(world, written);
  const users = stock.dependencies.flatMap(({ from, to, toColumn, kind }) => {
    const object = to === table.id && toColumn === column ? stock.objects.get(from) : undefined;
    return object ? [{ object, kind }] : [];
  });
  // PostgreSQL says this first. The sequence of a serial column is no part of it.
  if (users.some(({ object, kind }) => object.kind === 'sequence' && kind === 'internal'))
    return refusal(`${column} is an identity column of ${table.name}`, '42601', open);
  const key = users.find(({ object }) => object.kind === 'constraint' && object.primary && object.table === table.id);
  return key && refusal(`${column} is in the primary key of ${table.name}`, '42P16', open);
}

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax']);
