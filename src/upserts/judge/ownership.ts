import { columnsOf, isSameInAnyOrder } from '../../model/same-columns.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert } from '../upsert.ts';
import { notBrought } from './brought.ts';
import { clauseOf } from './index-clause.ts';
import type { Remark } from './judged-upsert.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** Columns that say whose a row is, in snake_case or camelCase. */
const OWNERS =
  /^(?:user|owner|tenant|account|org|organi[sz]ation|workspace|team|customer|company|business|creator|author|member)_?(?:id|uuid)$|^(?:created_?by|owner|owner_?user_?id)$/i;

/** Libraries that write a whole row over the old one are asked for that; a list of assignments is chosen. */
const CHOSEN_LISTS = new Set(['sql', 'sqlalchemy', 'drizzle', 'kysely', 'gorm', 'prisma']);

/** Columns that DO UPDATE gives another value, though they say whose the row is or by what it was found. */
export function assignsKey(upsert: ConflictUpsert, key: readonly string[], facts: UpsertFacts): readonly Remark[] {
  const owners = takenOver(upsert, key);
  const assigned = upsert.action.kind === 'update' ? (upsert.action.assigned ?? []) : [];
  const changed =
    upsert.via === 'sql' ? assigned.filter(({ column, value }) => key.includes(column) && value === 'other') : [];
  return [
    ...changed.map(
      ({ column }): Remark => ({
        level: 'warning',
        code: 'MSGDB_UPSERT_ASSIGNS_KEY',
        message: `DO UPDATE changes ${column}, by which the row was found.`,
        fix: `Remove ${column} from DO UPDATE SET.`,
      }),
    ),
    ...owners.map(
      (column): Remark => ({
        level: 'warning',
        code: 'MSGDB_UPSERT_ASSIGNS_KEY',
        message: `DO UPDATE sets ${column}: it can take over a row of another ${column}.`,
        fix: `Remove ${column} from DO UPDATE SET${intoKey([column, ...key], upsert, facts)}.`,
      }),
    ),
  ];
}

/** A target serves once an index is on it, for rows that bring all of its columns. */
function intoKey(columns: readonly string[], upsert: ConflictUpsert, facts: UpsertFacts): string {
  if (notBrought(columns, upsert, facts).length > 0) return '';
  const list = columns.map(showName).join(', ');
  const index = facts.indexes.find(
    (each) => each.unique && each.valid && each.immediate && isSameInAnyOrder(columnsOf(each), columns),
  );
  return `, or into the key: ${index ? clauseOf(index) : `make (${list}) unique, and write ON CONFLICT (${list})`}`;
}

/** Columns outside the key by which DO UPDATE gives the row to somebody else. */
export function takenOver({ action, via }: ConflictUpsert, key: readonly string[]): readonly string[] {
  if (action.kind !== 'update' || !CHOSEN_LISTS.has(via)) return [];
  return (action.assigned ?? [])
    .filter(({ column, value }) => value !== 'kept' && !key.includes(column) && OWNERS.test(column))
    .map(({ column }) => column);
}
