import { z } from 'zod';
import { KEYS_TOLD, type NotRestored } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { explainWaiting, type KeptBecause, type Restoration, waitingKeys } from '../../sql/restore.ts';

/** Rows of an entry that one reason kept from coming back; `places`: some of them in the archive, all of them where none are given. */
export interface Kept {
  readonly rows: number;
  readonly reason: string;
  readonly places?: readonly string[];
  readonly fix?: string;
  /** They have other values than the run gave them, or are not found for that reason. */
  readonly changed?: true;
}

/** Why rows were kept, and what can be done. */
type Advice = Pick<Kept, 'reason' | 'fix'>;

const MOST_REASONS = 10;
const FURTHER = 'further reasons, too many to list';

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
    ...(kept.fix === undefined ? {} : { fix: kept.fix }),
  };
}

const keptSchema = z.object({
  because: z.enum(['gone', 'changed', 'parent', 'named', 'other']),
  rows: z.coerce.number(),
  places: z.array(z.string()),
});

/** Why rows were kept that PostgreSQL did not refuse, each cause by itself; `refused`: rows that it did refuse. */
export async function explainKept(tx: Queryable, restoration: Restoration, refused: number): Promise<readonly Kept[]> {
  // Without a primary key a row that was changed is not found.
  const wasChanged = (because: KeptBecause) =>
    because === 'changed' || (because === 'gone' && restoration.table.identity.length === 0);
  const found = (await tx.query(explainWaiting(restoration, KEYS_TOLD))).map((row) => keptSchema.parse(row));
  return found.flatMap(({ because, rows, places }): readonly Kept[] => {
    const changed = wasChanged(because) ? { changed: true as const } : {};
    if (because !== 'other') return [{ rows, places, ...changed, ...adviceOn(because, restoration) }];
    // Those that PostgreSQL refused meet no other cause, and have their reason.
    return rows > refused ? [{ rows: rows - refused, ...adviceOn(because, restoration) }] : [];
  });
}

/** What keeps rows in the archive, and what can be done. */
function adviceOn(because: KeptBecause, { entry, table }: Restoration): Advice {
  const show = `\`msgdb archive show ${entry.runId}\``;
  const again = `\`msgdb archive restore ${entry.runId}\``;
  const created = entry.kind === 'created';
  switch (because) {
    case 'gone':
      return {
        reason: table.identity.length === 0 ? 'changed or deleted since the run' : 'deleted since the run',
        fix: created
          ? 'Nothing is left to do: what the run created is gone.'
          : `To have such rows again, see them with ${show} and insert them.`,
      };
    case 'changed':
      return {
        reason: 'changed since the run, and newer values are not overwritten',
        fix: created
          ? `Delete what is not wanted: the run created it (${show}).`
          : `Compare with ${show}, and update what should be as it was.`,
      };
    case 'parent':
      return {
        reason: 'a row that is referred to is not back',
        fix: `Bring that row back first, then run ${again}.`,
      };
    case 'named':
      return {
        reason: 'created by the run, and other rows refer to it now',
        fix: `Change the rows that refer to it, then run ${again}.`,
      };
    case 'other':
      return {
        reason: 'a trigger or a rule of the table skipped the statement',
        fix: `Disable it, run ${again}, and enable it again.`,
      };
  }
}
