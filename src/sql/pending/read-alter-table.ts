import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint } from 'libpg-query';
import type { Change } from '../../model/pending.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { fitOf } from './fit-of-type.ts';
import { passOf } from './pass-of.ts';
import { readBound } from './read-bound.ts';
import { nameOf, readColumn, readConstraint, typeOf } from './read-constraint.ts';
import { readExpression } from './read-expression.ts';
import { endOfElement, findWord, type Source, wordAt } from './source.ts';

/** ALTER TABLE: a change for each of its parts, in the order in which PostgreSQL does them. */
export function readAlterTable(source: Source, { relation, cmds, objtype }: AlterTableStmt): readonly Change[] {
  if (objtype !== 'OBJECT_TABLE') return [];
  const table = nameOf(relation ?? {});
  const read = (cmds ?? []).map((node) => {
    if (!('AlterTableCmd' in node)) return { pass: 0, changes: [] };
    return { pass: passOf(node.AlterTableCmd), changes: readPart(source, table, node.AlterTableCmd) };
  });
  return read.toSorted((a, b) => a.pass - b.pass).flatMap(({ changes }) => changes);
}

function readPart(source: Source, table: WrittenName, part: AlterTableCmd): readonly Change[] {
  const { subtype, name = '', def } = part;
  switch (subtype) {
    case 'AT_AddColumn': {
      if (!def || !('ColumnDef' in def)) return [];
      const column = readColumn(source, def.ColumnDef, table.name);
      return [{ kind: 'add-column', table, column, ifNotExists: part.missing_ok === true }];
    }
    case 'AT_DropColumn':
      return [{ kind: 'drop-column', table, column: name }, ...dependentsOf(table, part)];
    case 'AT_AlterColumnType': {
      const type = def && 'ColumnDef' in def ? withoutUsing(typeOf(source, def.ColumnDef)) : '';
      const using = def && 'ColumnDef' in def ? readUsing(source, def.ColumnDef, table.name) : undefined;
      return [{ kind: 'retype-column', table, column: name, type, fit: fitOf(type), using }];
    }
    case 'AT_SetNotNull':
      return [
        {
          kind: 'add-constraint',
          table,
          constraint: { kind: 'not-null', column: name },
          notValid: false,
          ifNotExists: false,
        },
      ];
    case 'AT_DropNotNull':
      return [{ kind: 'alter-column', table, column: name, now: 'nullable' }];
    case 'AT_ColumnDefault':
      return [{ kind: 'alter-column', table, column: name, now: def ? 'filled' : 'not filled' }];
    case 'AT_AddIdentity':
      return [{ kind: 'alter-column', table, column: name, now: 'filled' }];
    case 'AT_AddConstraint':
      return def && 'Constraint' in def ? readAdded(source, table, def.Constraint) : [];
    case 'AT_ValidateConstraint':
      return [{ kind: 'validate-constraint', table, name }];
    case 'AT_DropConstraint':
      return [{ kind: 'drop-constraint', table, name }, ...dependentsOf(table, part)];
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      return readHeir(source, table, part);
    case 'AT_EnableTrig':
    case 'AT_EnableAlwaysTrig':
      return [{ kind: 'enable-trigger', table, name }];
    default:
      return [];
  }
}

/** The words of a type go on to the end of its element. */
function withoutUsing(type: string): string {
  return type.replace(/\s+(?:using|collate)\b[\s\S]*$/i, '');
}

function readUsing(source: Source, { raw_default: tree, typeName }: ColumnDef, table: string) {
  if (!tree) return undefined;
  const using = findWord(source, wordAt(source, typeName?.location), 'using');
  if (using === undefined) return undefined;
  return readExpression(source, { from: using + 1, to: endOfElement(source, using + 1) }, tree, [table]);
}

function dependentsOf(table: WrittenName, { behavior }: AlterTableCmd): readonly Change[] {
  return behavior === 'DROP_CASCADE' ? [{ kind: 'drop-dependents', of: table }] : [];
}

function readAdded(source: Source, table: WrittenName, constraint: Constraint): readonly Change[] {
  const { indexname, contype, skip_validation, is_enforced, conname } = constraint;
  if (indexname !== undefined) {
    const primary = contype === 'CONSTR_PRIMARY';
    return [{ kind: 'adopt-index', table, index: indexname, as: conname ?? indexname, primary }];
  }
  // NOT ENFORCED (18) reads no rows either. Of keys the parser says nothing.
  const notValid = skip_validation === true || (is_enforced !== true && /CHECK|FOREIGN/.test(contype ?? ''));
  return readConstraint(source, constraint, table.name).map((each) => ({
    kind: 'add-constraint',
    table,
    constraint: each,
    notValid,
    ifNotExists: false,
  }));
}

/** ATTACH and DETACH PARTITION name the partition, INHERIT and NO INHERIT the table above. */
function readHeir(source: Source, table: WrittenName, { subtype, def }: AlterTableCmd): readonly Change[] {
  if (!def) return [];
  const attach = subtype === 'AT_AttachPartition' || subtype === 'AT_AddInherit';
  if ('PartitionCmd' in def) {
    const heir = nameOf(def.PartitionCmd.name ?? {});
    const bound = readBound(source, def.PartitionCmd.bound);
    return [attach ? { kind: 'attach', table, heir, partition: true, bound } : { kind: 'detach', table, heir }];
  }
  if (!('RangeVar' in def)) return [];
  const parent = nameOf(def.RangeVar);
  return [
    attach
      ? { kind: 'attach', table: parent, heir: table, partition: false }
      : { kind: 'detach', table: parent, heir: table },
  ];
}
