import type { MadePart, ObjectAct } from '../../../model/object-change.ts';
import { stateOfName, type World } from '../world.ts';
import { findRelation, missingSchema, placeOfNew, type Refusal, refusal, whyGone, whyOpen } from './find-object.ts';
import { judgeColumn } from './judge-column.ts';
import { judgeIndexName, judgeKeyName } from './judge-name.ts';
import { labelOf, type StockObject } from './stock.ts';

/** ADD COLUMN, ADD CONSTRAINT. */
export function judgePart(
  world: World,
  { table: written, part, ifNotExists }: Extract<ObjectAct, { do: 'add-part' }>,
): Refusal | undefined {
  const table = findRelation(world, written);
  if (!table) return undefined;
  if (part.kind === 'column') {
    if (ifNotExists || !table.columns.has(part.name) || table.label !== undefined) return undefined;
    return refusal(`column ${part.name} of ${table.name} is there already`, '42701', whyGone(world, written.name));
  }
  if (part.kind === 'generated') return undefined;
  const using = part.kind === 'key' && part.using !== undefined;
  const missing = using ? undefined : firstOf(part.columns, (column) => judgeColumn(world, written, column));
  if (missing) return missing;
  if (part.kind === 'key' && part.primary) {
    const found = primaryOf(world, table);
    if (found)
      return refusal(`${table.name} has a primary key already: ${found.name}`, '42P16', whyOpen(world, written));
  }
  if (part.kind === 'foreign-key') return judgeReferenced(world, part);
  return part.kind === 'key' && !ifNotExists ? judgeKeyName(world, table, part) : undefined;
}

function judgeReferenced(
  world: World,
  { parent, referenced }: Extract<MadePart, { kind: 'foreign-key' }>,
): Refusal | undefined {
  return firstOf(referenced ?? [], (column) => judgeColumn(world, parent, column));
}

export function primaryOf({ stock }: World, table: StockObject): StockObject | undefined {
  return [...stock.objects.values()].find((each) => each.primary && each.table === table.id);
}

/** CREATE TABLE: its name is looked at elsewhere, unless PostgreSQL has given it to an index or a sequence. */
export function judgeTable(
  world: World,
  { table, ifNotExists, parts, open }: Extract<ObjectAct, { do: 'make-table' }>,
): Refusal | undefined {
  const schema = missingSchema(world, table);
  if (schema) return schema;
  const there = { schema: placeOfNew(world, table), name: table.name };
  const taken = findRelation(world, there);
  if (taken && ifNotExists) return undefined;
  if (taken && stateOfName(world, there) === 'free')
    return refusal(`${labelOf(world.stock, taken)} is there already`, '42P07', whyGone(world, there.name));
  const columns = parts.flatMap((part) => (part.kind === 'column' ? [part.name] : []));
  const twice = columns.find((name, place) => columns.indexOf(name) !== place);
  if (twice !== undefined) return refusal(`the table has two columns ${twice}`, '42701');
  if (parts.filter((part) => part.kind === 'key' && part.primary).length > 1)
    return refusal('the table has two primary keys', '42P16');
  return firstOf(parts, (part) => {
    if (part.kind === 'column' || part.kind === 'generated') return undefined;
    const unknown = open ? undefined : part.columns.find((column) => !columns.includes(column));
    // A CHECK may name the table, or a system column.
    if (unknown !== undefined && part.kind !== 'check') return refusal(`the table has no column ${unknown}`, '42703');
    if (part.kind === 'key' && part.name !== undefined) {
      const named = judgeIndexName(world, there.schema, part.name, 'by any');
      if (named) return named;
    }
    const own = part.kind === 'foreign-key' && part.parent.name === table.name && part.parent.schema === table.schema;
    return part.kind === 'foreign-key' && !own ? judgeReferenced(world, part) : undefined;
  });
}

export function firstOf<T>(each: readonly T[], judge: (one: T) => Refusal | undefined): Refusal | undefined {
  for (const one of each) {
    const found = judge(one);
    if (found) return found;
  }
  return undefined;
}
