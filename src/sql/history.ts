import type { MigrationState } from '../model/migration.ts';
import { type Statement, statement } from '../model/statement.ts';
import { VERSION } from '../model/version.ts';
import { OWN } from './own-schema.ts';

/** In the object of an entry: the run whose rollback of the migration has left rows of it in the archive. */
export const LEFT_BY = 'leftBy';

/** A change of a migration's state. */
export interface StateChange {
  readonly name: string;
  readonly checksum: string;
  readonly state: MigrationState;
  readonly runId: string;
  readonly durationMs?: number;
  readonly error?: string;
}

type CopiedState = Pick<StateChange, 'name' | 'checksum' | 'state' | 'runId'> & { readonly by: string };

/** Records the state of a migration, whether or not it had one. */
export function recordState({ name, checksum, state, runId, durationMs, error }: StateChange): Statement {
  return statement(
    `
      insert into ${OWN}.migrations (name, checksum, state, run_id, duration_ms, error, version)
      values ($1, $2, $3, $4, $5::text::bigint, $6, $7)
      on conflict (name) do update
         set checksum = excluded.checksum, state = excluded.state, run_id = excluded.run_id,
             duration_ms = excluded.duration_ms, error = excluded.error, version = excluded.version,
             run_by = current_user, changed_at = clock_timestamp()`,
    [name, checksum, state, runId, durationMs === undefined ? null : Math.round(durationMs), error ?? null, VERSION],
  );
}

/** Records a migration as the history of another database has it. */
export function copyState({ name, checksum, state, runId, by }: CopiedState): Statement {
  return statement(
    `insert into ${OWN}.migrations (name, checksum, state, run_id, run_by, version) values ($1, $2, $3, $4, $5, 'shadow')`,
    [name, checksum, state, runId, by],
  );
}

/** Forgets migrations that failed with nothing left to undo, and gives their names; those with open entries in the ledger stay. */
export function forgetFailed(names: readonly string[]): Statement {
  return statement(
    `delete from ${OWN}.migrations m
      where state = 'failed' and name in (select jsonb_array_elements_text($1::text::jsonb))
        and not exists (select from ${OWN}.ledger l
                         where l.migration = m.name and l.undone_at is null and not l.object ? '${LEFT_BY}')
     returning name`,
    [JSON.stringify(names)],
  );
}

/** Accepts a file's present content as the content that was applied. */
export function acceptChecksum(name: string, checksum: string): Statement {
  return statement(`update ${OWN}.migrations set checksum = $2 where name = $1`, [name, checksum]);
}

/** Gives a migration another name, in the history and in the ledger. */
export function renameMigration(from: string, to: string): readonly Statement[] {
  return [
    statement(`update ${OWN}.migrations set name = $2 where name = $1`, [from, to]),
    statement(`update ${OWN}.ledger set migration = $2 where migration = $1`, [from, to]),
  ];
}

/** Takes a migration out of the history. What it did stays, and is nobody's to undo; its rows stay in the archive. */
export function forgetMigration(name: string, runId: string): readonly Statement[] {
  return [
    statement(
      `update ${OWN}.ledger set undone_at = clock_timestamp()
        where migration = $1 and undone_at is null and kind not in ('removed', 'updated', 'created')`,
      [name],
    ),
    leaveEntries(name, runId),
    statement(`delete from ${OWN}.migrations where name = $1`, [name]),
  ];
}

export function closeRun(id: string): Statement {
  return statement(`update ${OWN}.runs set finished_at = clock_timestamp() where id = $1`, [id]);
}

/** Marks entries of the ledger as undone. */
export function closeEntries(ids: readonly number[]): Statement {
  return statement(
    `update ${OWN}.ledger set undone_at = clock_timestamp()
      where id in (select value::bigint from jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(ids)],
  );
}

/** Notes of all rows that a migration's rollback leaves in the archive that it is over: a later one does not take them up. */
export function leaveEntries(migration: string, runId: string): Statement {
  return statement(
    `update ${OWN}.ledger set object = object || jsonb_build_object('${LEFT_BY}', $2::text)
      where migration = $1 and undone_at is null and not object ? '${LEFT_BY}'`,
    [migration, runId],
  );
}
