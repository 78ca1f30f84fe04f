import { KEYS_TOLD, type NotRestored } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { type Restoration, waitingKeys } from '../../sql/restore.ts';

/** Rows of an entry that one reason kept from coming back; `places`: some of them in the archive, all of them where none are given. */
export interface Kept {
  readonly rows: number;
  readonly reason: string;
  readonly places?: readonly string[];
}

const MOST_REASONS = 10;
const FURTHER = 'other reasons, of which there are too many to list';

/** Counts rows by what PostgreSQL said about each of them. A trigger's message may be another one for every row. */
export class Reasons {
  readonly #kept = new Map<string, { rows: number; places: string[] }>();

  add(reason: string, place: string): void {
    const named = this.#kept.has(reason) || this.#kept.size < MOST_REASONS ? reason : FURTHER;
    const kept = this.#kept.get(named) ?? { rows: 0, places: [] };
    kept.rows += 1;
    if (kept.places.length < KEYS_TOLD) kept.places.push(place);
    this.#kept.set(named, kept);
  }

  get all(): readonly Kept[] {
    return [...this.#kept].map(([reason, kept]) => ({ reason, ...kept }));
  }
}

/** Names the rows by their primary key, so that they are found among those of the run. */
export async function describeKept(tx: Queryable, restoration: Restoration, kept: Kept): Promise<NotRestored> {
  const { entry, table, columns } = restoration;
  const identity = table.identity.filter((name) => columns.some((column) => column.name === name));
  const keys = identity.length === 0 ? [] : await tx.query(waitingKeys(restoration, identity, KEYS_TOLD, kept.places));
  return {
    table: tableLabel(entry.table),
    rows: kept.rows,
    reason: kept.reason,
    runId: entry.runId,
    identity,
    keys: keys.map((row) => String(row.key)),
  };
}
