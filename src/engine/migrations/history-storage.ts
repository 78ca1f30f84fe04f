import { type HistoryRow, readHistory } from '../../catalog/read-history.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Run } from '../../session/workplace.ts';
import type { StateChange } from '../../sql/history.ts';
import { type Attempt, failMigration } from './fail-migration.ts';
import { noteState } from './note-state.ts';

/** What the history is to say of a migration that was done, or undone. */
export type Ended = Pick<StateChange, 'name' | 'checksum' | 'runId' | 'durationMs'>;

/** Migrations as umzug names them. */
interface Named {
  readonly name: string;
}

/**
 * umzug's storage is `msgdb.migrations`: it asks here what has been executed, and records here what it has run. Checksum, run
 * and duration are those that the work gave with `end`.
 */
export class HistoryStorage {
  readonly #run: Run;
  readonly #isExecuted: (row: HistoryRow) => boolean;
  readonly #ended = new Map<string, Ended>();

  constructor(run: Run, isExecuted: (row: HistoryRow) => boolean) {
    this.#run = run;
    this.#isExecuted = isExecuted;
  }

  /** Keeps what is to be recorded when umzug says that the migration is over. */
  end(ended: Ended): void {
    this.#ended.set(ended.name, ended);
  }

  async executed(): Promise<string[]> {
    return (await readHistory(this.#run.session)).filter(this.#isExecuted).map((row) => row.name);
  }

  async logMigration({ name }: Named): Promise<void> {
    await this.#record(name, 'done', { way: 'apply', keeper: 'msgdb' });
  }

  async unlogMigration({ name }: Named): Promise<void> {
    await this.#record(name, 'rolled back', { way: 'undo', keeper: 'msgdb' });
  }

  /** What was done is done: without the record it is found, and recorded, by the next run. */
  async #record(name: string, state: 'done' | 'rolled back', attempt: Attempt): Promise<void> {
    const ended = this.#ended.get(name);
    if (!ended) throw new MsgdbError('MSGDB_INTERNAL', { what: `${name} ended without being done.` });
    try {
      await noteState(this.#run, attempt.keeper, { ...ended, state });
    } catch (error) {
      throw await failMigration(this.#run, { ...ended, state: 'failed' }, error, attempt);
    }
  }
}
