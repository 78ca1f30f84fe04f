import { countOf } from '../../model/count-of.ts';
import type { Check } from '../../model/report.ts';

/**
 * The last line of checks, from the same checks that are shown: how many failed, how many passed, and how many could
 * not be made, which are never counted as passed.
 * @param good what is said of checks that passed: `all passed`.
 */
export function summarizeChecks(checks: readonly Check[], good: (passed: number) => string): string {
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const skipped = checks.filter(({ status }) => status === 'skipped').length;
  const made = checks.length - skipped;
  const left = skipped === 0 ? '' : `; ${countOf(skipped, 'check')} could not be made`;
  if (failed > 0) return `${failed} of ${countOf(made, 'check')} failed${left}`;
  return made === 0 ? `no check could be made` : `${countOf(made, 'check')}, ${good(made)}${left}`;
}
