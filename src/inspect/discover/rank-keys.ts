import type { Candidate, Likelihood } from '../../model/discovery.ts';
import type { Census } from '../../model/facts.ts';

/** What was counted of a candidate. */
export type Counted = Pick<Census, 'covered' | 'groups' | 'excessRows'>;

/** Points for a share of rows that are copies, from the first line that it does not exceed. */
const POINTS: readonly { readonly share: number; readonly points: number }[] = [
  { share: 0, points: 40 },
  { share: 0.001, points: 38 },
  { share: 0.01, points: 34 },
  { share: 0.05, points: 30 },
  { share: 0.2, points: 26 },
  { share: 0.35, points: 18 },
  { share: 0.5, points: 8 },
];

const LIKELY = 70;
const PLAUSIBLE = 55;
/** Less than this is chance. */
const POSSIBLE = 48;

/**
 * How likely it is that the key should be unique, after its rows were counted: the fewer copies, the likelier.
 * Undefined when the rows speak against it.
 */
export function rankKey(
  candidate: Candidate,
  counted: Counted | undefined,
): { readonly likelihood: Likelihood; readonly points: number } | undefined {
  const points =
    candidate.score + (counted ? pointsOf(counted) : 15) - (candidate.missingPartitionKey.length > 0 ? 15 : 0);
  const against = counted && (counted.covered === 0 || counted.excessRows / counted.covered > 0.5 || points < POSSIBLE);
  if (against) return undefined;
  const likelihood = points >= LIKELY ? 'likely' : points >= PLAUSIBLE ? 'plausible' : 'possible';
  return { likelihood, points };
}

function pointsOf({ covered, excessRows }: Counted): number {
  const share = excessRows / Math.max(1, covered);
  return POINTS.find((line) => share <= line.share)?.points ?? 0;
}

/** Fewer copies of one value are copies like any others. */
const PLACEHOLDER_COPIES = 10;

/** Do so many excess rows have one value that it may stand for "none"? */
export function looksLikePlaceholder({ excessRows, largestGroup }: Census): boolean {
  return largestGroup >= PLACEHOLDER_COPIES && (largestGroup - 1) * 10 > excessRows;
}
