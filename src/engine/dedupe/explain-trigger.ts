import { explainDenied } from '../../catalog/explain-denied.ts';
import { type FiringTrigger, readFiringIn, readFiringOf } from '../../catalog/read-firing.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Step } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Run } from '../../session/workplace.ts';
import { blame } from './blame-trigger.ts';
import { capital, describeTrigger, listTriggers, offAndOn, triggerData } from './describe-trigger.ts';
import { writingOf } from './run-batch.ts';

/**
 * Says of an error in a step what only the run could know: which trigger raised it or kept the rows as they were, at
 * which statement, and what was undone. The transaction is over by then, so the catalogue can be read. Any other error
 * comes back as it is.
 */
export async function explainTrigger(run: Run, step: Step, thrown: unknown): Promise<unknown> {
  const error = await explainDenied(run.session, thrown);
  if (!(error instanceof MsgdbError) || run.session.lost.aborted) return error;
  const writing = writingOf(error);
  const { context } = error.data;
  if (!writing && typeof context !== 'string') return error;
  try {
    if (error.code === 'MSGDB_DATABASE_ERROR' || error.code === 'MSGDB_PERMISSION_DENIED') {
      const known = typeof context === 'string' ? await readFiringIn(run.session, context) : [];
      const chain = blame(known, String(context ?? ''), writing);
      return raised(error, chain, whatFailed(step, writing, error));
    }
    const keeping = writing && error.data.sqlstate === undefined ? await readKeeping(run, writing) : [];
    return keeping.length > 0 ? kept(error, keeping) : error;
  } catch (another) {
    // Whatever keeps the catalogue from being read is less than what is to be told.
    if (another instanceof MsgdbError) return error;
    throw another;
  }
}

/** Triggers, the one that raised first; then the one that was fired by msgdb's own statement, where that is another. */
function raised(error: MsgdbError, chain: readonly (readonly FiringTrigger[])[], circumstances: string): MsgdbError {
  const [first, last] = chain;
  const told = { ...error.data, ...(first?.[0] ? { trigger: first.map(triggerData) } : {}) };
  if (!first?.[0]) {
    return new MsgdbError(error.code, {
      what: error.message,
      why: `${error.why} ${circumstances}`,
      fix: error.fix,
      data: told,
      cause: error,
    });
  }
  const through = last ? `, which ${listTriggers(last)} set off,` : '';
  return new MsgdbError(error.code, {
    what: `${capital(listTriggers(first))}${through} stopped the run: ${error.message}`,
    why: `${error.why} ${circumstances}`,
    fix: `${error.fix} Or disable the trigger while msgdb works: ${offAndOn(first)}`,
    data: told,
    cause: error,
  });
}

/** A BEFORE trigger that gives back NULL or the old row keeps it as it was. */
async function readKeeping(run: Run, { table, command }: NonNullable<ReturnType<typeof writingOf>>) {
  const firing = await readFiringOf(run.session, table);
  return firing.filter(({ timing, row, events }) => timing === 'before' && row && events.includes(command));
}

function kept(error: MsgdbError, keeping: readonly FiringTrigger[]): MsgdbError {
  const [one] = keeping.length === 1 ? keeping : [];
  return new MsgdbError(error.code, {
    what: error.message,
    why: one
      ? `${capital(listTriggers([one]))} keeps rows as they were: it gives back NULL or the old row.`
      : `One of these keeps rows as they were, by giving back NULL or the old row: ${keeping.map(describeTrigger).join(', ')}.`,
    fix: `Disable ${one ? 'it' : 'that trigger'} while msgdb works: ${offAndOn(keeping)}`,
    data: { ...error.data, trigger: keeping.map(triggerData) },
    cause: error,
  });
}

/** The step, the statement, and what is as before. */
function whatFailed(step: Step, writing: ReturnType<typeof writingOf>, { data }: MsgdbError): string {
  const inner = step.kind === 'transaction' ? (step.steps.find(changesRows) ?? step) : step;
  const at = writing
    ? `at ${STATEMENTS[writing.command]} ${tableLabel(writing.table)}`
    : isAtEnd(data.statement)
      ? 'when deferred constraints and triggers were due'
      : undefined;
  const place = `It happened in the step "${inner.title}"${at === undefined ? '' : `, ${at}`}.`;
  if (step.kind === 'transaction' || !changesRows(step)) {
    return `${place} The transaction was rolled back: the step has changed nothing.`;
  }
  const before = data.done === undefined ? ': the step has changed nothing' : '';
  return `${place} The batch was rolled back${before}.`;
}

const STATEMENTS = { insert: 'INSERT into', update: 'UPDATE of', delete: 'DELETE from' } as const;

function isAtEnd(text: unknown): boolean {
  return typeof text === 'string' && /^\s*(?:commit|set constraints)\b/.test(text);
}

function changesRows({ kind }: Step): boolean {
  return kind === 'dedupe' || kind === 'relink' || kind === 'build-index' || kind === 'rebuild-index';
}
