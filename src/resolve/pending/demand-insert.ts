import type { Basis, Demand, InsertParent } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { goneIndexes } from './demand-foreign-key.ts';
import { demandOf } from './demand-of.ts';
import { insertedBefore, withColumns } from './follow-insert.ts';
import type { KnownKey } from './known-links.ts';
import type { At } from './place.ts';
import { basisOf, findById, findKnown, type KnownTable, type World } from './world.ts';

/** Rows that are inserted must not have the keys of others, and be what the table asks for. */
export function demandInsert(
  world: World,
  { table: name, written }: Extract<Change, { kind: 'insert' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, name);
  if (!table || written === undefined) return [];
  const { made } = table;
  if (!table.origin && (made === undefined || written === 'open')) return [];
  const before = insertedBefore(table);
  const rows = written === 'open' ? written : withColumns(table, written);
  const exact = before !== undefined && before !== 'open';
  const known = exact ? { ...table, more: undefined } : table;
  const reason = whyOpen(world, table);
  if (!table.origin && (reason !== undefined || before === 'open')) return [];
  const basis: Basis = reason === undefined ? basisOf(world, known) : { kind: 'unresolved', reason };
  const ask = {
    kind: 'insert',
    before: exact ? before : undefined,
    written: rows,
    gone: goneIndexes(world, table),
    asked: table.asked,
    named: world.links.constraints.flatMap((each) => (each.table === table.id ? [each.name] : [])),
    nullable: [...table.nullable],
    filled: Object.fromEntries(table.filled),
    made: table.origin ? undefined : made,
    empty: basis.kind === 'holds',
    parents: parentsOf(world, table, at),
  } as const;
  return [demandOf(table, at, { ask, basis }, 'nothing')];
}

function whyOpen({ links }: World, { id, name, columns, where }: KnownTable): string | undefined {
  if (where.length > 0) return `an earlier statement removes rows of ${name.name}`;
  const changed = [...columns].find(([column, known]) => known.kind !== 'present' || known.column !== column);
  if (changed) return `an earlier statement makes or changes ${name.name}.${changed[0]}`;
  const trigger = links.triggers.find(
    ({ table, before, events }) => table === id && before && events.includes('insert'),
  );
  if (trigger) return `the trigger ${trigger.name} may change what is inserted`;
  const rule = links.rules.some(({ table, command }) => table === id && command === 'insert');
  return rule ? `a rule of ${name.name} may do something else` : undefined;
}

/** What a script says that leaves foreign keys unasked. */
const UNASKED = /\bsession_replication_role\b|\bdisable\s+trigger\b/i;

/** The tables that the rows refer to, where all of the rows are known that they have by then. */
function parentsOf(world: World, table: KnownTable, { script }: At): readonly InsertParent[] {
  if (script.statements.some(({ text }) => UNASKED.test(text))) return [];
  return world.links.keys.flatMap((key) =>
    key.table === table.id && !key.deferred ? parentOf(world, table, key) : [],
  );
}

function parentOf(world: World, table: KnownTable, { name, columns, parent: id, referenced }: KnownKey) {
  const parent = findById(world, id);
  if (!parent) return [];
  const written = insertedBefore(parent);
  const basis = basisOf(world, { ...parent, more: undefined });
  const changed = referenced.some((column) => {
    const known = parent.columns.get(column);
    return parent.origin && (known?.kind !== 'present' || known.column !== column);
  });
  if (written === 'open' || basis.kind === 'unresolved' || changed || (!parent.origin && !parent.made)) return [];
  const label = name ?? `the foreign key of ${columns.join(', ')}`;
  return [
    {
      name: label,
      table: basis.kind === 'holds' ? undefined : parent.origin,
      columns,
      referenced,
      written,
      self: parent.id === table.id,
      types: Object.fromEntries((parent.made ?? []).map((each) => [each.name, each.type])),
    },
  ];
}
