import type { LedgerEntry } from '../../model/ledger.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { type Origin, openEntry } from '../../sql/house.ts';

/**
 * Notes a change that outlives a kill between it and its record: noted before it is made, and not again when the run is
 * repeated. An index that an earlier attempt noted as built is not noted as found.
 */
export async function recordOnce(
  db: Queryable,
  origin: Origin,
  kind: LedgerEntry['kind'],
  object: unknown,
): Promise<void> {
  const kinds = kind === 'accepted-index' ? ['accepted-index', 'built-index'] : [kind];
  const rows = await db.query(
    statement(
      `select from msgdb.ledger
        where migration is not distinct from $1 and operation is not distinct from $2::text::integer
          and kind in (select jsonb_array_elements_text($3::text::jsonb)) and undone_at is null limit 1`,
      [origin.migration, origin.operation, JSON.stringify(kinds)],
    ),
  );
  if (rows.length === 0) await db.query(openEntry(origin, kind, object));
}
