import type { CreateStmt, Node } from 'libpg-query';
import type { ObjectAct, WrittenObject } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { nameOf } from '../read-constraint.ts';
import { made, RELATIONS, requireObject, requireRelations, requireType } from './make-acts.ts';
import { partsOfTable } from './read-parts.ts';
import { usesOf } from './read-uses.ts';
import { requireColumns } from './require-columns.ts';

/** A statement that makes a table, a view or an index. */
export function readMadeRelation(tree: Node): readonly ObjectAct[] | undefined {
  if ('CreateStmt' in tree) return readTable(tree.CreateStmt);
  if ('CreateTableAsStmt' in tree) {
    const { into, if_not_exists, objtype, query } = tree.CreateTableAsStmt;
    const name = nameOf(into?.rel ?? {});
    const uses = usesOf(query);
    const requires = requireRelations(uses.relations);
    const ifNotExists = if_not_exists === true;
    if (objtype === 'OBJECT_MATVIEW')
      return [...requires, made({ kind: 'materialized view', name }, { ifNotExists, uses })];
    return [
      ...requires,
      { do: 'make-table', table: name, ifNotExists, parts: [], parents: [], partition: false, open: true },
    ];
  }
  if ('ViewStmt' in tree) {
    const { view, replace, query } = tree.ViewStmt;
    const uses = usesOf(query);
    const object: WrittenObject = { kind: 'view', name: nameOf(view ?? {}) };
    return [
      ...requireRelations(uses.relations),
      ...requireColumns(query),
      made(object, { replace: replace === true, uses }),
    ];
  }
  if ('IndexStmt' in tree) {
    const { relation, idxname, if_not_exists, indexParams, whereClause, indexIncludingParams } = tree.IndexStmt;
    const table = nameOf(relation ?? {});
    const plain = [...(indexParams ?? []), ...(indexIncludingParams ?? [])].flatMap((node) =>
      'IndexElem' in node ? (node.IndexElem.name ?? []) : [],
    );
    const uses = usesOf([indexParams, whereClause]);
    const columns = uses.columns === 'all' ? plain : [...plain, ...uses.columns];
    return [
      requireObject(['table', 'materialized view'], table),
      ...plain.map((column): ObjectAct => ({ do: 'require-column', table, column })),
      made(
        { kind: 'index', name: { schema: table.schema, name: idxname ?? '' }, table },
        { ifNotExists: if_not_exists === true, uses: { ...uses, columns } },
      ),
    ];
  }
  return undefined;
}

function readTable(create: CreateStmt): readonly ObjectAct[] {
  const table = nameOf(create.relation ?? {});
  const elements = create.tableElts ?? [];
  const parents = (create.inhRelations ?? []).flatMap((node) => ('RangeVar' in node ? [nameOf(node.RangeVar)] : []));
  const copied = elements.flatMap((node) => ('TableLikeClause' in node ? [node.TableLikeClause.relation ?? {}] : []));
  const parts = partsOfTable(elements);
  const referred = parts.flatMap((part) => (part.kind === 'foreign-key' ? [part.parent] : []));
  const isSelf = (each: WrittenName): boolean => each.name === table.name && each.schema === table.schema;
  return [
    ...(create.if_not_exists
      ? []
      : parts.flatMap((part) => (part.kind === 'column' && part.type ? [requireType(part.type)] : []))),
    ...parents.map((name) => requireObject(['table'], name)),
    ...copied.map((each) => requireObject(RELATIONS, nameOf(each))),
    ...(create.if_not_exists
      ? []
      : referred.filter((each) => !isSelf(each)).map((name) => requireObject(['table'], name))),
    {
      do: 'make-table',
      table,
      ifNotExists: create.if_not_exists === true,
      parts,
      parents,
      partition: create.partbound !== undefined,
      open: copied.length > 0 || parents.length > 0 || create.ofTypename !== undefined,
    },
  ];
}
