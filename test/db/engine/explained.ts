import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { FindDuplicatesReport } from '../../../src/model/report.ts';
import type { WhyReport } from '../../../src/model/why.ts';
import { makeContext } from '../../support/context.ts';

/** A database, or its URL for another role. */
type Where = Parameters<typeof makeContext>[0];

export const MESSAGES = `create table messages (
  id bigint generated always as identity primary key, key text, body text, created_at timestamptz default now())`;

/** How the copies of the table messages came, by its column key if the rule does not say otherwise. */
export async function explain(db: Where, rule: Partial<UniqueKeyOptions> = {}, by?: string): Promise<WhyReport> {
  const { targets } = await look(db, rule, by);
  const why = targets[0]?.why;
  if (!why) throw new Error('it was not explained');
  return why;
}

/** The whole report. */
export async function look(
  db: Where,
  rule: Partial<UniqueKeyOptions> = {},
  by?: string,
): Promise<FindDuplicatesReport> {
  const options = { rule: uniqueKey({ table: 'messages', key: ['key'], ...rule }), samples: 0, explain: { by } };
  return await findDuplicates(await makeContext(db), options);
}
