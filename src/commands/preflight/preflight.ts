import type { PreflightReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { makeReport } from '../reports/make-report.ts';
import { adviseRepair } from './advise-repair.ts';
import { findPending, type LookOptions, reportLook } from './look-at-pending.ts';
import { type RepairOptions, repairPending } from './repair-pending.ts';

export interface PreflightOptions extends LookOptions {
  /** Make the data fit: undefined to look only. */
  readonly repair?: RepairOptions | undefined;
}

/**
 * Says which statements of another runner's pending migrations will fail, or block others. Nothing is written, unless the
 * rows are to be repaired.
 */
export async function preflight(context: Context, options: PreflightOptions): Promise<PreflightReport> {
  return await makeReport(context, async (timed) => {
    const look = await findPending(timed, options);
    if (options.repair) return await repairPending(timed, look, { ...options, repair: options.repair });
    return await connectToRead(timed, 'preflight', async (workplace) => {
      const found = await look(workplace);
      return reportLook({ ...found, seen: adviseRepair(found.seen, options) }, options);
    });
  });
}
