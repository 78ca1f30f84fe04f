import { readLedger } from '../../catalog/read-ledger.ts';
import { CODES, type ErrorCode } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import { isRowEntry, type LedgerEntry } from '../../model/ledger.ts';
import type { Run } from '../../session/workplace.ts';
import type { StateChange } from '../../sql/history.ts';
import { describeDone } from './describe-done.ts';
import { type Keeper, noteState } from './note-state.ts';

/** Codes that say more than "a migration failed": they keep their exit code. */
const OWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MSGDB_CONNECTION_LOST',
  'MSGDB_MIGRATION_EDITED',
  'MSGDB_INTERRUPTED',
  'MSGDB_TIMEOUT',
  'MSGDB_LOCK_TIMEOUT',
  'MSGDB_TRANSACTION_CONFLICT',
  'MSGDB_RUN_LOCKED',
  'MSGDB_PERMISSION_DENIED',
  'MSGDB_POOLER_UNSAFE',
  'MSGDB_WINDOW_CLOSED',
]);

/** What was tried, and for whom. */
export interface Attempt {
  readonly way: 'apply' | 'undo';
  readonly keeper: Keeper;
}

/** What a person does again: of another tool's migration msgdb does not know how it is run. */
const AGAIN = {
  msgdb: { apply: '`msgdb migrate`', undo: '`msgdb rollback`' },
  caller: { apply: 'the migration', undo: 'its undo' },
} as const;

/**
 * Records that a migration failed, if the connection is still there, and gives the error to throw. Without a record it
 * stays `running`, which the next run continues with in the same way.
 */
export async function failMigration(
  run: Run,
  state: Pick<StateChange, 'name' | 'checksum' | 'runId' | 'state'>,
  error: unknown,
  { way, keeper }: Attempt,
): Promise<unknown> {
  const message = error instanceof Error ? error.message : String(error);
  if (!run.session.lost.aborted) {
    await noteState(run, keeper, { ...state, error: message }).catch(() => undefined);
  }
  if (!(error instanceof MsgdbError)) return error;
  const migration = state.name;
  const entries = await readDone(run, migration);
  const done = entries && describeDone(entries);
  const fix = fixOf(error, AGAIN[keeper][way], error.data.takenBack && done === '' ? 'nothing' : 'something');
  if (STOPPING.has(error.code) && way === 'apply') {
    return stopped(migration, error, { done, fix: fix.partly ?? fix.whole });
  }
  if (OWN.has(error.code) || CODES_REFUSING.has(error.code)) {
    const what = `${migration}: ${error.message}`;
    return error.with({ what, fix: fix.partly ?? error.fix, data: { migration } });
  }
  return new MsgdbError('MSGDB_MIGRATION_FAILED', {
    what: `${migration} failed: ${error.message}`,
    why: [error.why, ...(way === 'apply' ? describeRows(entries ?? []) : [])].join(' '),
    fix: fix.partly ?? fix.whole,
    data: { ...error.data, migration, code: error.code },
    cause: error,
  });
}

/** A plan that is made when SQL of the same migration has run may be refused by then; what had been done stays. */
function stopped(
  migration: string,
  error: MsgdbError,
  { done, fix }: { readonly done: string | undefined; readonly fix: string },
): MsgdbError {
  const reason = error.message.replace(`${migration} was refused: `, '');
  if (done === '') return error.with({ what: `${migration}: ${reason}`, data: { migration } });
  const what = `${migration} stopped half-way: ${reason}`;
  // With them the error would say that nothing was changed.
  const data = { ...error.data, migration, refusals: [] };
  const kept = done === undefined ? 'What was done before it stays.' : describeKept(done);
  if (error.code !== 'MSGDB_REFUSED') {
    return error.with({ what, why: `${error.why} ${kept}`, fix, data });
  }
  const why = `${CODES.MSGDB_STOPPED.cause} ${kept}`;
  return new MsgdbError('MSGDB_STOPPED', { what, why, fix, data, cause: error });
}

function describeKept(done: string): string {
  return `Done before it, and kept: ${done}.`;
}

/** Of an index that is built concurrently the ledger says so before it is there. */
function describeRows(entries: readonly LedgerEntry[]): readonly string[] {
  const done = describeDone(entries.filter((entry) => isRowEntry(entry) || entry.kind === 'deleted'));
  return done === '' ? [] : [describeKept(done)];
}

/** Empty where nothing was done; undefined where it cannot be known. */
async function readDone(run: Run, name: string): Promise<readonly LedgerEntry[] | undefined> {
  if (run.session.lost.aborted) return undefined;
  return await readLedger(run.session, { migration: name }).catch(() => undefined);
}

/** `partly`: for a script of which statements ran by themselves. */
function fixOf(
  { fix, data: { ranLines, resumes } }: MsgdbError,
  again: string,
  done: 'something' | 'nothing',
): { readonly whole: string; readonly partly: string | undefined } {
  const whole = fix.includes(again.replaceAll('`', ''))
    ? fix
    : `${fix} Then run ${again} again: ${done === 'nothing' ? 'nothing was changed' : 'what was done is recorded and not done twice'}.`;
  if (ranLines === undefined) return { whole, partly: undefined };
  const [first, last] = [ranLines[0], ranLines.at(-1)];
  if (resumes) {
    const have =
      ranLines.length === 1
        ? `The statement at line ${first} has`
        : `${ranLines.length} statements, at lines ${first} to ${last}, have`;
    return {
      whole,
      partly: `${fix} ${have} run and ${ranLines.length === 1 ? 'is' : 'are'} recorded: leave ${ranLines.length === 1 ? 'it as it is' : 'them as they are'}. Then run ${again} again: the script goes on with the statement that failed.`,
    };
  }
  const ran =
    ranLines.length === 1
      ? `The statement at line ${first} has run and stays: undo it by hand, or make it safe to run twice (IF NOT EXISTS).`
      : `${ranLines.length} statements, at lines ${first} to ${last}, have run and stay: undo them by hand, or make them safe to run twice (IF NOT EXISTS).`;
  return { whole, partly: `${fix} ${ran} Then run ${again} again: the script begins at its start.` };
}

/** What a run can meet after its first change as well. */
const STOPPING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MSGDB_REFUSED',
  'MSGDB_STOPPED',
  'MSGDB_BLAST_RADIUS',
  'MSGDB_GROUP_DISAGREES',
]);

/** The plan or the data stood against it. */
const CODES_REFUSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...STOPPING, 'MSGDB_EXPRESSION_INVALID']);
