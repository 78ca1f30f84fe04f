import { parse } from 'libpg-query';
import { z } from 'zod';

/** As date, time and timestamp take them; `epoch` and `infinity` are the same at any time. */
const SPECIAL = /^\s*(?:now|today|tomorrow|yesterday)\b/i;
const TIMES: ReadonlySet<string> = new Set(['date', 'time', 'timetz', 'timestamp', 'timestamptz']);

const castSchema = z.looseObject({
  arg: z.object({ A_Const: z.looseObject({ sval: z.looseObject({ sval: z.string() }) }) }),
  typeName: z.looseObject({ names: z.array(z.object({ String: z.object({ sval: z.string() }) })) }),
});

/**
 * A constant such as `'now'::timestamptz` or `date 'today'` in an expression: PostgreSQL puts the time into it when it
 * reads the statement, so it passes for IMMUTABLE and is another one in each.
 */
export async function findSpecialTime(expression: string): Promise<string | undefined> {
  return findIn(await parse(`select ${expression}\n`));
}

function findIn(node: unknown): string | undefined {
  if (Array.isArray(node)) return firstOf(node.map(findIn));
  if (typeof node !== 'object' || node === null) return undefined;
  return firstOf(
    Object.entries(node).map(([key, value]) => (key === 'TypeCast' ? specialIn(value) : undefined) ?? findIn(value)),
  );
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}

function specialIn(cast: unknown): string | undefined {
  const { data } = castSchema.safeParse(cast);
  const type = data?.typeName.names.at(-1)?.String.sval ?? '';
  const value = data?.arg.A_Const.sval.sval ?? '';
  return TIMES.has(type) && SPECIAL.test(value) ? `'${value}'::${type}` : undefined;
}
