import type { Node } from 'libpg-query';
import type { ObjectAct } from '../../../model/object-change.ts';
import { nameOf, stringsOf } from '../read-constraint.ts';
import { made, makeNamed, NO_USES, requireTypes } from './make-acts.ts';
import { usesOf } from './read-uses.ts';

/** A statement that makes a schema, an extension, a sequence or a type. */
export function readMadeNames(tree: Node): readonly ObjectAct[] | undefined {
  if ('CreateSchemaStmt' in tree) {
    const { schemaname, if_not_exists, schemaElts } = tree.CreateSchemaStmt;
    if (schemaname === undefined || schemaElts?.length) return [];
    const name = { schema: undefined, name: schemaname };
    return [made({ kind: 'schema', name }, { ifNotExists: if_not_exists === true })];
  }
  if ('CreateExtensionStmt' in tree) {
    const { extname = '', if_not_exists } = tree.CreateExtensionStmt;
    const name = { schema: undefined, name: extname };
    return [made({ kind: 'extension', name }, { ifNotExists: if_not_exists === true })];
  }
  if ('CreateSeqStmt' in tree) {
    const { sequence, if_not_exists } = tree.CreateSeqStmt;
    return [made({ kind: 'sequence', name: nameOf(sequence ?? {}) }, { ifNotExists: if_not_exists === true })];
  }
  if ('CreateEnumStmt' in tree) {
    const { typeName, vals } = tree.CreateEnumStmt;
    return makeNamed('type', typeName, NO_USES, stringsOf(vals));
  }
  if ('CreateDomainStmt' in tree) {
    const uses = usesOf(tree.CreateDomainStmt);
    return [...requireTypes(uses), ...makeNamed('type', tree.CreateDomainStmt.domainname, uses)];
  }
  if ('CompositeTypeStmt' in tree) {
    const { typevar, coldeflist } = tree.CompositeTypeStmt;
    const uses = usesOf(coldeflist);
    return [...requireTypes(uses), made({ kind: 'type', name: nameOf(typevar ?? {}) }, { uses })];
  }
  if ('CreateRangeStmt' in tree) return makeNamed('type', tree.CreateRangeStmt.typeName, NO_USES);
  if ('DefineStmt' in tree && tree.DefineStmt.kind === 'OBJECT_TYPE')
    return makeNamed('type', tree.DefineStmt.defnames, NO_USES);
  return undefined;
}
