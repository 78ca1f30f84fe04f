import type { ColumnDef, CreateStmt, CreateTrigStmt, Node } from 'libpg-query';
import type { Change, WrittenConstraint } from '../../model/pending.ts';
import { readBound } from './read-bound.ts';
import { ATTRIBUTES, nameOf, readConstraint, stringsOf, typeOf } from './read-constraint.ts';
import type { Source } from './source.ts';

/** What a statement makes that is neither an index nor a part of a table; undefined where it makes nothing. */
export function readCreation(source: Source): readonly Change[] | undefined {
  const { tree } = source;
  if ('CreateStmt' in tree) return [readTable(source, tree.CreateStmt)];
  if ('CreateTableAsStmt' in tree) {
    const { into, if_not_exists, objtype } = tree.CreateTableAsStmt;
    const name = nameOf(into?.rel ?? {});
    const ifNotExists = if_not_exists === true;
    if (objtype !== 'OBJECT_TABLE') return [{ kind: 'create-other', what: 'view', name, ifNotExists, replace: false }];
    return [
      {
        kind: 'create-table',
        table: name,
        ifNotExists,
        filled: true,
        columns: [],
        constraints: [],
        open: true,
        foreignKeys: [],
        parents: [],
      },
    ];
  }
  if ('ViewStmt' in tree) {
    const { view, replace } = tree.ViewStmt;
    return [other('view', nameOf(view ?? {}), { replace: replace === true })];
  }
  if ('CreateSeqStmt' in tree) {
    const { sequence, if_not_exists } = tree.CreateSeqStmt;
    return [other('sequence', nameOf(sequence ?? {}), { ifNotExists: if_not_exists === true })];
  }
  if ('CreateEnumStmt' in tree) return [other('type', lastTwo(tree.CreateEnumStmt.typeName))];
  if ('CreateDomainStmt' in tree) return [other('type', lastTwo(tree.CreateDomainStmt.domainname))];
  if ('CompositeTypeStmt' in tree) return [other('type', nameOf(tree.CompositeTypeStmt.typevar ?? {}))];
  if ('CreateTrigStmt' in tree) return [readTrigger(tree.CreateTrigStmt)];
  if ('RuleStmt' in tree) {
    const command = COMMANDS[tree.RuleStmt.event ?? ''];
    const definition = source.bytes.toString('utf8');
    return command ? [{ kind: 'create-rule', table: nameOf(tree.RuleStmt.relation ?? {}), command, definition }] : [];
  }
  if ('CreateFunctionStmt' in tree) {
    const name = stringsOf(tree.CreateFunctionStmt.funcname).at(-1) ?? '';
    const language = JSON.stringify(tree.CreateFunctionStmt.options ?? []);
    // What another language does is not known.
    const text = /"sval":"(?:c|internal|plpython3?u|plperlu?|plv8|pljava)"/i.test(language)
      ? 'execute'
      : source.bytes.toString('utf8');
    return [{ kind: 'create-function', name, text }];
  }
  return undefined;
}

const COMMANDS: Readonly<Record<string, 'insert' | 'update' | 'delete'>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

function other(
  what: Extract<Change, { kind: 'create-other' }>['what'],
  name: Extract<Change, { kind: 'create-other' }>['name'],
  { ifNotExists = false, replace = false }: { readonly ifNotExists?: boolean; readonly replace?: boolean } = {},
): Change {
  return { kind: 'create-other', what, name, ifNotExists, replace };
}

function lastTwo(nodes: readonly Node[] | undefined) {
  const names = stringsOf(nodes);
  return { schema: names.at(-2), name: names.at(-1) ?? '' };
}

function readTable(source: Source, create: CreateStmt): Change {
  const table = nameOf(create.relation ?? {});
  const elements = create.tableElts ?? [];
  // Declared at once they hold: there are no rows yet. A foreign key locks the table that it refers to.
  const declared = elements.flatMap((node): readonly WrittenConstraint[] => {
    if ('Constraint' in node) return readConstraint(source, node.Constraint, table.name);
    if (!('ColumnDef' in node)) return [];
    const { colname, constraints = [] } = node.ColumnDef;
    return constraints.flatMap((each) =>
      'Constraint' in each ? readConstraint(source, each.Constraint, table.name, colname ?? '') : [],
    );
  });
  const foreignKeys = declared.filter((each) => each.kind === 'foreign-key');
  const constraints = declared.filter((each) => each.kind !== 'foreign-key');
  const columns = elements.flatMap((node) =>
    'ColumnDef' in node && node.ColumnDef.typeName
      ? [
          {
            name: node.ColumnDef.colname ?? '',
            type: typeOf(source, node.ColumnDef),
            filled: isFilled(source, node.ColumnDef),
          },
        ]
      : [],
  );
  const parents = (create.inhRelations ?? []).flatMap((node) => ('RangeVar' in node ? [nameOf(node.RangeVar)] : []));
  const ifNotExists = create.if_not_exists === true;
  const bound = readBound(source, create.partbound);
  const open =
    parents.length > 0 || create.ofTypename !== undefined || elements.some((node) => 'TableLikeClause' in node);
  return {
    kind: 'create-table',
    table,
    ifNotExists,
    filled: false,
    columns,
    constraints,
    open,
    foreignKeys,
    parents,
    bound,
  };
}

function isFilled(source: Source, column: ColumnDef): boolean {
  const given = (column.constraints ?? []).some(
    (node) => 'Constraint' in node && ATTRIBUTES.has(node.Constraint.contype ?? ''),
  );
  return given || /^(?:small|big)?serial\d?$/i.test(typeOf(source, column));
}

/** Bits of `tgtype`, as pg_trigger has them. */
const EVENTS = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
] as const;
const BEFORE = 2;

function readTrigger({
  trigname = '',
  relation,
  funcname,
  row,
  timing = 0,
  events = 0,
  columns,
}: CreateTrigStmt): Change {
  return {
    kind: 'create-trigger',
    table: nameOf(relation ?? {}),
    name: trigname,
    events: EVENTS.flatMap(([bit, event]) => ((events & bit) === 0 ? [] : [event])),
    before: row === true && timing === BEFORE,
    columns: stringsOf(columns),
    function: stringsOf(funcname).at(-1) ?? '',
  };
}
