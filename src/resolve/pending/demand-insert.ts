import type { Basis, Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { goneIndexes } from './demand-foreign-key.ts';
import { demandOf } from './demand-of.ts';
import { insertedBefore, withColumns } from './follow-insert.ts';
import type { At } from './place.ts';
import { basisOf, findKnown, type KnownTable, type World } from './world.ts';

/** Rows that are inserted must not have the keys of others. Of a table that the scripts make nothing is known. */
export function demandInsert(
  world: World,
  { table: name, written }: Extract<Change, { kind: 'insert' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, name);
  if (!table?.origin || written === undefined) return [];
  const before = insertedBefore(table);
  const rows = written === 'open' ? written : withColumns(table, written);
  const exact = before !== undefined && before !== 'open';
  const known = exact ? { ...table, more: undefined } : table;
  const reason = whyOpen(world, table);
  const basis: Basis = reason === undefined ? basisOf(world, known) : { kind: 'unresolved', reason };
  const ask = {
    kind: 'insert',
    before: exact ? before : undefined,
    written: rows,
    gone: goneIndexes(world, table),
  } as const;
  return [demandOf(table, at, { ask, basis }, 'nothing')];
}

function whyOpen({ links }: World, { id, name, columns, where }: KnownTable): string | undefined {
  if (where.length > 0) return `an earlier statement removes rows of ${name.name}`;
  const changed = [...columns].find(([column, known]) => known.kind !== 'present' || known.column !== column);
  if (changed) return `an earlier statement makes or changes ${name.name}.${changed[0]}`;
  if (links.uniques.some(({ table }) => table === id)) return `an earlier statement makes a unique key of ${name.name}`;
  const trigger = links.triggers.find(
    ({ table, before, events }) => table === id && before && events.includes('insert'),
  );
  if (trigger) return `the trigger ${trigger.name} may change what is inserted`;
  const rule = links.rules.some(({ table, command }) => table === id && command === 'insert');
  return rule ? `a rule of ${name.name} may do something else` : undefined;
}
