import { z } from 'zod';
import { parse } from '../../sql/parse-sql.ts';
import { showName } from '../../sql/show-name.ts';
import type { Target, TargetElement } from '../upsert.ts';
import type { RawTarget } from './find-conflicts.ts';
import { LONGEST_TARGET } from './longest-parsed.ts';
import { BIND_HOLE, isPunctuation, type SqlToken, scanSql } from './scan-sql.ts';

const parsedSchema = z.object({
  stmts: z.tuple([
    z.object({
      stmt: z.object({
        InsertStmt: z.object({
          onConflictClause: z.object({
            action: z.literal('ONCONFLICT_NOTHING'),
            infer: z.object({
              indexElems: z.array(z.object({ IndexElem: z.object({ name: z.string().optional() }) })),
              whereClause: z.unknown().optional(),
            }),
          }),
          returningClause: z.undefined().optional(),
          returningList: z.undefined().optional(),
        }),
      }),
    }),
  ]),
});

/**
 * Parses a target with PostgreSQL's own parser, alone with a table of no name: what comes out is one target and nothing
 * else, so that it may be put into the probe.
 */
export async function parseTarget(raw: RawTarget): Promise<Target> {
  if (raw.kind !== 'key') return raw;
  if (raw.elements.length + (raw.where?.length ?? 0) > LONGEST_TARGET) {
    return { kind: 'dynamic', reason: 'the target is too long to be read' };
  }
  const elements = splitElements(raw.elements);
  const where = raw.where === undefined ? undefined : withParameters(raw.where);
  if (where?.hole) return { kind: 'dynamic', reason: "the target's WHERE is made while the program runs" };
  const target = `(${elements.join(', ')})${where === undefined ? '' : ` where ${where.sql}`}`;
  try {
    const tree = parsedSchema.parse(await parse(`insert into t values (1) on conflict ${target}\ndo nothing`));
    const parsed = tree.stmts[0].stmt.InsertStmt.onConflictClause.infer.indexElems;
    if (parsed.length !== elements.length) throw new Error('not the elements that were written');
    return {
      kind: 'key',
      elements: parsed.map(({ IndexElem: { name } }, place) => elementOf(elements[place] ?? '', name)),
      where: where?.sql,
      whereWritten: where?.written,
      parameter: where !== undefined && where.parameters > 0,
    };
  } catch {
    return { kind: 'dynamic', reason: 'the target is not one that PostgreSQL can read' };
  }
}

/** A column's name as it is; what comes after it (COLLATE, an operator class) stays part of the text. */
function elementOf(sql: string, column: string | undefined): TargetElement {
  return { sql, column };
}

/** A target of columns alone: a WHERE is text, and goes through `parseTarget`. */
export function columnTarget(columns: readonly string[]): Target {
  return {
    kind: 'key',
    elements: columns.map((column) => ({ sql: showName(column), column })),
    where: undefined,
    parameter: false,
  };
}

function splitElements(text: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of scanSql(text)) {
    if (isPunctuation(token, '(')) depth += 1;
    if (isPunctuation(token, ')')) depth -= 1;
    if (depth !== 0 || !isPunctuation(token, ',')) continue;
    elements.push(text.slice(start, token.start));
    start = token.end;
  }
  return [...elements, text.slice(start)].map((element) => withoutComments(element));
}

/** Comments would end the line that the probe continues with. */
function withoutComments(sql: string): string {
  return joinTokens(sql, scanSql(sql), ({ text }) => text);
}

interface Parametrised {
  readonly sql: string;
  /** With the parameters that have a name or number in the source. */
  readonly written: string;
  readonly parameters: number;
  readonly hole: boolean;
}

function withParameters(sql: string): Parametrised {
  const tokens = scanSql(sql);
  let parameters = 0;
  const text = joinTokens(sql, tokens, (token) => {
    if (token.kind !== 'parameter') return token.text;
    parameters += 1;
    return `$${parameters}`;
  });
  const written = joinTokens(sql, tokens, ({ text: own }) => (own === BIND_HOLE ? '…' : own));
  return {
    sql: text,
    written,
    parameters,
    hole: tokens.some(({ kind }) => kind === 'hole') || /[\uE000\uE001]/.test(text),
  };
}

/** The tokens with single spaces where there was anything between them. */
export function joinTokens(sql: string, tokens: readonly SqlToken[], show: (token: SqlToken) => string): string {
  return tokens
    .map((token, place) => {
      const before = tokens[place - 1];
      const gap = before && sql.slice(before.end, token.start) !== '' ? ' ' : '';
      return gap + show(token);
    })
    .join('');
}
