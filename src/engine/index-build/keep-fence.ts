import { readFences, readSpan } from '../../catalog/read-fences.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import { uninterrupted } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import { closeFence, createFence, recordFence } from '../../sql/fence.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { buildFingerprint } from '../../sql/scratch.ts';
import { buildSupport, checkOwner, describeFence, type FenceSite, raiseFence, takeDownFence } from './raise-fence.ts';

/** A fence that is to stay when the run has ended. */
export interface WantedFence extends FenceSite {
  /** The index that it stands in for. */
  readonly index: string;
  /** The key as people write it. */
  readonly label: string;
  readonly durationMs: number;
}

/** The fence of a key is one, whatever the index will be called, and never the one of a build. */
function siteOf(site: FenceSite): FenceSite {
  return { ...site, build: { ...site.build, name: '' } };
}

/**
 * Before a row is removed: builds the index that serves the fence, and looks whether the fence can be put up.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED
 */
export async function prepareFence(run: Run, wanted: WantedFence): Promise<void> {
  const site = siteOf(wanted);
  await buildSupport(run, site);
  await checkOwner(run.session, site.build);
}

/**
 * Puts it up, from now on: its end stands in its function, in the function's comment and in the ledger, all at once. One
 * that stands already is replaced by it.
 */
export async function keepFence(run: Run, wanted: WantedFence, origin: Origin): Promise<KeptFence | undefined> {
  const { index, label, durationMs, key } = wanted;
  const site = siteOf(wanted);
  const described = await describeFence(run, site);
  await raiseFence(run, site, async (tx) => {
    const span = await readSpan(tx, durationMs);
    const keeping = { key: label, nulls: key.nulls, ...span, by: run.server.user, runId: run.id };
    const fence = { ...described, index, until: span.until };
    for (const each of createFence(fence, keeping)) await tx.query(each);
    await tx.query(closeFence(described.id));
    await tx.query(recordFence(fence, keeping, origin));
  });
  const id = buildFingerprint(site.build);
  return (await readFences(run.session)).find((fence) => fence.id === id)?.kept;
}

/** Takes down a kept fence, also when the command is interrupted; the index that serves it goes at the end of the run. */
export async function dropKept(run: Run, kept: KeptFence): Promise<void> {
  const { table, id } = kept;
  await takeDownFence({ ...run, signal: uninterrupted() }, { table, id, kept });
}
