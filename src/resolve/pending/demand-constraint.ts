import type { Ask, Basis, Demand } from '../../model/demand.ts';
import type { Change, WrittenConstraint } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';
import { demandForeignKey } from './demand-foreign-key.ts';
import { askUnique, indexOf, joined, missingTable } from './demand-index.ts';
import { hasConstraint } from './demand-name.ts';
import { demandOf } from './demand-of.ts';
import { withColumn } from './follow-column.ts';
import type { At } from './place.ts';
import { contentOf, substitute } from './substitute.ts';
import { basisOf, emptyTable, findKnown, type KnownTable, newName, type World } from './world.ts';

type ConstraintChange = Extract<
  Change,
  { kind: 'add-constraint' | 'add-column' | 'create-table' | 'validate-constraint' }
>;

/** What a constraint needs that a statement adds, alone or with its column. */
export function demandConstraint(world: World, change: ConstraintChange, at: At): readonly Demand[] {
  if (change.kind === 'create-table') return demandReferences(world, change, at);
  const table = findKnown(world, change.table);
  if (!table) {
    const added = change.kind === 'add-constraint' ? change.constraint : undefined;
    return [missingTable(world, change.table, at, added?.kind === 'unique' ? added : undefined)];
  }
  if (change.kind === 'validate-constraint') {
    const added = table.notValid.get(change.name);
    if (added) return demandEach(world, table, added, false, at).map(withoutLock);
    const valid = world.links.constraints.some(({ table: id, name }) => id === table.id && name === change.name);
    const basis: Basis = valid
      ? { kind: 'holds', reason: `${change.name} is valid already` }
      : {
          kind: 'unresolved',
          reason: `${table.name.name} has no constraint ${change.name}, and no earlier statement adds it`,
        };
    return [demandOf(table, at, { ask: { kind: 'index' }, basis }, 'nothing')];
  }
  if (change.kind === 'add-constraint') {
    const there = hasConstraint(world, table, change.constraint);
    // Where the name is taken nothing else matters: the statement fails by it, or is passed over.
    if (there && (change.ifNotExists || change.constraint.kind !== 'unique')) return [];
    return demandEach(world, table, change.constraint, change.notValid, at);
  }
  const { column } = change;
  if (table.columns.has(column.name)) return [];
  const widened = withColumn(table, change, at.where);
  return column.constraints.flatMap((each) => demandEach(world, widened, each, false, at));
}

/** The rows of a new table break nothing: there are none. What it refers to must be fit for it. */
function demandReferences(
  world: World,
  { table, foreignKeys, columns, ifNotExists }: Extract<Change, { kind: 'create-table' }>,
  at: At,
): readonly Demand[] {
  const name = newName(world, table);
  if (ifNotExists && findKnown(world, name)) return [];
  const made: KnownTable = {
    ...emptyTable(tableId(name), name),
    types: new Map(columns.map((column) => [column.name, column.type])),
    empty: 'the table is new',
  };
  return foreignKeys.flatMap((key) => {
    const parent = findKnown(world, key.parent);
    return parent?.origin ? [demandForeignKey(world, made, key, at)] : [];
  });
}

/** VALIDATE CONSTRAINT keeps nobody from writing. */
function withoutLock(demand: Demand): Demand {
  return { ...demand, build: { ...demand.build, blocks: 'nothing' } };
}

function demandEach(
  world: World,
  table: KnownTable,
  constraint: WrittenConstraint,
  notValid: boolean,
  at: At,
): readonly Demand[] {
  switch (constraint.kind) {
    case 'unique': {
      const index = indexOf(world, table, constraint.name, false);
      const unique = demandOf(table, at, askUnique(world, table, constraint, index), 'reads and writes');
      const named = { ...unique, index };
      if (constraint.as !== 'primary key') return [named];
      const columns = constraint.parts.flatMap((part) => ('column' in part ? [part.column] : []));
      return [named, ...columns.map((column) => demandNotNull(world, table, column, at))];
    }
    case 'not-null':
      return notValid ? [] : [demandNotNull(world, table, constraint.column, at)];
    case 'check': {
      if (notValid) return [];
      const condition = substitute(constraint.expression, table);
      const violating = 'sql' in condition ? `(${condition.sql}) is false` : condition;
      const { expression, noInherit } = constraint;
      const asked = { as: 'check', rule: expression.text, sqlstate: '23514', heirs: !noInherit } as const;
      return [demandRows(world, table, at, { ...asked, violating })];
    }
    case 'foreign-key':
      return notValid ? [] : [demandForeignKey(world, table, constraint, at)];
    case 'exclude':
      return [
        demandOf(
          table,
          at,
          { ask: { kind: 'index' }, basis: openUnlessEmpty(world, table, 'an EXCLUDE constraint is not looked into') },
          'reads and writes',
        ),
      ];
  }
}

function openUnlessEmpty(world: World, table: KnownTable, reason: string): Basis {
  const basis = basisOf(world, table);
  return basis.kind === 'holds' ? basis : { kind: 'unresolved', reason };
}

function demandNotNull(world: World, table: KnownTable, column: string, at: At): Demand {
  const known = table.columns.get(column);
  const asked = { as: 'not-null', rule: column, sqlstate: '23502', heirs: true } as const;
  if (known?.kind === 'null') return demandRows(world, table, at, { ...asked, violating: 'true' });
  if (known?.kind === 'constant' && !/^\(?\s*null\b/i.test(known.sql)) {
    return demandOf(
      table,
      at,
      {
        ask: { kind: 'rows', ...asked, violating: 'false' },
        basis: { kind: 'holds', reason: `${column} has a value in each row` },
      },
      'nothing',
    );
  }
  if (known?.kind === 'distinct') {
    const holds: Basis = { kind: 'holds', reason: `${column} gets a value in each row` };
    return demandOf(
      table,
      at,
      { ask: { kind: 'rows', ...asked, violating: 'false' }, basis: holds },
      'reads and writes',
    );
  }
  const value = contentOf(known, column, table);
  const violating = typeof value === 'string' ? `${value} is null` : value;
  return demandRows(world, table, at, { ...asked, violating });
}

/** What rows are asked for; of one that cannot be said why. */
type RowRule = Omit<Extract<Ask, { kind: 'rows' }>, 'kind' | 'violating'> & {
  readonly violating: string | { readonly unresolved: string };
};

/** That no row is in a condition. */
export function demandRows(world: World, table: KnownTable, at: At, { violating, ...rule }: RowRule): Demand {
  const basis = basisOf(world, table);
  const resolved = typeof violating === 'string' ? violating : 'false';
  const ask: Ask = { kind: 'rows', ...rule, violating: joined([...table.where, resolved]) ?? resolved };
  const open = typeof violating !== 'string' && basis.kind !== 'holds' ? violating.unresolved : undefined;
  return demandOf(
    table,
    at,
    { ask, basis: open === undefined ? basis : { kind: 'unresolved', reason: open } },
    'reads and writes',
  );
}
