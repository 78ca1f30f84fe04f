import { countOf } from '../model/count-of.ts';
import { MsgdbError } from '../model/errors.ts';
import type { TableName } from '../model/facts.ts';
import { tableLabel } from '../model/table-label.ts';
import { listBlockers, readHolders } from './blockers.ts';
import { sqlstateOf } from './database-error.ts';
import { pause, stopIfInterrupted } from './interrupt.ts';
import { queriesOf } from './wait-for-blockers.ts';
import type { Workplace } from './workplace.ts';

/** lock_not_available, deadlock_detected, serialization_failure: the same attempt may succeed a moment later. */
const PASSING = new Set(['55P03', '40P01', '40001']);

/**
 * Tries something that takes a strong lock, with lock_timeout short, so that writers never queue behind it for long;
 * again after a growing, jittered pause.
 * @throws MsgdbError MSGDB_LOCK_TIMEOUT naming the sessions that held the table, when the retries ran out.
 */
export async function retryLock<Result>(
  workplace: Workplace,
  table: TableName | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { settings, signal, emit } = workplace;
  for (let failures = 0; ; failures += 1) {
    stopIfInterrupted(signal);
    try {
      return await attempt();
    } catch (error) {
      if (!PASSING.has(sqlstateOf(error) ?? '')) throw error;
      const holders = table ? await readHolders(workplace.session, table) : [];
      const held = holders.length > 0 ? `; held by ${listBlockers(holders)}` : '';
      if (failures >= settings.lockRetries) throw gaveUp(table, failures + 1, held, error);
      const message = `${label(table)} is busy${held}; trying again (${failures + 1})`;
      emit({ kind: 'waiting', message, ...(table ? { table: tableLabel(table) } : {}), ...queriesOf(holders) });
      await pause(Math.min(200 * 1.6 ** failures, 5_000) * (0.75 + Math.random() / 2), signal);
    }
  }
}

/** Settings of a transaction that takes locks. */
export function lockSettings({ settings }: Workplace): Readonly<Record<string, string>> {
  return { lock_timeout: `${settings.lockTimeoutMs}ms` };
}

function gaveUp(table: TableName | undefined, attempts: number, holders: string, cause: unknown): MsgdbError {
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `${label(table)} could not be locked in ${countOf(attempts, 'attempt')}${holders}.`,
    cause,
  });
}

function label(table: TableName | undefined): string {
  return table ? `${table.schema}.${table.name}` : 'A table';
}
