import { MsgdbError } from '../../model/errors.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { scriptOf } from '../plans/report-plan.ts';
import { loadFiles } from '../project/load-files.ts';
import { resolveRange } from '../project/resolve-to.ts';
import { type ApplyOptions, type PlannedOperation, planPending, readPending } from './plan-pending.ts';

/** The pending migrations as an SQL script. */
export async function migrateScript(context: Context, options: ApplyOptions): Promise<string> {
  const files = await loadFiles(context);
  const range = resolveRange(options, files);
  return await connectToRead(context, 'migrate', async (workplace) => {
    const ahead = await readPending(workplace, files, range);
    const [refusal] = ahead.refusals;
    if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
    const plans = await planPending(workplace, files, ahead);
    const later = plans.find((each) => each.later !== undefined);
    if (later) throw noScript(later);
    return await scriptOf('migrate', plans, workplace);
  });
}

/** What SQL of a migration makes is there when it has run, and a script is written before. */
function noScript({ migration, plan, later }: PlannedOperation): MsgdbError {
  return new MsgdbError('MSGDB_REFUSED', {
    what: `A script cannot do all of ${migration}: ${plan.title} can be planned only when the SQL before it has run. ${later}`,
    why: 'A script is written from the database as it is now.',
    fix: `Run \`msgdb migrate\` instead of a script; or put what comes after the SQL in a migration of its own, and write its script when ${migration} is applied.`,
    data: { migration },
  });
}
