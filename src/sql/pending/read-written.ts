import type { Node, OnConflictClause, RangeVar } from 'libpg-query';
import type { Change } from '../../model/pending.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { nameOf, stringsOf } from './read-constraint.ts';
import { nodesIn } from './read-expression.ts';

/** Functions of PostgreSQL that a migration calls for themselves, and that change no rows. */
const HARMLESS =
  /^(?:uuid_\w+|gen_\w+|digest|crypt|setval|set_config|pg_\w+|current_setting|now|version|count|nextval|currval)$/;

/** What an INSERT, a MERGE, or a statement in a WITH writes, and the functions that a query runs. */
export function readWritten(tree: Node): readonly Change[] {
  const changes: Change[] = [];
  for (const { kind, node } of nodesIn(tree)) {
    if (kind === 'InsertStmt' || kind === 'MergeStmt')
      changes.push(...relationOf(node, (table) => ({ kind: 'insert', table })));
    if (kind === 'MergeStmt') changes.push(...relationOf(node, unclear));
    const upserted = kind === 'InsertStmt' ? upsertedIn(node) : [];
    if (upserted.length > 0) changes.push(...relationOf(node, (table) => ({ ...unclear(table), sets: upserted })));
    const inner = !(kind in tree);
    if (inner && (kind === 'UpdateStmt' || kind === 'DeleteStmt')) changes.push(...relationOf(node, unclear));
  }
  return [...changes, ...readCalls(tree), ...readPath(tree)];
}

/** ON CONFLICT DO UPDATE sets columns of rows that are there. */
function upsertedIn(node: object): readonly { readonly column: string; readonly value: undefined }[] {
  const { onConflictClause } = node as { readonly onConflictClause?: OnConflictClause };
  if (onConflictClause?.action !== 'ONCONFLICT_UPDATE') return [];
  return (onConflictClause.targetList ?? []).flatMap((each) =>
    'ResTarget' in each ? [{ column: each.ResTarget.name ?? '', value: undefined }] : [],
  );
}

function unclear(table: WrittenName): Extract<Change, { kind: 'update' }> {
  return { kind: 'update', table, sets: [], where: undefined, rowwise: false, only: false };
}

function relationOf(node: object, change: (table: WrittenName) => Change): readonly Change[] {
  const relation = 'relation' in node ? (node.relation as RangeVar) : undefined;
  return relation ? [change(nameOf(relation))] : [];
}

/** `SELECT f()`: a function of the user's may do anything. Inside an expression of DDL none does. */
function readCalls(tree: Node): readonly Change[] {
  if (!('SelectStmt' in tree)) return [];
  const names = [...nodesIn(tree)].flatMap(({ kind, node }) =>
    kind === 'FuncCall' && 'funcname' in node ? (stringsOf(node.funcname as Node[]).at(-1) ?? '') : [],
  );
  const functions = [...new Set(names.filter((name) => !HARMLESS.test(name)))];
  return functions.length === 0 ? [] : [{ kind: 'call', functions }];
}

/** pg_dump writes `SELECT pg_catalog.set_config('search_path', '', false)`. */
function readPath(tree: Node): readonly Change[] {
  const [setting, value] = [...nodesIn(tree)].flatMap(({ kind, node }) =>
    kind === 'A_Const' && 'sval' in node ? ((node.sval as { readonly sval?: string }).sval ?? '') : [],
  );
  if (setting !== 'search_path' || value === undefined || !JSON.stringify(tree).includes('"set_config"')) return [];
  const schemas = value.split(',').map((each) => each.trim().replaceAll('"', ''));
  return [{ kind: 'search-path', schemas: schemas.filter((each) => each !== '') }];
}
