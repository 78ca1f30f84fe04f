import type { Node, TypeName } from 'libpg-query';
import type { WrittenUses } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { stringsOf } from '../read-constraint.ts';
import { nodesIn } from '../read-expression.ts';

/** What PostgreSQL and its row versions have in every database. */
const SYSTEM = /^(?:pg_catalog|information_schema|pg_temp.*|pg_toast.*|msgdb)$/;
const SERIAL = /^(?:small|big)?serial[248]?$/;

/** The names in a tree: relations without those that a WITH gives, columns, types and functions. */
export function usesOf(tree: unknown): WrittenUses {
  const relations: WrittenName[] = [];
  const types: WrittenName[] = [];
  const functions: WrittenName[] = [];
  const columns = new Set<string>();
  const named = new Set<string>();
  let star = false;
  for (const { kind, node } of nodesIn(tree)) {
    if (kind === 'CommonTableExpr' && 'ctename' in node) named.add(String(node.ctename));
    if ('relname' in node && typeof node.relname === 'string' && kind !== 'typevar') {
      const schema = 'schemaname' in node && typeof node.schemaname === 'string' ? node.schemaname : undefined;
      if (!('catalogname' in node)) relations.push({ schema, name: node.relname });
    }
    if (TYPES.has(kind) && 'names' in node) types.push(...typeNamed(node as TypeName));
    if (kind === 'FuncCall' && 'funcname' in node) functions.push(...qualified(node.funcname as Node[]));
    if (kind === 'ColumnRef' && 'fields' in node) {
      const fields = node.fields as readonly Node[];
      if (fields.some((each) => 'A_Star' in each)) star = true;
      const column = stringsOf(fields).at(-1);
      if (column !== undefined) columns.add(column);
    }
  }
  const own = relations.filter(({ schema, name }) => schema !== undefined || !named.has(name));
  return { relations: own.filter(isUsers), columns: star ? 'all' : [...columns], types, functions };
}

const TYPES: ReadonlySet<string> = new Set(['TypeName', 'typeName', 'argType', 'returnType']);

/** The type, where it is not PostgreSQL's own by its spelling. */
export function typeNamed({ names, pct_type }: TypeName): readonly WrittenName[] {
  const found = pct_type ? [] : qualified(names);
  return found.filter((each) => !SERIAL.test(each.name) || each.schema !== undefined);
}

/** A name of one or two parts; none where it is PostgreSQL's own. */
export function qualified(nodes: readonly Node[] | undefined): readonly WrittenName[] {
  const parts = stringsOf(nodes ? [...nodes] : undefined);
  const name = parts.at(-1);
  return name === undefined || parts.length > 2 ? [] : [{ schema: parts.at(-2), name }].filter(isUsers);
}

export function isUsers({ schema }: WrittenName): boolean {
  return schema === undefined || !SYSTEM.test(schema);
}
