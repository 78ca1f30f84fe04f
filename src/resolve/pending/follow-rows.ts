import type { Change, WrittenExpression } from '../../model/pending.ts';
import { contentOf, substitute } from './substitute.ts';
import type { KnownColumn, KnownTable } from './world.ts';

type Update = Extract<Change, { kind: 'update' }>;

/** A table after an UPDATE: what it sets is known as far as it looks at its own row alone. */
export function afterUpdate(table: KnownTable, update: Update, where: string): KnownTable {
  const reason = `the UPDATE ${where} sets it to what is not known before it is run`;
  if (update.sets.length === 0) return { ...table, unclear: `a statement ${where} changes rows of ${table.name.name}` };
  const columns = new Map(table.columns);
  for (const { column, value } of update.sets) {
    const known = update.rowwise && value ? setTo(table, column, value, update.where) : undefined;
    columns.set(column, known ?? { kind: 'unknown', reason: `${column}: ${reason}` });
  }
  return { ...table, columns, computed: true };
}

/** Functions that give another value each time. */
const DISTINCT = /^(?:\w+\.)?(?:gen_random_uuid|uuid_generate_v[147]|uuidv[47]|nextval)\s*\([^()]*\)$/i;

function setTo(
  table: KnownTable,
  column: string,
  value: WrittenExpression,
  where: WrittenExpression | undefined,
): KnownColumn | undefined {
  const old = table.columns.get(column);
  const everywhere = where === undefined || (old?.kind === 'null' && isNullTest(where, column));
  if (DISTINCT.test(value.text)) return everywhere ? { kind: 'distinct' } : undefined;
  const next = substitute(value, table);
  if (!('sql' in next)) return undefined;
  if (everywhere) return { kind: value.uses.length === 0 ? 'constant' : 'value', sql: next.sql };
  const condition = substitute(where, table);
  const before = contentOf(old, column, table);
  if (!('sql' in condition) || typeof before !== 'string') return undefined;
  return { kind: 'value', sql: `case when (${condition.sql}) then (${next.sql}) else ${before} end` };
}

function isNullTest({ text, uses }: WrittenExpression, column: string): boolean {
  const [use] = uses;
  return use?.column === column && uses.length === 1 && use.start === 0 && /^\s+is\s+null$/i.test(text.slice(use.end));
}

/** A table after a DELETE: the rows that are left, where they can be told. */
export function afterDelete(
  table: KnownTable,
  { where: condition, rowwise }: Extract<Change, { kind: 'delete' }>,
  where: string,
): KnownTable {
  if (rowwise && !condition) return { ...table, empty: `the DELETE ${where} leaves no rows`, more: undefined };
  const resolved = rowwise && condition ? substitute(condition, table) : undefined;
  if (resolved && 'sql' in resolved) return { ...table, where: [...table.where, `(${resolved.sql}) is not true`] };
  return { ...table, fewer: `the DELETE ${where} removes some of the rows` };
}
