import type { Alike, Candidate } from '../../model/discovery.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census } from '../../model/facts.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { quoteName } from '../../sql/quote.ts';
import { limitStatements } from '../../sql/settings.ts';
import { showName } from '../../sql/show-name.ts';
import { countAlike, countKey } from './count-alike.ts';
import { looksLikePlaceholder } from './rank-keys.ts';

/** What counting a candidate's duplicates gave. */
export type Confirmation = Counted | { readonly kind: 'unconfirmed'; readonly why: string };

interface Counted {
  readonly kind: 'counted';
  readonly census: Census;
  readonly where: string | null;
  /** Rows that are copies of others to a person alone. */
  readonly alike?: Alike;
}

/** An error with one table says nothing of the others. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'MSGDB_DATABASE_ERROR',
  'MSGDB_STATEMENT_CANCELLED',
  'MSGDB_TRANSACTION_CONFLICT',
  'MSGDB_OUT_OF_RESOURCES',
  'MSGDB_DATA_CORRUPTED',
  'MSGDB_LOCK_TIMEOUT',
  'MSGDB_PERMISSION_DENIED',
  'MSGDB_TABLE_NOT_FOUND',
]);

/**
 * Counts the duplicates of a candidate as find-duplicates does, each statement for at most this long. Where '' has most
 * of the copies, the rows without it are what is counted.
 * @param timeLimitMs 0 sets no limit.
 */
export async function confirmKey(
  workplace: Workplace,
  candidate: Candidate,
  timeLimitMs: number,
): Promise<Confirmation> {
  // A table that somebody has locked is not waited for: there are others.
  const impatient = { ...workplace, settings: { ...workplace.settings, lockRetries: 0 } };
  try {
    const counted = await readOnly(impatient, async (db): Promise<Counted> => {
      await db.query(limitStatements(timeLimitMs));
      const census = await countKey(db, workplace, candidate, { where: undefined });
      if (candidate.text && looksLikePlaceholder(census)) {
        const without = await countKey(db, workplace, candidate, { where: named(candidate) });
        // Another value than '' stands for none, which only the user can know.
        if (without.largestGroup < census.largestGroup) {
          return { kind: 'counted', census: without, where: `${showName(candidate.identifier)} <> ''` };
        }
      }
      return { kind: 'counted', census, where: null };
    });
    return await withAlike(impatient, candidate, counted, timeLimitMs);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !PASSED_OVER.has(error.code)) throw error;
    if (sqlstateOf(error) === '57014')
      return { kind: 'unconfirmed', why: `not counted within ${timeLimitMs / 1000} s` };
    if (error.code === 'MSGDB_LOCK_TIMEOUT') return { kind: 'unconfirmed', why: 'the table is locked by somebody' };
    return { kind: 'unconfirmed', why: error.message };
  }
}

/** What keeps it from being counted leaves it unsaid: the candidate itself has been counted. */
async function withAlike(
  workplace: Workplace,
  candidate: Candidate,
  counted: Counted,
  timeLimitMs: number,
): Promise<Counted> {
  if (!candidate.text) return counted;
  const where = counted.where === null ? undefined : named(candidate);
  try {
    const alike = await readOnly(workplace, async (db) => {
      await db.query(limitStatements(timeLimitMs));
      return await countAlike(db, workplace, candidate, { census: counted.census, where });
    });
    return alike ? { ...counted, alike } : counted;
  } catch (error) {
    if (!(error instanceof MsgdbError) || !PASSED_OVER.has(error.code)) throw error;
    return counted;
  }
}

function named({ identifier }: Candidate): string {
  return `${quoteName(identifier)} <> ''`;
}
