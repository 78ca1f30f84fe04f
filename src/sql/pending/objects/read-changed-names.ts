import type { AlterObjectSchemaStmt, DropStmt, Node, RenameStmt } from 'libpg-query';
import type { ObjectAct, ObjectKind, WrittenObject } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { nameOf, stringsOf } from '../read-constraint.ts';
import { RELATIONS, requireObject } from './make-acts.ts';
import { isUsers } from './read-uses.ts';

const KINDS: Readonly<Record<string, ObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_SCHEMA: 'schema',
  OBJECT_EXTENSION: 'extension',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_POLICY: 'policy',
  OBJECT_RULE: 'rule',
};
const ON_TABLE: ReadonlySet<ObjectKind> = new Set(['trigger', 'policy', 'rule']);

/** DROP of anything but parts of a table. */
export function readDrops({ removeType, objects = [], behavior, missing_ok }: DropStmt): readonly ObjectAct[] {
  const kind = KINDS[removeType ?? ''];
  if (!kind) return [];
  const named = objects.flatMap((node) => objectOf(kind, node));
  return [{ do: 'drop', objects: named, cascade: behavior === 'DROP_CASCADE', ifExists: missing_ok === true }];
}

function objectOf(kind: ObjectKind, node: Node): readonly WrittenObject[] {
  const parts =
    'List' in node
      ? stringsOf(node.List.items)
      : 'String' in node
        ? [node.String.sval ?? '']
        : 'TypeName' in node
          ? stringsOf(node.TypeName.names)
          : 'ObjectWithArgs' in node
            ? stringsOf(node.ObjectWithArgs.objname)
            : [];
  const [name, second, third] = parts.toReversed();
  if (name === undefined) return [];
  if (ON_TABLE.has(kind)) {
    return second === undefined
      ? []
      : [{ kind, name: { schema: undefined, name }, table: { schema: third, name: second } }];
  }
  return [{ kind, name: { schema: second, name } }].filter((each) => isUsers(each.name));
}

export function readRenames(rename: RenameStmt): readonly ObjectAct[] {
  const { renameType = '', relationType, relation, object, subname = '', newname: to = '', missing_ok } = rename;
  const table = nameOf(relation ?? {});
  const lenient = missing_ok === true;
  if (renameType === 'OBJECT_COLUMN') {
    if (relationType !== 'OBJECT_TABLE') return [];
    const renamed: ObjectAct = { do: 'rename-column', table, from: subname, to };
    return lenient ? ifThere(table, [renamed]) : [requireObject(RELATIONS, table), renamed];
  }
  if (renameType === 'OBJECT_TABCONSTRAINT') {
    const name: WrittenName = { schema: undefined, name: subname };
    const renamed: ObjectAct = { do: 'rename', object: { kind: 'constraint', name, table }, to };
    return lenient ? ifThere(table, [renamed]) : [renamed];
  }
  if (renameType === 'OBJECT_SCHEMA')
    return [{ do: 'rename', object: { kind: 'schema', name: { schema: undefined, name: subname } }, to }];
  const kind = KINDS[renameType];
  if (!kind || lenient) return kind ? [{ do: 'rename', object: { kind, name: table }, to, ifExists: true }] : [];
  if (ON_TABLE.has(kind))
    return [{ do: 'rename', object: { kind, name: { schema: undefined, name: subname }, table }, to }];
  const [found] = object ? objectOf(kind, object) : [{ kind, name: table }];
  return found && found.name.name !== '' ? [{ do: 'rename', object: found, to }] : [];
}

/** ALTER TABLE IF EXISTS does nothing where there is no such table. */
function ifThere(table: WrittenName, acts: readonly ObjectAct[]): readonly ObjectAct[] {
  return [{ do: 'if-there', table, acts }];
}

export function readMoves({
  objectType,
  relation,
  object,
  newschema: schema = '',
  missing_ok,
}: AlterObjectSchemaStmt): readonly ObjectAct[] {
  const kind = KINDS[objectType ?? ''];
  if (!kind || kind === 'extension') return [];
  const [found] = object ? objectOf(kind, object) : [{ kind, name: nameOf(relation ?? {}) }];
  return found ? [{ do: 'move', object: found, schema, ifExists: missing_ok === true }] : [];
}
