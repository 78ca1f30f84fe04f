import type { Context } from '../../commands/context/context.ts';
import { databaseLabel } from '../../commands/context/with-database.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Look } from '../../report/look.ts';
import type { Outcome } from '../definition/command.ts';
import type { Asker } from '../terminal/asker.ts';
import { chooseKey } from './choose-key.ts';
import { chooseMerges } from './choose-merges.ts';
import { chooseReferences } from './choose-references.ts';
import { chooseStart } from './choose-start.ts';
import { chooseSurvivor } from './choose-survivor.ts';
import { decide } from './decide.ts';
import { walk } from './walk.ts';

/** In the order of the questions. */
const STEPS = [chooseStart, chooseKey, chooseSurvivor, chooseMerges, chooseReferences, decide];

/**
 * Leads a person from a database with duplicates to a rule, and to what is done about them: one question after the
 * other. It only looks until the last one is answered.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED when the person leaves without a decision.
 */
export async function lead(context: Context, asker: Asker, look: Look): Promise<Outcome> {
  const { readTables } = await import('../../commands/guide/read-tables.ts');
  const { countRules } = await import('../../commands/guide/count-rules.ts');
  const rules = await countRules(context);
  const tables = await readTables(context);
  await asker.show(
    `Duplicates in ${databaseLabel(context)}\nEsc goes back one question, Ctrl-C leaves.\nNothing is changed before you have seen the plan.\n\n`,
  );
  const outcome = await walk(STEPS, { context, asker, look, tables, rules });
  if (outcome) return outcome;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: 'Nothing was changed.',
    why: 'You went back from the first question.',
    fix: 'Run msgdb dedupe again, or name the rule: msgdb dedupe --table TABLE --key COLUMNS --dry-run.',
  });
}
