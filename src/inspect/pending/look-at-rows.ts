import { z } from 'zod';
import { isImmutable } from '../../catalog/is-immutable.ts';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { readTable } from '../../catalog/read-table.ts';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import type { TableFacts } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';
import type { Queryable, Row, Statement } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import {
  countDangling,
  countViolations,
  type Dangling,
  sampleDangling,
  sampleViolations,
} from '../../sql/pending/violations.ts';
import { findingOn, type Seen } from './looked.ts';

type Rows = Extract<Ask, { kind: 'rows' }>;
type ForeignKey = Extract<Ask, { kind: 'foreign-key' }>;

/** Are there rows that NOT NULL, CHECK or another type would refuse? */
export async function lookAtRows(
  db: Queryable,
  demand: Demand & { readonly ask: Rows },
  table: TableFacts,
  samples: number,
): Promise<Seen> {
  const { as, rule, violating, sqlstate, heirs } = demand.ask;
  await parseExpression(violating);
  if (demand.computed && !(await isImmutable(db, table, violating))) {
    return { status: 'unresolved', detail: `what an earlier UPDATE gives is another thing each time it is run` };
  }
  const rows = {
    ...lookedAt(table),
    ...(heirs && { partitioned: true }),
    condition: violating,
    identity: table.primaryKey,
  };
  const found = await count(db, countViolations(rows));
  const what = { 'not-null': `${rule} is NULL`, check: `${rule} is false`, type: rule, partition: rule }[as];
  if (found === 0) return { status: 'ok', detail: `no row where ${what}` };
  const detail = `${countOf(found, 'row')} where ${what}`;
  return {
    status: 'fails',
    detail,
    rows: found,
    samples: await sample(db, sampleViolations(rows, samples), samples),
    findings: [
      findingOn(demand, 'MSGDB_ROWS_VIOLATE', `The statement will fail (${sqlstate}): ${detail}.`, {
        fix: fixOf(demand.ask),
      }),
    ],
  };
}

function fixOf({ as, rule, violating }: Rows): string {
  switch (as) {
    case 'type':
      return 'Change these values first, choose a type that holds them, or say with USING what becomes of them.';
    case 'partition':
      return 'Move these rows first, or change the bound.';
    case 'check':
      return 'Change or remove these rows first, or add the constraint as NOT VALID and validate it once they are mended.';
    case 'not-null':
      return violating === 'true'
        ? `Give the new column a DEFAULT, or add it without NOT NULL, fill it, and set NOT NULL then.`
        : `Give ${rule} a value in these rows first: msgdb removes duplicates, it does not make up values.`;
  }
}

/** Are there rows that refer to no row? */
export async function lookAtForeignKey(
  db: Queryable,
  demand: Demand & { readonly ask: ForeignKey },
  table: TableFacts,
  samples: number,
): Promise<Seen> {
  const { ask } = demand;
  const parent = await readTable(db, ask.parent);
  const referenced = ask.referenced ?? parent.primaryKey;
  const label = tableLabel(ask.parent);
  if (referenced.length !== ask.columns.length) {
    return { status: 'unresolved', detail: `${label} has no primary key of ${countOf(ask.columns.length, 'column')}` };
  }
  const key: Dangling = {
    ...lookedAt(table),
    values: ask.columns.map(({ name, part }) => ({
      name,
      sql: typeof part === 'string' ? quoted(part) : part.expression,
    })),
    parent: lookedAt(parent),
    referenced,
    where: ask.where,
    full: ask.full,
    identity: table.primaryKey,
  };
  const found = await count(db, countDangling(key));
  if (found === 0) return { status: 'ok', detail: `every row refers to a row of ${label}` };
  const detail = `${countOf(found, 'row refers', 'rows refer')} to no row of ${label}`;
  const fix =
    'Remove these rows or set them to NULL first, or add the constraint as NOT VALID and validate it once they are mended.';
  return {
    status: 'fails',
    detail,
    rows: found,
    samples: await sample(db, sampleDangling(key, samples), samples),
    findings: [findingOn(demand, 'MSGDB_ROWS_VIOLATE', `The statement will fail (23503): ${detail}.`, { fix })],
  };
}

function lookedAt({ table, kind }: TableFacts) {
  return { table, partitioned: kind === 'partitioned' };
}

const countSchema = z.object({ rows: z.coerce.number() });

async function count(db: Queryable, query: Statement): Promise<number> {
  const [row] = await db.query(query);
  return countSchema.parse(row).rows;
}

async function sample(db: Queryable, query: Statement, limit: number): Promise<Seen['samples'] & object> {
  if (limit === 0) return [];
  return (await db.query(query)).map(textsOf);
}

function textsOf(row: Row): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null || value === undefined ? null : String(value)]),
  );
}
