import { z } from 'zod';
import type { WholeStatement } from '../upsert.ts';
import { BIND_HOLE, type SqlToken } from './scan-sql.ts';

/** What the parameters of a statement leave open, by the places where they stand in its tree. */
export function readValues(tree: unknown, parameters: readonly SqlToken[]): Pick<WholeStatement, 'counted' | 'typed'> {
  const found = collect(tree);
  const counted = found.rows.every((row) => isCounted(row, parameters));
  // Behind a list of unknown length a value may stand at the place of any column.
  return { counted, typed: counted && found.parameters.every((number) => found.typed.has(number)) };
}

interface Found {
  readonly parameters: number[];
  /** Those that take the type of a column, or are cast. */
  readonly typed: Set<number>;
  /** Of each row that is inserted: its parameters, and how many values it has. */
  readonly rows: Row[];
}

interface Row {
  readonly size: number;
  readonly parameters: readonly number[];
}

/**
 * One placeholder for a whole list (`VALUES (?)` of sqlx.In, `VALUES (${join(values)})`, `VALUES (now(), %s)`) is put in by
 * a program as several values; `$1` and `sqlc.arg(a)` are one.
 */
function isCounted({ size, parameters }: Row, tokens: readonly SqlToken[]): boolean {
  const loose = parameters.filter(
    (number) => !/^(?:\$\d|(?:sqlc|pggen)\.n?arg)/.test(tokens[number - 1]?.text ?? BIND_HOLE),
  );
  return size > 0 && loose.length !== 1;
}

const parameterSchema = z.object({ ParamRef: z.object({ number: z.number() }) });
const castSchema = z.object({ arg: parameterSchema });
const comparisonSchema = z.object({
  name: z.tuple([z.object({ String: z.object({ sval: z.enum(['=', '<>', '<', '>', '<=', '>=']) }) })]),
  lexpr: z.object({ ColumnRef: z.unknown() }),
  rexpr: parameterSchema,
});
const insertSchema = z.object({
  selectStmt: z
    .object({
      SelectStmt: z.object({
        valuesLists: z.array(z.object({ List: z.object({ items: z.array(z.unknown()) }) })).default([]),
        targetList: z.array(z.object({ ResTarget: z.object({ val: z.unknown() }) })).default([]),
      }),
    })
    .optional(),
  onConflictClause: z
    .object({ targetList: z.array(z.object({ ResTarget: z.object({ val: z.unknown() }) })).default([]) })
    .optional(),
});

function collect(tree: unknown): Found {
  const found: Found = { parameters: [], typed: new Set(), rows: [] };
  visit(tree, found);
  return found;
}

function visit(node: unknown, found: Found): void {
  if (Array.isArray(node)) for (const each of node) visit(each, found);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  for (const [kind, inner] of Object.entries(node)) {
    if (kind === 'ParamRef') found.parameters.push(...numberOf({ ParamRef: inner }));
    if (kind === 'InsertStmt') takeInsert(inner, found);
    if (kind === 'TypeCast') takeTyped(castSchema.safeParse(inner).data?.arg, found);
    if (kind === 'A_Expr') takeTyped(comparisonSchema.safeParse(inner).data?.rexpr, found);
    visit(inner, found);
  }
}

function takeInsert(node: unknown, found: Found): void {
  const { selectStmt, onConflictClause } = insertSchema.parse(node);
  const { valuesLists = [], targetList = [] } = selectStmt?.SelectStmt ?? {};
  for (const { ResTarget } of onConflictClause?.targetList ?? []) takeTyped(ResTarget.val, found);
  for (const { List } of valuesLists) for (const item of List.items) takeTyped(item, found);
  const selected = targetList.map(({ ResTarget }) => ResTarget.val);
  for (const row of [...valuesLists.map(({ List }) => List.items), ...(selected.length > 0 ? [selected] : [])]) {
    found.rows.push({ size: row.length, parameters: row.flatMap(numberOf) });
  }
}

function takeTyped(node: unknown, { typed }: Found): void {
  for (const number of numberOf(node)) typed.add(number);
}

function numberOf(node: unknown): readonly number[] {
  const parsed = parameterSchema.safeParse(node);
  return parsed.success ? [parsed.data.ParamRef.number] : [];
}
