import { z } from 'zod';
import type { Moment } from '../../model/facts.ts';
import type { Dedupe } from '../../model/plan.ts';
import type { Queryable, Row } from '../../model/statement.ts';
import { findNewcomers, readMoment } from '../../sql/dedupe/newcomers.ts';
import { stageGroups } from '../../sql/dedupe/stage.ts';
import { findSettings } from '../run/find-settings.ts';
import type { Run } from '../run/workplace.ts';

/**
 * Where groups are looked for: among all rows; among those with hashes that a look has found; or among those that share
 * their key with a row that came or changed since.
 */
export type Search =
  | { readonly among: 'every row' }
  | { readonly among: 'hashes'; readonly hashes: string; readonly asOf: Moment }
  | { readonly among: 'newcomers'; readonly since: Moment };

export const EVERY_ROW: Search = { among: 'every row' };

/** What was staged for a pass. */
export interface Staged {
  readonly groups: number;
  readonly rows: number;
  /** Groups that this search could not find have a row that was written since. */
  readonly asOf: Moment;
}

/** Finding groups and finding their rows are two statements: a copy that came in between would leave a group torn. */
export async function inOneMoment<Result>(run: Run, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  const settings = findSettings(run);
  return await run.session.transaction({ isolation: 'repeatable read', settings }, work);
}

/** Stages the groups to work on. */
export async function stage(tx: Queryable, dedupe: Dedupe, search: Search): Promise<Staged> {
  if (search.among === 'hashes') return { ...(await stageThese(tx, dedupe, search.hashes)), asOf: search.asOf };
  const asOf = await readNow(tx);
  if (search.among === 'every row' || dedupe.key.grouping === 'sort') {
    return { ...(await stageThese(tx, dedupe, undefined)), asOf };
  }
  const [row] = await tx.query(findNewcomers(dedupe.key, search.since));
  const { rows, hashes } = newcomersSchema.parse(row);
  if (rows === 0) return { groups: 0, rows: 0, asOf };
  return { ...(await stageThese(tx, dedupe, hashes ?? undefined)), asOf };
}

export async function readNow(tx: Queryable): Promise<Moment> {
  const [row] = await tx.query(readMoment());
  return String(row?.moment);
}

const newcomersSchema = z.object({ rows: z.coerce.number(), hashes: z.string().nullable() });

async function stageThese(tx: Queryable, dedupe: Dedupe, hashes: string | undefined) {
  let last: readonly Row[] = [];
  for (const each of stageGroups(dedupe, hashes)) last = await tx.query(each);
  return { groups: Number(last[0]?.groups), rows: Number(last[0]?.rows) };
}
