import { z } from 'zod';
import { readTimeCandidates } from '../../catalog/read-time-candidates.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census, TableFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import {
  type DifferingColumn,
  GAPS,
  type GapCount,
  type Growth,
  type TimeColumn,
  type WhyReport,
} from '../../model/why.ts';
import { findColumn } from '../../resolve/find-column.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { explainCopies } from '../../sql/explain/explain-copies.ts';
import type { Inspected } from '../inspect-operation.ts';
import { chooseTimeColumn, takeTimeColumn } from './choose-time-column.ts';
import { readCopies } from './read-copies.ts';
import { rollUp } from './roll-up.ts';
import { sizesOf } from './sizes-of.ts';

/** Shares of 10,000 groups are right to about one in a hundred; their rows are read within a second or two. */
const MOST_GROUPS = 10_000;
/** A placeholder such as '' may have millions of copies, and must not decide what is said of the others. */
const MOST_ROWS_OF_GROUP = 100;
/** What is kept of each row meanwhile is eight bytes a column. */
const MOST_ROWS = 200_000;

/** How to explain: by a column that the user named, which has to be there if it is `required`. */
export interface ExplainOptions {
  readonly by: string | undefined;
  readonly required: boolean;
}

/**
 * Looks at the copies of a rule for how they came: when, in which transactions, and what they differ in. Undefined when
 * there are none.
 * @throws MsgdbError MSGDB_COLUMN_NOT_FOUND, MSGDB_USAGE when there is no such column or it holds no time.
 */
export async function explainTarget(
  db: Queryable,
  { facts, resolved: { key }, survey }: Inspected<ResolvedRule>,
  options: ExplainOptions,
): Promise<WhyReport | undefined> {
  const { census } = survey;
  const inKey = key.columns.flatMap((part) => ('column' in part ? [part.column] : []));
  const time = await findTime(db, facts.table, inKey, options);
  if (census.groups === 0) return undefined;
  const columns = facts.table.columns
    .map(({ name }) => name)
    .filter((name) => !inKey.includes(name) && !facts.table.primaryKey.includes(name) && name !== time?.column);
  await db.query(readFrom(key));
  const [row] = await db.query(
    explainCopies({
      key,
      time,
      columns,
      mostGroups: MOST_GROUPS,
      mostRowsOfGroup: MOST_ROWS_OF_GROUP,
      mostRows: MOST_ROWS,
    }),
  );
  const why = describe(rowSchema.parse(row), { census, time, columns });
  return { ...why, reading: readCopies(why, census.excessRows) };
}

interface Asked {
  readonly census: Census;
  readonly time: TimeColumn | undefined;
  readonly columns: readonly string[];
}

function describe(seen: Seen, { census, time, columns }: Asked): Omit<WhyReport, 'reading'> {
  return {
    groups: seen.groups,
    sample: seen.groups < census.groups,
    rows: seen.rows,
    mostRowsOfGroup: MOST_ROWS_OF_GROUP,
    largestGroup: census.largestGroup,
    sizes: sizesOf(seen.sizes),
    time: time ?? null,
    precision: seen.precision,
    rowsWithoutTime: time ? seen.untimed : 0,
    gaps: gapsOf(seen),
    sameTransaction: {
      groups: seen.shared_groups,
      transactions: seen.shared_transactions,
      mostGroups: seen.shared_most,
    },
    differs: differsOf(columns, seen.differs),
    growth: growthOf(seen, time),
  };
}

const rowSchema = z.object({
  groups: z.coerce.number(),
  rows: z.coerce.number(),
  sizes: z.array(z.tuple([z.number(), z.number()])),
  untimed: z.coerce.number(),
  gaps: z.array(z.tuple([z.number(), z.number(), z.number()])),
  shared_groups: z.coerce.number(),
  shared_transactions: z.coerce.number(),
  shared_most: z.coerce.number(),
  precision: z.enum(['microsecond', 'millisecond', 'second', 'day']).nullable(),
  hours: z.array(z.tuple([z.number(), z.number()])),
  last: z.coerce.number().nullable(),
  newest: z.coerce.number().nullable(),
  now: z.coerce.number(),
  differs: z.record(z.string(), z.number()),
});

type Seen = z.infer<typeof rowSchema>;

async function findTime(
  db: Queryable,
  table: TableFacts,
  inKey: readonly string[],
  { by, required }: ExplainOptions,
): Promise<TimeColumn | undefined> {
  const candidates = await readTimeCandidates(db, table);
  const column = by === undefined ? undefined : findColumn(table, by);
  const named = candidates.find((candidate) => candidate.column === column?.name);
  if (named) return takeTimeColumn(named);
  if (by === undefined || !required) return chooseTimeColumn(candidates, inKey);
  const times = candidates.filter(({ form }) => form !== 'epoch').map((candidate) => candidate.column);
  const fix = times.length === 0 ? 'Leave --by out.' : `Name one that does: ${times.join(', ')}.`;
  const label = tableLabel(table.table);
  throw column
    ? new MsgdbError('MSGDB_USAGE', {
        what: `${label}.${column.name} is of type ${column.type}, which does not hold a time.`,
        why: 'The column of --by says when a row was written.',
        fix,
      })
    : new MsgdbError('MSGDB_COLUMN_NOT_FOUND', { what: `${label} has no column ${by}.`, fix });
}

function gapsOf({ gaps }: Seen): readonly GapCount[] {
  return GAPS.flatMap((gap, place) => {
    const found = gaps.find(([index]) => index === place);
    return found ? [{ gap, pairs: found[1], sameTransaction: found[2] }] : [];
  });
}

function differsOf(columns: readonly string[], counts: Seen['differs']): readonly DifferingColumn[] {
  return columns
    .map((column, place) => ({
      column,
      groups: counts[`c${place + 1}`] ?? 0,
      filledOnce: counts[`c${place + 1}_filled`] ?? 0,
    }))
    .filter(({ groups }) => groups > 0)
    .toSorted((a, b) => b.groups - a.groups);
}

function growthOf({ hours, last, newest, now }: Seen, time: TimeColumn | undefined): Growth | null {
  const rolled = rollUp(new Map(hours));
  if (!rolled || last === null || newest === null) return null;
  const zoned = time?.form === 'timestamptz' || time?.form === 'epoch';
  return {
    ...rolled,
    last: new Date(last).toISOString(),
    lastAgeSeconds: zoned ? Math.floor((now - last) / 1000) : null,
    newestRow: new Date(newest).toISOString(),
  };
}
