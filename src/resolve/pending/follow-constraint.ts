import type { Change, WrittenForeignKey } from '../../model/pending.ts';
import { followIndex, freeName, nameIndexes, takeName } from './follow-names.ts';
import { dropLinkedConstraint, renameLinkedConstraint } from './known-links.ts';
import { findKnown, type KnownTable, put, type World } from './world.ts';

/** The table after a change of one of its constraints. */
export function afterConstraintOf(
  world: World,
  table: KnownTable,
  change: Extract<Change, { kind: 'add-constraint' | 'adopt-index' | 'rename-constraint' | 'drop-constraint' }>,
): KnownTable {
  switch (change.kind) {
    case 'add-constraint':
      nameIndexes(world, table, [change.constraint]);
      if (change.constraint.kind === 'foreign-key') linkKey(world, table.id, change.constraint);
      return afterConstraint(table, change);
    case 'adopt-index': {
      const { schema } = table.name;
      freeName(world, { schema, name: change.index }, 'renamed');
      takeName(world, { schema, name: change.as }, { id: table.id, columns: [] });
      return table;
    }
    case 'rename-constraint':
      // The index of a constraint has the constraint's name.
      followIndex(world, { kind: 'rename-index', index: { ...table.name, name: change.from }, to: change.to });
      renameLinkedConstraint(world.links, table.id, change.from, change.to);
      return table;
    case 'drop-constraint':
      freeName(world, { schema: table.name.schema, name: change.name });
      dropLinkedConstraint(world.links, table.id, change.name);
      return table;
  }
}

/** The table after a partition, or an heir, has come or gone. */
export function afterHeir(
  world: World,
  table: KnownTable,
  change: Extract<Change, { kind: 'attach' | 'detach' }>,
  where: string,
): KnownTable {
  const heir = findKnown(world, change.heir)?.id ?? '';
  const others = world.links.heirs.filter((each) => each.parent !== table.id || each.table !== heir);
  const label = table.name.name;
  if (change.kind === 'detach') {
    world.links.heirs = others;
    return { ...table, fewer: table.fewer ?? `a part of ${label} is detached ${where}` };
  }
  world.links.heirs = [...others, { table: heir, parent: table.id, partition: change.partition, bound: change.bound }];
  return { ...table, more: table.more ?? `a partition is attached to ${label} ${where}` };
}

/** A foreign key is there from here on. */
export function linkKey(
  world: World,
  table: string,
  { name, columns, parent, referenced, deferred, onDelete, onUpdate }: WrittenForeignKey,
): void {
  const known = findKnown(world, parent);
  if (!known) return;
  // Without its columns it refers to the primary key, whatever that is.
  const all = referenced ?? [...known.columns.keys()];
  world.links.keys = [
    ...world.links.keys,
    { name, table, columns, parent: known.id, referenced: all, deferred, onDelete, onUpdate },
  ];
}

/** A constraint is there, NOT VALID. */
export function leaveOpen(world: World, change: Extract<Change, { kind: 'add-constraint' }>): void {
  const table = findKnown(world, change.table);
  if (table) put(world, afterConstraint(table, { ...change, notValid: true }));
}

/** NOT VALID is looked at when it is validated. */
function afterConstraint(
  table: KnownTable,
  { constraint, notValid }: Extract<Change, { kind: 'add-constraint' }>,
): KnownTable {
  const name = 'name' in constraint ? constraint.name : undefined;
  if (!notValid || name === undefined) return table;
  return { ...table, notValid: new Map([...table.notValid, [name, constraint]]) };
}
