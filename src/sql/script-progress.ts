import type { BegunStatement } from '../model/ledger.ts';
import { type Statement, statement } from '../model/statement.ts';
import { type Origin, openEntry, scriptChecksum } from './history-schema.ts';
import { OWN } from './own-schema.ts';

/** How far a script has come whose statements run by themselves. */
export interface ScriptProgress {
  /** Statements that have run. */
  readonly done: number;
  /** Of their texts. */
  readonly prefix: string;
  /** The one that was begun then, where it cannot share a transaction with this record. */
  readonly current?: BegunStatement | undefined;
}

export const NOTHING_RUN: ScriptProgress = { done: 0, prefix: '' };

/** The same with one statement more. */
export function advance({ done, prefix }: ScriptProgress, text: string): ScriptProgress {
  return { done: done + 1, prefix: scriptChecksum(`${prefix}\0${text}`) };
}

export function openProgress(origin: Origin, progress: ScriptProgress): Statement {
  return openEntry(origin, 'begun-sql', { ...progress });
}

export function noteProgress({ migration, operation }: Origin, progress: ScriptProgress): Statement {
  return statement(
    `update ${OWN}.ledger set object = $3::text::jsonb
      where migration = $1 and operation = $2::text::integer and kind = 'begun-sql' and undone_at is null`,
    [migration, operation, JSON.stringify(progress)],
  );
}

/** The whole script has run. */
export function endProgress({ migration, operation }: Origin, script: string): Statement {
  return statement(
    `update ${OWN}.ledger set kind = 'ran-sql', object = jsonb_build_object('checksum', $3::text)
      where migration = $1 and operation = $2::text::integer and kind = 'begun-sql' and undone_at is null`,
    [migration, operation, scriptChecksum(script)],
  );
}
