import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import type { Queryable } from '../model/statement.ts';
import { parse } from '../sql/parse-sql.ts';
import { judgeExpression, type Scope } from './judge-expression.ts';

/** As date, time and timestamp take them, in arrays and ranges too; `epoch` and `infinity` are the same at any time. */
const SPECIAL = /(?<![a-z])(?:now|today|tomorrow|yesterday)(?![a-z])/i;
const TIMES: ReadonlySet<string> = new Set(['date', 'time', 'timetz', 'timestamp', 'timestamptz']);
/** No type of a time takes it (22007); it is a part of a text, of JSON or of an array as well as the word was. */
const NO_TIME = 'msgdb';
const BEFORE = 'select ';

const constantSchema = z.looseObject({ sval: z.looseObject({ sval: z.string() }), location: z.number() });
const castSchema = z.looseObject({
  arg: z.unknown(),
  typeName: z.looseObject({ names: z.array(z.object({ String: z.object({ sval: z.string() }) })) }),
});

/**
 * A constant such as `'now'::timestamptz`, `date 'today'` or, beside a column that is a time, `'yesterday'`: PostgreSQL
 * puts the time into it when it reads the statement, so it passes for IMMUTABLE and is another one in each. Only
 * PostgreSQL knows whether a constant without a cast becomes a time: it is asked with another word in its place. The
 * expression is one that PostgreSQL takes as it is.
 */
export async function findSpecialTime(
  db: Queryable,
  table: TableFacts,
  expression: string,
  scope: Scope,
): Promise<string | undefined> {
  const tree = await parse(`${BEFORE}${expression}\n`);
  const cast = findCast(tree);
  if (cast !== undefined) return cast;
  for (const { value, location } of findConstants(tree)) {
    if (await isTime(db, table, withoutWord(expression, location), scope)) return `'${value}'`;
  }
  return undefined;
}

/** `'now'::text::timestamptz` too, which is not a constant for the planner. */
function findCast(node: unknown): string | undefined {
  return firstIn(node, (key, value) => {
    const { data } = castSchema.safeParse(key === 'TypeCast' ? value : undefined);
    const type = data?.typeName.names.at(-1)?.String.sval ?? '';
    const word = TIMES.has(type) ? castConstant(data?.arg) : undefined;
    return word === undefined ? undefined : `'${word}'::${type}`;
  });
}

function castConstant(arg: unknown): string | undefined {
  const { A_Const: constant, TypeCast: cast } = Object(arg) as Readonly<Record<string, unknown>>;
  if (cast !== undefined) return castConstant(castSchema.safeParse(cast).data?.arg);
  const value = constantSchema.safeParse(constant).data?.sval.sval;
  return value !== undefined && SPECIAL.test(value) ? value : undefined;
}

function firstIn(node: unknown, find: (key: string, value: unknown) => string | undefined): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  for (const [key, value] of Object.entries(node)) {
    const found = find(key, value) ?? firstIn(value, find);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A constant with such a word, and its place in the statement, in bytes. */
interface Constant {
  readonly value: string;
  readonly location: number;
}

function findConstants(node: unknown): readonly Constant[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const { data } = constantSchema.safeParse(key === 'A_Const' ? value : undefined);
    if (data === undefined) return findConstants(value);
    return SPECIAL.test(data.sval.sval) ? [{ value: data.sval.sval, location: data.location }] : [];
  });
}

function withoutWord(expression: string, location: number): string {
  const bytes = Buffer.from(expression);
  const at = location - BEFORE.length;
  return bytes.subarray(0, at).toString() + bytes.subarray(at).toString().replace(SPECIAL, NO_TIME);
}

async function isTime(db: Queryable, table: TableFacts, expression: string, scope: Scope): Promise<boolean> {
  try {
    await judgeExpression(db, table, expression, scope);
    return false;
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_EXPRESSION_INVALID') throw error;
    return error.cause instanceof MsgdbError && error.cause.data.sqlstate === '22007';
  }
}
