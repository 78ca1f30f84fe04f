import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { scriptOf } from '../plans/report-plan.ts';
import { chooseRules } from '../project/load-files.ts';
import type { DedupeOptions } from './dedupe.ts';
import { seeRules } from './see-rules.ts';

/** What `dedupe` would do, as an SQL script. */
export async function dedupeScript(context: Context, options: Pick<DedupeOptions, 'rule'>): Promise<string> {
  const rules = await chooseRules(context, options.rule);
  return await connectToRead(context, 'dedupe', async (workplace) => {
    const how = { samples: 0, depth: 'full', purpose: 'look', miswritten: 'thrown' } as const;
    const seen = await seeRules(workplace, rules, how);
    return await scriptOf(
      'dedupe',
      seen.map(({ plan }) => ({ plan, migration: null, place: null })),
      workplace,
    );
  });
}
