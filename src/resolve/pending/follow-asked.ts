import type { Change, WrittenConstraint } from '../../model/pending.ts';
import type { KnownTable } from './world.ts';

type Asking = Extract<
  Change,
  {
    kind:
      | 'add-column'
      | 'drop-column'
      | 'rename-column'
      | 'retype-column'
      | 'alter-column'
      | 'add-constraint'
      | 'adopt-index'
      | 'drop-constraint'
      | 'rename-constraint'
      | 'build-index';
  }
>;

/** The table with what it asks of new rows from here on. */
export function withAsked(table: KnownTable, change: Asking): KnownTable {
  const { asked } = table;
  switch (change.kind) {
    case 'add-constraint': {
      const { constraint } = change;
      if (constraint.kind !== 'not-null') return { ...table, asked: [...asked, constraint] };
      return { ...table, asked: [...asked, constraint], nullable: without(table.nullable, constraint.column) };
    }
    case 'build-index':
      return change.unique ? { ...table, asked: [...asked, change.unique] } : table;
    case 'drop-constraint':
      // One without a name has been given one by PostgreSQL.
      return { ...table, asked: asked.filter((each) => nameOf(each) !== undefined && nameOf(each) !== change.name) };
    case 'rename-constraint':
      return { ...table, asked: asked.flatMap((each) => renamed(each, change)) };
    case 'alter-column':
      return altered(table, change);
    case 'adopt-index':
      return table;
    default:
      // The names of its columns are not what they were.
      return { ...table, asked: [], made: undefined };
  }
}

function nameOf(constraint: WrittenConstraint): string | undefined {
  return constraint.kind === 'not-null' ? '' : constraint.name;
}

function renamed(
  constraint: WrittenConstraint,
  { from, to }: Extract<Change, { kind: 'rename-constraint' }>,
): readonly WrittenConstraint[] {
  if (constraint.kind === 'not-null') return [constraint];
  if (constraint.name === undefined) return [];
  return constraint.name === from ? [{ ...constraint, name: to }] : [constraint];
}

function altered(table: KnownTable, { column, now }: Extract<Change, { kind: 'alter-column' }>): KnownTable {
  if (now !== 'nullable') return { ...table, filled: new Map([...table.filled, [column, now === 'filled']]) };
  return {
    ...table,
    nullable: new Set([...table.nullable, column]),
    asked: table.asked.filter((each) => each.kind !== 'not-null' || each.column !== column),
  };
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((each) => each !== name));
}
