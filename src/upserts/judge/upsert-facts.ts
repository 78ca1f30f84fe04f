import type { TableFacts } from '../../model/facts.ts';
import type { NullFacts } from './null-facts.ts';

/** What an upsert is judged from. */
export interface UpsertFacts extends TableFacts, NullFacts {
  /** The schema of tables that a rule names without one. */
  readonly defaultSchema: string;
  /** Columns that are given a new value in each row that does not bring one. */
  readonly generated: readonly string[];
  /** Columns that are NULL in each row that does not bring one. */
  readonly unset: readonly string[];
}
