import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { TestDatabase } from '../../support/database.ts';
import { makeProjectOf } from '../engine/project.ts';

/** The rule whose index is built. */
export const RULE = { table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } } as const;
/** The state of each index of t but its primary key. */
export const STATE = `select format('%s valid=%s ready=%s', indexrelid::regclass, indisvalid, indisready)
                 from pg_index where indrelid = 't'::regclass and not indisprimary order by 1`;

/** A project of the rule, built online, and what it reports. */
export async function makeOnline(db: Pick<TestDatabase, 'url'>, settings: Parameters<typeof makeProjectOf>[2] = {}) {
  const told: string[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'note' || event.kind === 'waiting') told.push(event.message);
  };
  const project = await makeProjectOf(db, [uniqueKey(RULE)], {
    emit,
    ...settings,
    settings: { strategy: 'online', ...settings.settings },
  });
  return { ...project, told };
}

/** Aborted when the test ends, however it ends. */
export function stopAtEnd(): AbortController {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop;
}

/** A query of the sessions that wait for a lock in this database: msgdb's, or all. */
export function waiting(application = '%'): string {
  return `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             and application_name like '${application}'`;
}

/** Waits for a moment that has to come, however busy the machine is. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; !(await condition()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error('the moment never came');
  }
}
