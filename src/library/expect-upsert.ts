import type { UpsertReport } from '../model/upsert-report.ts';
import { failAssertion } from './fail-assertion.ts';
import type { Msgdb } from './msgdb.ts';
import type { CallOptions } from './options.ts';

export interface ExpectUpsertOptions extends CallOptions {
  /** The index that its target has to find. */
  readonly arbiter?: string | undefined;
}

/**
 * For a test suite, whichever: asserts that each upsert of an SQL text finds its unique index in the database, by asking the
 * planner. Nothing is executed; placeholders of any driver may stand for values. Gives what was found out of each.
 * @throws AssertionError where one fails, is doubtful or cannot be resolved, or the text has none.
 */
export async function expectUpsert(
  sql: string,
  db: Pick<Msgdb, 'checkUpserts'>,
  { arbiter, ...options }: ExpectUpsertOptions = {},
): Promise<readonly UpsertReport[]> {
  const { upserts, summary } = await db.checkUpserts({ ...options, sql, strict: true });
  if (upserts.length === 0) failAssertion(expectUpsert, 'there is no upsert in this SQL', [{ message: shorten(sql) }]);
  const wrong = upserts.filter((each) => each.status !== 'ok');
  if (wrong.length > 0) failAssertion(expectUpsert, summary, wrong.map(problemOf));
  const others = upserts.filter((each) => arbiter !== undefined && each.arbiter !== arbiter);
  const found = others.map((each) => ({
    message: `${each.statement}: it finds ${each.arbiter ?? 'every unique index'}.`,
  }));
  if (found.length > 0) failAssertion(expectUpsert, `the target does not find ${arbiter}`, found);
  return upserts;
}

function problemOf({ statement, message, fix }: UpsertReport) {
  return { message: `${statement}: ${message ?? 'it is not resolved'}`, fix };
}

function shorten(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
