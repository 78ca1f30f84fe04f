import { z } from 'zod';
import { parse } from '../../sql/parse-sql.ts';
import type { ConflictUpsert, Mention } from '../upsert.ts';
import { joinTokens } from './parse-target.ts';
import { readNeverNull } from './read-never-null.ts';
import { isFilledIn, type SqlToken } from './scan-sql.ts';

const columnSchema = z.object({ ResTarget: z.object({ name: z.string(), val: z.unknown().optional() }) });

const insertSchema = z.object({
  stmts: z.tuple([
    z.object({
      stmt: z.object({
        InsertStmt: z.object({
          relation: z.object({ relname: z.string(), alias: z.object({ aliasname: z.string() }).optional() }),
          cols: z.array(columnSchema).default([]),
          selectStmt: z.unknown().optional(),
          onConflictClause: z.object({
            targetList: z.array(columnSchema).default([]),
            whereClause: z.unknown().optional(),
          }),
        }),
      }),
    }),
  ]),
});

const referenceSchema = z.object({
  fields: z.tuple([
    z.object({ String: z.object({ sval: z.string() }) }),
    z.object({ String: z.object({ sval: z.string() }) }),
  ]),
});

/**
 * The columns that a statement names as its table's own: those of INSERT, those that DO UPDATE sets, and those it reads
 * by the table's name, its alias or EXCLUDED; and those whose new value is not NULL. Read by PostgreSQL's own parser;
 * none where it cannot read the whole.
 */
export async function readMentions(
  sql: string,
  tokens: readonly SqlToken[],
): Promise<Pick<ConflictUpsert, 'mentions' | 'neverNull'>> {
  if (tokens.length === 0 || tokens.some((token) => token.kind === 'quoted' && isFilledIn(token)))
    return { mentions: [] };
  try {
    return mentionsIn(await parse(withoutHoles(sql, tokens)));
  } catch {
    // PostgreSQL cannot read it, or it is nested more deeply than can be gone through.
    return { mentions: [] };
  }
}

function mentionsIn(tree: unknown): Pick<ConflictUpsert, 'mentions' | 'neverNull'> {
  const parsed = insertSchema.safeParse(tree);
  if (!parsed.success) return { mentions: [] };
  const { relation, cols, selectStmt, onConflictClause } = parsed.data.stmts[0].stmt.InsertStmt;
  const { targetList, whereClause } = onConflictClause;
  const own = new Set([relation.alias?.aliasname ?? relation.relname, 'excluded']);
  const read = [...targetList.map(({ ResTarget }) => ResTarget.val), whereClause].flatMap(referencesIn);
  const names = cols.map(({ ResTarget }) => ResTarget.name);
  const mentions = [
    ...names.map((column): Mention => ({ column, use: 'inserted' })),
    ...targetList.map(({ ResTarget }): Mention => ({ column: ResTarget.name, use: 'set' })),
    ...read.flatMap(([table, column]): readonly Mention[] => (own.has(table) ? [{ column, use: 'read' }] : [])),
  ];
  return { mentions, neverNull: readNeverNull(names, selectStmt) };
}

/** What a program fills in is a value, or the text cannot be read: `total_{x}` must not become a name. */
function withoutHoles(sql: string, tokens: readonly SqlToken[]): string {
  let values = 0;
  return joinTokens(sql, tokens, (token) => {
    if (token.kind !== 'parameter' && token.kind !== 'hole') return token.text;
    values += 1;
    return ` $${values} `;
  });
}

/** Qualified names, `a.b`. Those of a subquery may mean a table of its own. */
function referencesIn(node: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([kind, inner]) => {
    if (kind === 'SubLink') return [];
    if (kind !== 'ColumnRef') return referencesIn(inner);
    const reference = referenceSchema.safeParse(inner);
    if (!reference.success) return [];
    const [table, column] = reference.data.fields;
    return [[table.String.sval, column.String.sval] as const];
  });
}
