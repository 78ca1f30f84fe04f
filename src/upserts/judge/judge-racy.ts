import type { TableFacts } from '../../model/facts.ts';
import { showName } from '../../sql/show-name.ts';
import { spellingsOf } from '../models/resolve-models.ts';
import type { RacyUpsert } from '../upsert.ts';
import { type JudgedUpsert, type Remark, targetText, unresolved } from './judged-upsert.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** MERGE and check-then-insert: safe from second rows only where a unique index is on the key, or a part of it. */
export function judgeRacy(upsert: RacyUpsert, facts: UpsertFacts): JudgedUpsert {
  const key = upsert.key.map((name) => spell(name, facts));
  if (key.length === 0 || key.includes(undefined)) return unresolved(upsert, 'its key is not written out');
  const columns = key.filter((column) => column !== undefined);
  // Rows of one key have the same values of what an index computes from it: one on lower(name) keeps them apart as well.
  const index = facts.indexes.find(({ unique, ready, name }) => {
    const read = facts.reads.get(name)?.columns ?? [];
    return unique && ready && read.length > 0 && read.every((column) => columns.includes(column));
  });
  const remark =
    index === undefined ? unguarded(upsert, columns, facts) : narrowed(upsert, index.name, index.predicate);
  return {
    upsert,
    status: remark ? 'warning' : 'ok',
    table: facts.table,
    target: targetText(upsert),
    arbiter: index?.name,
    remarks: remark ? [remark] : [],
    reason: undefined,
  };
}

function spell(name: string, facts: TableFacts): string | undefined {
  const has = (wanted: string): boolean => facts.columns.some((column) => column.name === wanted);
  // Django's `user=` is the column user_id.
  return [...spellingsOf(name), `${name}_id`].find(has);
}

function unguarded({ kind, filtered }: RacyUpsert, columns: readonly string[], { table }: TableFacts): Remark {
  const list = columns.map(showName).join(', ');
  const fix = `Make (${list}) unique, and write INSERT … ON CONFLICT (${list}).`;
  const rule = { table, key: columns };
  return kind === 'merge'
    ? {
        level: 'warning',
        code: 'MSGDB_UPSERT_MERGE',
        message: `No unique index of ${table.name} is on (${list}): two sessions that merge one key at once make two rows.`,
        fix,
        rule,
      }
    : {
        level: 'warning',
        code: 'MSGDB_UPSERT_CHECK_THEN_INSERT',
        message: `The row is looked for by (${list}) and then inserted, and no unique index of ${table.name} is on it: two sessions at once make two rows.`,
        fix: filtered ? amongThem(list) : fix,
        // Which rows the index is to count is not known: a rule for all of them might remove rows that are meant.
        rule: filtered ? undefined : rule,
      };
}

function amongThem(list: string): string {
  return `Make (${list}) unique among the rows that the other conditions of the lookup choose (a partial index), and write INSERT … ON CONFLICT (${list}) WHERE those conditions.`;
}

/** The lookup leaves out rows that the index counts: the insert fails on them, and no retry helps. */
function narrowed({ filtered, kind }: RacyUpsert, index: string, predicate: string | undefined): Remark | undefined {
  if (kind === 'merge' || !filtered || predicate !== undefined) return undefined;
  return {
    level: 'warning',
    code: 'MSGDB_UPSERT_CHECK_THEN_INSERT',
    message: `The lookup has conditions beyond the key of ${index}: for a row that they leave out, the insert fails with 23505.`,
    fix: 'Look by the key alone, or make the index partial by the same conditions.',
  };
}
