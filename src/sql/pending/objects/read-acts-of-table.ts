import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import type { ObjectAct, ObjectKind } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { passOf } from '../pass-of.ts';
import { nameOf } from '../read-constraint.ts';
import { requireObject, requireType } from './make-acts.ts';
import { partsOfColumn, partsOfConstraint } from './read-parts.ts';
import { typeNamed } from './read-uses.ts';

const KINDS: Readonly<Record<string, readonly ObjectKind[]>> = {
  OBJECT_TABLE: ['table', 'view', 'materialized view', 'sequence', 'index'],
  OBJECT_VIEW: ['view'],
  OBJECT_MATVIEW: ['materialized view'],
  OBJECT_INDEX: ['index'],
  OBJECT_SEQUENCE: ['sequence'],
};

/** ALTER TABLE: its parts, in the order in which PostgreSQL does them. */
export function readActsOfTable({ relation, cmds = [], objtype, missing_ok }: AlterTableStmt): readonly ObjectAct[] {
  const kinds = KINDS[objtype ?? ''];
  if (!kinds) return [];
  const table = nameOf(relation ?? {});
  const parts = cmds
    .flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []))
    .toSorted((a, b) => passOf(a) - passOf(b))
    .flatMap((part) => readPart(table, part));
  const required: ObjectAct = { do: 'require', kinds, name: table, query: false };
  return missing_ok ? [{ do: 'if-there', table, acts: parts }] : [required, ...parts];
}

function readPart(table: WrittenName, part: AlterTableCmd): readonly ObjectAct[] {
  const { subtype = '', name = '', def, behavior, missing_ok } = part;
  const cascade = behavior === 'DROP_CASCADE';
  const ifExists = missing_ok === true;
  switch (subtype) {
    case 'AT_AddColumn': {
      if (!def || !('ColumnDef' in def)) return [];
      return partsOfColumn(def.ColumnDef).flatMap((each): readonly ObjectAct[] => [
        ...(each.kind === 'column' && each.type ? [requireType(each.type)] : []),
        ...(each.kind === 'foreign-key' ? [requireObject(['table'], each.parent)] : []),
        { do: 'add-part', table, part: each, ifNotExists: ifExists },
      ]);
    }
    case 'AT_DropColumn':
      return [{ do: 'drop-column', table, column: name, cascade, ifExists }];
    case 'AT_AlterColumnType': {
      const type =
        def && 'ColumnDef' in def && def.ColumnDef.typeName ? typeNamed(def.ColumnDef.typeName)[0] : undefined;
      return [...(type ? [requireType(type)] : []), { do: 'retype-column', table, column: name, type }];
    }
    case 'AT_SetNotNull':
    case 'AT_SetStatistics':
    case 'AT_SetStorage':
    case 'AT_AddIdentity':
      return [{ do: 'require-column', table, column: name }];
    case 'AT_DropNotNull':
      return [
        { do: 'require-column', table, column: name },
        { do: 'drop-not-null', table, column: name },
      ];
    case 'AT_DropIdentity':
      return [
        { do: 'require-column', table, column: name },
        { do: 'drop-identity', table, column: name },
      ];
    case 'AT_ColumnDefault':
    case 'AT_DropExpression':
      return [
        { do: 'require-column', table, column: name },
        { do: 'set-default', table, column: name },
      ];
    case 'AT_AddConstraint': {
      if (!def || !('Constraint' in def)) return [];
      return partsOfConstraint(def.Constraint).flatMap((each): readonly ObjectAct[] => [
        ...(each.kind === 'foreign-key' ? [requireObject(['table'], each.parent)] : []),
        { do: 'add-part', table, part: each, ifNotExists: false },
      ]);
    }
    case 'AT_DropConstraint': {
      const object = { kind: 'constraint', name: { schema: undefined, name }, table } as const;
      return [{ do: 'drop', objects: [object], cascade, ifExists }];
    }
    case 'AT_ValidateConstraint':
      return [{ do: 'require-part', table, kind: 'constraint', name }];
    case 'AT_EnableTrig':
    case 'AT_DisableTrig':
    case 'AT_EnableAlwaysTrig':
      return [{ do: 'require-part', table, kind: 'trigger', name }];
    default:
      return readHeir(table, part);
  }
}

/** ATTACH and DETACH PARTITION name the partition, INHERIT the table above. */
function readHeir(table: WrittenName, { subtype, def }: AlterTableCmd): readonly ObjectAct[] {
  if (!def) return [];
  if ('PartitionCmd' in def) {
    const heir = nameOf(def.PartitionCmd.name ?? {});
    const attach = subtype === 'AT_AttachPartition';
    return [
      requireObject(['table', 'index'], heir),
      attach ? { do: 'attach', table, heir, partition: true } : { do: 'detach', table, heir },
    ];
  }
  if (subtype !== 'AT_AddInherit' || !('RangeVar' in def)) return [];
  const parent = nameOf(def.RangeVar);
  return [requireObject(['table'], parent), { do: 'attach', table: parent, heir: table, partition: false }];
}
