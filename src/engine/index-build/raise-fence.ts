import { isHashable } from '../../catalog/is-hashable.ts';
import { readFenceKey } from '../../catalog/read-fence-key.ts';
import type { LeftFence, StandingFence } from '../../catalog/read-fences.ts';

import { readTable } from '../../catalog/read-table.ts';
import { readTableOwner, type TableOwner } from '../../catalog/read-table-owner.ts';
import type { Key } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexBuild } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { closeFence, createFence, dropFence, fenceHash, giveFence } from '../../sql/fence.ts';
import type { Fence, FenceMode } from '../../sql/fence-body.ts';
import { buildFingerprint, scratchIndex } from '../../sql/scratch.ts';
import { partSql } from '../../sql/terms.ts';
import { attemptBuild, dropConcurrently, findIndex } from './attempt-build.ts';
import { attemptPartitions } from './build-partitions.ts';
import { waitForOlder } from './wait-for-older.ts';

/** Where a fence stands, and what it keeps out. */
export interface FenceSite {
  /** The build whose fence it is. */
  readonly build: IndexBuild;
  readonly key: Key;
  readonly mode: FenceMode;
}

/**
 * Puts up the fence: an index that serves its look-ups, and the triggers. Then waits for transactions that began before
 * it: their snapshots do not show what the fence has to know.
 */
export async function putUpFence(run: Run, build: IndexBuild, key: Key, mode: FenceMode): Promise<void> {
  const site = { build, key, mode };
  await buildSupport(run, site);
  const fence = await describeFence(run, site);
  await raiseFence(run, site, async (tx) => {
    for (const each of createFence(fence)) await tx.query(each);
  });
}

/** Makes the triggers, as `create` says, gives their function to the owner of the table, and waits. */
export async function raiseFence(run: Run, site: FenceSite, create: (tx: Queryable) => Promise<void>): Promise<void> {
  const { build } = site;
  await retryLock(run, build.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => {
      await create(tx);
      await handOver(tx, run, build);
    }),
  );
  await waitForOlder(run, `older than the fence on ${tableLabel(build.table)}`);
}

/**
 * Before anything is done: could the fence be put up?
 * @throws MsgdbError MSGDB_PERMISSION_DENIED
 */
export async function checkOwner(db: Queryable, build: IndexBuild): Promise<TableOwner> {
  const owner = await readTableOwner(db, build.table, scratchIndex('support', build));
  if (owner.lacks.length > 0) throw refuseFence(build, owner, `${owner.owner} lacks: ${owner.lacks.join('; ')}.`);
  return owner;
}

/** The function has to be the table owner's, or the fence lends the rights of this role to what the key calls. */
async function handOver(tx: Queryable, { server }: Run, build: IndexBuild): Promise<void> {
  const owner = await checkOwner(tx, build);
  if (owner.own) return;
  try {
    for (const each of giveFence(buildFingerprint(build), owner)) await tx.query(each);
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_PERMISSION_DENIED') throw error;
    throw refuseFence(build, owner, `${server.user} may not give it to ${owner.owner}: ${error.message}`, error);
  }
}

function refuseFence({ table }: IndexBuild, { owner }: TableOwner, why: string, cause?: MsgdbError): MsgdbError {
  return new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The fence on ${tableLabel(table)} cannot be put up: its function has to run with the rights of the table's owner, ${owner}.`,
    why,
    fix: `Connect as ${owner}, grant what is missing, or run with --fence none or --strategy locked.`,
    cause,
  });
}

/** Takes it down; the index that served it is the caller's to drop. */
export async function takeDownFence(run: Run, { table, id, kept }: StandingFence): Promise<void> {
  await retryLock(run, table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => {
      for (const each of dropFence(table, id)) await tx.query(each);
      if (kept) await tx.query(closeFence(id));
    }),
  );
}

/** Would a fence that is put up now do the same as one that an earlier run left, by its hash? */
export async function isSameFence(run: Run, build: IndexBuild, key: Key, left: LeftFence): Promise<boolean> {
  if (left.id !== buildFingerprint(build) || left.mode !== run.settings.fence) return false;
  const support = await findIndex(run, { table: build.table, name: scratchIndex('support', build).name });
  if (!support?.valid) return false;
  return fenceHash(await describeFence(run, { build, key, mode: left.mode })) === left.hash;
}

/** Builds the index that serves the fence's look-ups. */
export async function buildSupport(run: Run, { build, key }: FenceSite): Promise<void> {
  const { name } = scratchIndex('support', build);
  const left = await findIndex(run, { table: build.table, name });
  if (left?.valid) return;
  if (left && !key.partitioned) await dropConcurrently(run, { schema: build.table.schema, name });
  const support: IndexBuild = { ...key, name, unique: false, method: 'btree', nulls: 'distinct' };
  const attempt = key.partitioned
    ? await attemptPartitions(run, support, async () => {})
    : await attemptBuild(run, support);
  if (attempt.kind === 'met-copies') throw attempt.error;
}

/** What the fence of a build does, by the index that serves it. */
export async function describeFence(run: Run, { build, key, mode }: FenceSite): Promise<Fence> {
  // Where search_path names nothing else, PostgreSQL writes the schema of everything that is not its own.
  const settings = { search_path: 'pg_catalog' };
  const support = scratchIndex('support', build);
  const form = await run.session.transaction({ readOnly: true, settings }, async (tx) => readFenceKey(tx, support));
  const facts = await readTable(run.session, build.table);
  const hashable = await run.session.transaction({ readOnly: true }, async (tx) =>
    isHashable(tx, facts, key.columns.map(partSql)),
  );
  return { id: buildFingerprint(build), index: build.name, key, form, hashable, mode };
}
