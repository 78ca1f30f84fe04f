import type { ColumnDef, Constraint, Node } from 'libpg-query';
import type { MadePart } from '../../../model/object-change.ts';
import { nameOf, stringsOf } from '../read-constraint.ts';
import { typeNamed, usesOf } from './read-uses.ts';

/** A column, with the constraints that are written with it. */
export function partsOfColumn({ colname: name = '', typeName, constraints = [] }: ColumnDef): readonly MadePart[] {
  const serial = /^(?:small|big)?serial[248]?$/.test(stringsOf(typeName?.names).at(-1) ?? '');
  const type = typeName && typeNamed(typeName)[0];
  return [
    { kind: 'column', name, type, serial },
    ...constraints.flatMap((node) => ('Constraint' in node ? partsOfConstraint(node.Constraint, name) : [])),
  ];
}

/** A constraint of a table, or of a column of it. */
export function partsOfConstraint(constraint: Constraint, column?: string): readonly MadePart[] {
  const { conname: name, contype, raw_expr: expression } = constraint;
  const own = column === undefined ? undefined : [column];
  switch (contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      return [
        {
          kind: 'key',
          name,
          columns: own ?? stringsOf(constraint.keys),
          primary: contype === 'CONSTR_PRIMARY',
          using: constraint.indexname,
        },
      ];
    case 'CONSTR_CHECK': {
      const { columns } = usesOf(expression);
      return [{ kind: 'check', name, columns: columns === 'all' ? [] : columns }];
    }
    case 'CONSTR_FOREIGN':
      return [
        {
          kind: 'foreign-key',
          name,
          columns: own ?? stringsOf(constraint.fk_attrs),
          parent: nameOf(constraint.pktable ?? {}),
          referenced: constraint.pk_attrs ? stringsOf(constraint.pk_attrs) : undefined,
        },
      ];
    case 'CONSTR_GENERATED': {
      const { columns } = usesOf(expression);
      return column === undefined || columns === 'all' ? [] : [{ kind: 'generated', column, columns }];
    }
    default:
      return [];
  }
}

/** The parts of a new table. */
export function partsOfTable(elements: readonly Node[]): readonly MadePart[] {
  const parts = elements.flatMap((node) => {
    if ('ColumnDef' in node) return partsOfColumn(node.ColumnDef);
    return 'Constraint' in node ? partsOfConstraint(node.Constraint) : [];
  });
  // Keys may name columns that come after them.
  return [...parts.filter(({ kind }) => kind === 'column'), ...parts.filter(({ kind }) => kind !== 'column')];
}
