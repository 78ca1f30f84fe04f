import type { VerifyReport } from '../model/report.ts';
import type { Published } from '../report/json.ts';
import { failAssertion } from './fail-assertion.ts';
import type { Msgdb } from './msgdb.ts';
import type { VerifyOptions } from './options.ts';

/**
 * For a test suite, whichever: asserts that every rule of the migrations, or this one, holds in the database and is enforced
 * there. Gives the report.
 * @throws AssertionError with each check that failed, and what mends it.
 */
export async function assertRules(
  db: Pick<Msgdb, 'verify'>,
  options: VerifyOptions = {},
): Promise<Published<VerifyReport>> {
  const report = await db.verify(options);
  if (report.checks.length === 0) failAssertion(assertRules, report.summary, report.findings);
  if (report.verdict !== 'ok') failAssertion(assertRules, report.summary, report.findings);
  return report;
}
