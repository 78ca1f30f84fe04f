import { explainDenied } from '../../catalog/explain-denied.ts';
import { type FiringTrigger, readFiringIn, readFiringOf } from '../../catalog/read-firing.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Step } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Writing } from '../../model/writing.ts';
import type { Run } from '../../session/workplace.ts';
import { blame } from './blame-trigger.ts';
import { capital, describeTrigger, listTriggers, offAndOn, triggerData } from './describe-trigger.ts';

/**
 * Says of an error in a step what only the run could know: which trigger raised it or kept the rows as they were, at
 * which statement, and what was undone. The transaction is over by then, so the catalogue can be read. Any other error
 * comes back as it is.
 */
export async function explainTrigger(run: Run, step: Step, thrown: unknown): Promise<unknown> {
  const error = await explainDenied(run.session, thrown);
  if (!(error instanceof MsgdbError) || run.session.lost.aborted) return error;
  const { context, writes } = error.data;
  if (!writes && context === undefined) return error;
  try {
    if (error.code === 'MSGDB_DATABASE_ERROR' || error.code === 'MSGDB_PERMISSION_DENIED') {
      const known = context === undefined ? [] : await readFiringIn(run.session, context);
      const chain = blame(known, context ?? '', writes);
      return raised(error, chain, whatFailed(step, error));
    }
    const keeping = writes && error.data.sqlstate === undefined ? await readKeeping(run, writes) : [];
    return keeping.length > 0 && writes ? kept(error, keeping, writes) : error;
  } catch (another) {
    // An error while reading the catalogue must not replace the error that is explained.
    if (another instanceof MsgdbError) return error;
    throw another;
  }
}

/** Triggers, the one that raised first; then the one that was fired by msgdb's own statement, where that is another. */
function raised(error: MsgdbError, chain: readonly (readonly FiringTrigger[])[], circumstances: string): MsgdbError {
  const [first, last] = chain;
  const why = `${error.why} ${circumstances}`;
  if (!first?.[0]) return error.with({ why });
  const through = last ? `, which ${listTriggers(last)} set off,` : '';
  return error.with({
    what: `${capital(listTriggers(first))}${through} stopped the run: ${error.message}`,
    why,
    fix: `${error.fix} Or disable the trigger while msgdb works: ${offAndOn(first)}`,
    data: { trigger: first.map(triggerData) },
  });
}

/** A BEFORE trigger that gives back NULL or the old row keeps it as it was. */
async function readKeeping(run: Run, { table, command }: Writing): Promise<readonly FiringTrigger[]> {
  const firing = await readFiringOf(run.session, table);
  return firing.filter(({ timing, row, events }) => timing === 'before' && row && events.includes(command));
}

function kept(error: MsgdbError, keeping: readonly FiringTrigger[], { command }: Writing): MsgdbError {
  const gives = command === 'delete' ? 'NULL' : 'NULL, the old row, or a row with the old values';
  const [one] = keeping.length === 1 ? keeping : [];
  return error.with({
    why: one
      ? `${capital(listTriggers([one]))} keeps rows as they were: it gives back ${gives}.`
      : `One of these keeps rows as they were, by giving back ${gives}: ${keeping.map(describeTrigger).join(', ')}.`,
    fix: `Disable ${one ? 'it' : 'that trigger'} while msgdb works: ${offAndOn(keeping)}`,
    data: { trigger: keeping.map(triggerData) },
  });
}

/** The step, the statement, and what is as before. */
function whatFailed(step: Step, { data: { writes, statement = '', done } }: MsgdbError): string {
  const inner = step.kind === 'transaction' ? (step.steps.find(changesRows) ?? step) : step;
  const at = writes
    ? `at ${STATEMENTS[writes.command]} ${tableLabel(writes.table)}`
    : AT_END.test(statement)
      ? 'when deferred constraints and triggers were due'
      : undefined;
  const place = `It happened in the step "${inner.title}"${at === undefined ? '' : `, ${at}`}.`;
  if (step.kind === 'transaction' || !changesRows(step)) {
    return `${place} The transaction was rolled back: the step has changed nothing.`;
  }
  const before = done === undefined ? ': the step has changed nothing' : '';
  return `${place} The batch was rolled back${before}.`;
}

const STATEMENTS = { insert: 'INSERT into', update: 'UPDATE of', delete: 'DELETE from' } as const;

const AT_END = /^\s*(?:commit|set constraints)\b/;

function changesRows({ kind }: Step): boolean {
  return kind === 'dedupe' || kind === 'relink' || kind === 'build-index' || kind === 'rebuild-index';
}
