import type { Candidate } from '../../model/discovery.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census } from '../../model/facts.ts';
import { uniqueKey } from '../../model/operations/unique-key.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { looksLikePlaceholder } from '../../plan/discover/rank-keys.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';
import { showName } from '../../sql/show-name.ts';
import { gatherFacts } from '../inspect/gather-facts.ts';
import { takeSurvey } from '../inspect/take-survey.ts';
import { lookOnly } from '../run/look-only.ts';
import type { Workplace } from '../run/workplace.ts';
import { sqlstateOf } from '../session/database-error.ts';

/** What counting a candidate's duplicates gave. */
export type Confirmation =
  | { readonly kind: 'counted'; readonly census: Census; readonly where: string | null }
  | { readonly kind: 'unconfirmed'; readonly why: string };

/** Whatever else goes wrong with one table says nothing of the others. */
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
    return await lookOnly(impatient, async (db) => {
      await db.query(statement(`select set_config('statement_timeout', $1, true)`, [`${timeLimitMs}ms`]));
      const census = await count(db, workplace, candidate, undefined);
      const named = `${quoteName(candidate.identifier)} <> ''`;
      if (candidate.text && looksLikePlaceholder(census)) {
        const without = await count(db, workplace, candidate, named);
        // Another value than '' stands for none, which nobody but the user can know.
        if (without.largestGroup < census.largestGroup) {
          return { kind: 'counted', census: without, where: `${showName(candidate.identifier)} <> ''` };
        }
      }
      return { kind: 'counted', census, where: null };
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || !PASSED_OVER.has(error.code)) throw error;
    if (sqlstateOf(error) === '57014')
      return { kind: 'unconfirmed', why: `not counted within ${timeLimitMs / 1000} s` };
    if (error.code === 'MSGDB_LOCK_TIMEOUT') return { kind: 'unconfirmed', why: 'the table is locked by somebody' };
    return { kind: 'unconfirmed', why: error.message };
  }
}

async function count(
  db: Queryable,
  { server, settings }: Workplace,
  { schema, table, key }: Candidate,
  where: string | undefined,
): Promise<Census> {
  const rule = uniqueKey({
    table: quoteTable({ schema, name: table }),
    key: key.map(quoteName),
    ...(where === undefined ? {} : { where }),
  });
  const facts = await gatherFacts(db, server, rule, settings.schema);
  return (await takeSurvey(db, rule, facts)).census;
}
