import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import { parse } from '../sql/parse-sql.ts';
import { quoteLiteral } from '../sql/quote.ts';

/** An expression in which the time stands still. */
export interface Fixed {
  readonly expression: string;
  /** What was replaced, as it is written: `now()`. */
  readonly replaced: readonly string[];
}

/**
 * Puts a moment in the place of now(), CURRENT_DATE and their like: a run has many transactions, and an order could be
 * another by the time of each.
 */
export async function fixMoment(expression: string, moment: string): Promise<Fixed> {
  const text = `${BEFORE}${expression}\n`;
  let fixed = Buffer.from(text);
  const replaced: string[] = [];
  // From the end, so that the places before it stay as they are. They count bytes.
  for (const { at, pattern, kind } of findClocks(await parse(text)).toSorted((a, b) => b.at - a.at)) {
    const [written, precision = ''] = pattern.exec(fixed.subarray(at).toString()) ?? [];
    if (written === undefined) throw unreadable(expression, kind);
    const value = kind === 'age' ? `${written}${constant('date', '', moment)}, ` : constant(kind, precision, moment);
    fixed = Buffer.concat([fixed.subarray(0, at), Buffer.from(value), fixed.subarray(at + Buffer.byteLength(written))]);
    replaced.unshift(kind === 'age' ? 'age()' : written);
  }
  return { expression: fixed.toString().slice(BEFORE.length, -1), replaced };
}

const BEFORE = 'select ';

/** Passed over, it would be another time in each transaction. */
function unreadable(expression: string, kind: Kind): MsgdbError {
  return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
    what: `${expression.trim()} reads the time in a way that msgdb cannot replace by one time for the whole run.`,
    why: 'A run has many transactions, and each would have another time.',
    fix: kind === 'age' ? 'Write age(value) without comments or escapes.' : 'Write now() or current_date.',
  });
}

type Kind = 'timestamptz' | 'timestamp' | 'date' | 'timetz' | 'time' | 'age';

/** What reads the clock, its place in the statement, and how it is written there. */
interface Clock {
  readonly at: number;
  readonly kind: Kind;
  readonly pattern: RegExp;
}

const nameSchema = z.object({ String: z.object({ sval: z.string() }) });
const callSchema = z.looseObject({
  funcname: z.array(nameSchema),
  args: z.array(z.unknown()).optional(),
  location: z.number(),
});
const valueSchema = z.looseObject({ op: z.string(), location: z.number() });

/** They begin with the transaction or the statement; clock_timestamp() is VOLATILE. */
const CALLED: ReadonlySet<string> = new Set(['now', 'transaction_timestamp', 'statement_timestamp']);
/** What may stand between two words: white space and comments. */
const GAP = String.raw`(?:\s|--[^\n\r]*(?=[\n\r]|$)|/\*(?:[^*]|\*(?!/))*\*/)*`;
const CALL = new RegExp(`^(?:"?pg_catalog"?${GAP}\\.${GAP})?"?\\w+"?${GAP}\\(${GAP}\\)`, 'i');
/** With one argument it is reckoned from the present day. */
const AGE = new RegExp(`^(?:"?pg_catalog"?${GAP}\\.${GAP})?"?age"?${GAP}\\(`, 'i');
const KEYWORD = new RegExp(
  `^(?:current_timestamp|current_date|current_time|localtimestamp|localtime)(?:${GAP}(\\(${GAP}\\d+${GAP}\\)))?`,
  'i',
);
const KEYWORDS: readonly (readonly [RegExp, Kind])[] = [
  [/CURRENT_TIMESTAMP/, 'timestamptz'],
  [/LOCALTIMESTAMP/, 'timestamp'],
  [/CURRENT_DATE/, 'date'],
  [/CURRENT_TIME/, 'timetz'],
  [/LOCALTIME/, 'time'],
];

function findClocks(node: unknown): readonly Clock[] {
  if (Array.isArray(node)) return node.flatMap(findClocks);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === 'FuncCall' ? clockOfCall(value) : key === 'SQLValueFunction' ? clockOfKeyword(value) : []),
    ...findClocks(value),
  ]);
}

function clockOfCall(call: unknown): readonly Clock[] {
  const parsed = callSchema.safeParse(call);
  if (!parsed.success) return [];
  const { funcname, args = [], location } = parsed.data;
  const names = funcname.map((each) => each.String.sval);
  const name = names.at(-1) ?? '';
  if (names.length > 1 && names[0] !== 'pg_catalog') return [];
  if (CALLED.has(name) && args.length === 0) return [{ at: location, kind: 'timestamptz', pattern: CALL }];
  return name === 'age' && args.length === 1 ? [{ at: location, kind: 'age', pattern: AGE }] : [];
}

function clockOfKeyword(value: unknown): readonly Clock[] {
  const parsed = valueSchema.safeParse(value);
  const kind = KEYWORDS.find(([op]) => parsed.success && op.test(parsed.data.op))?.[1];
  return parsed.success && kind ? [{ at: parsed.data.location, kind, pattern: KEYWORD }] : [];
}

function constant(kind: Exclude<Kind, 'age'>, precision: string, moment: string): string {
  const now = `${quoteLiteral(moment)}::pg_catalog.timestamptz`;
  return kind === 'timestamptz' ? `(${now}${precision})` : `((${now})::pg_catalog.${kind}${precision})`;
}
