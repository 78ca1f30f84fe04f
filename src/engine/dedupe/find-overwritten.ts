import { type FiringTrigger, readFiringBelow } from '../../catalog/read-firing.ts';
import { countOf } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { Outcome, Overwritten } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { capital, listTriggers, offAndOn, triggerData } from './describe-trigger.ts';

/** Rows in which a trigger left another value than msgdb had set, as warnings that name the trigger. */
export async function findOverwritten(db: Queryable, { overwritten }: Outcome): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const each of overwritten) findings.push(describe(each, await readSetting(db, each)));
  return findings;
}

/** The triggers whose function names the column; where none does, all that may. */
async function readSetting(db: Queryable, { table, column }: Overwritten): Promise<readonly FiringTrigger[]> {
  const all = (await readFiringBelow(db, table)).filter(({ events }) => !events.every((each) => each === 'truncate'));
  const firing = all.filter(
    ({ timing, row, events }) => timing === 'before' && row && (events.includes('update') || events.includes('insert')),
  );
  const updating = firing.filter(({ events }) => events.includes('update'));
  // What a trigger AFTER writes is found when the batch ends, whichever statement fired it.
  const after = all.filter(({ timing }) => timing === 'after');
  const may = [updating, firing, after].find((each) => each.length > 0) ?? [];
  const naming = may.filter(({ body }) => hasWord(body, column));
  return naming.length > 0 ? naming : may;
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\w$])`, 'i').test(text);
}

function describe({ table, column, rows, written }: Overwritten, by: readonly FiringTrigger[]): Finding {
  const label = tableLabel(table);
  const [what, option] =
    written === 'merged'
      ? [
          `${countOf(rows, 'survivor has', 'survivors have')} another value in ${column} than the merge computed`,
          'merge',
        ]
      : [
          `${countOf(rows, 'marked row has', 'marked rows have')} another value in ${column} than the rule sets`,
          'losers: { set: … }',
        ];
  const who = by.length > 0 ? capital(listTriggers(by)) : 'A trigger';
  const off = by.length > 0 ? ` (${offAndOn(by)})` : '';
  return finding('MSGDB_VALUE_OVERWRITTEN', `${label}: ${what}.`, {
    level: 'warning',
    table: label,
    fix: `If the trigger is right, take ${column} out of ${option}. If not, undo the run, disable the trigger while msgdb works${off}, and run it again.`,
    data: { why: `${who} sets it, or keeps the row as it was.`, column, rows, trigger: by.map(triggerData) },
  });
}
