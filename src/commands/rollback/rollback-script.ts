import { recordUndone } from '../../sql/history-schema.ts';
import { inlineValues } from '../../sql/inline-values.ts';
import { placeName } from '../../sql/own-schema.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { scriptOf } from '../plans/report-plan.ts';
import { loadFiles } from '../project/load-files.ts';
import { chooseUndo, planAll, type UndoOptions } from './plan-undo.ts';

/** What `rollback` would do, as an SQL script. */
export async function rollbackScript(context: Context, options: UndoOptions): Promise<string> {
  const files = await loadFiles(context);
  return await connectToRead(context, 'rollback', async (workplace) => {
    const chosen = await chooseUndo(workplace, files, options);
    const plans = await planAll(workplace, chosen, 'look');
    const script = await scriptOf(
      'rollback',
      // What an undo changes is not the migration's: it would be undone again with it.
      plans.map(({ plan }) => ({ plan, migration: null, place: null })),
      workplace,
    );
    const ends = chosen.flatMap(({ name }) =>
      recordUndone(name).map((each) => placeName(inlineValues(each), context.settings.historySchema)),
    );
    return `${[script.trimEnd(), ...ends].join('\n')}\n`;
  });
}
