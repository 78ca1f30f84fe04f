import { countOf } from '../../model/count-of.ts';
import type { Key } from '../../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import { truncateBytes } from '../../model/name.ts';
import type { DropUniqueKey } from '../../model/operations/drop-unique-key.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { IndexBuild } from '../../model/plan.ts';
import type { Planned } from '../../model/plan-settings.ts';
import type { Refusals } from '../../model/refusals.ts';
import { isSameKey } from '../../model/same-columns.ts';
import { tableLabel } from '../../model/table-label.ts';
import { deriveIndexName } from '../../resolve/index-build.ts';
import type { IndexJudgement } from '../../resolve/judge-index.ts';
import { lackIndexing } from '../../resolve/lacking.ts';
import { describeTaken } from '../../resolve/name-taken.ts';
import { partLabel } from '../../resolve/resolve-key.ts';
import { adviseOnRowSecurity } from '../../resolve/row-security.ts';

/** Refuses what an index cannot be built on, or where not all rows can be seen. */
export function refuseTable({ table, server }: OperationFacts, refusals: Refusals): void {
  const label = tableLabel(table.table);
  if (table.rowSecurityActive) {
    refusals.add(
      'MSGDB_ROWS_HIDDEN',
      `Row-level security hides rows of ${label} from this role.`,
      adviseOnRowSecurity(table),
    );
  }
  lackIndexing(table, server, refusals);
}

/** Refuses keys that no index of the wanted kind can have. */
export function refuseKey(
  operation: UniqueKey,
  key: Key,
  { table, partitions }: OperationFacts,
  refusals: Refusals,
): void {
  if (operation.constraint && (key.predicate !== undefined || key.columns.some((part) => 'expression' in part))) {
    refusals.add(
      'MSGDB_REFUSED',
      'A UNIQUE constraint can have neither a predicate nor an expression.',
      'Leave out constraint: true; the unique index enforces the same.',
    );
  }
  if (operation.constraint && table.kind === 'partitioned') {
    refusals.add(
      'MSGDB_REFUSED',
      `${tableLabel(table.table)} is partitioned, and PostgreSQL cannot make a constraint of an index there (0A000).`,
      'Leave out constraint: true; the unique index enforces the same.',
    );
  }
  const foreign = partitions.find(({ kind }) => kind === 'foreign');
  if (foreign) {
    refusals.add(
      'MSGDB_REFUSED',
      `${tableLabel(table.table)} cannot have a unique index: its partition ${tableLabel(foreign.table)} is a foreign table.`,
      'Detach the partition, or make the rule for each local partition by itself.',
    );
  }
  const covered = new Set(key.columns.map(partLabel));
  const missing = table.partitionKey?.filter((column) => !covered.has(column)) ?? [];
  if (missing.length > 0) {
    refusals.add(
      'MSGDB_REFUSED',
      `${tableLabel(table.table)} is partitioned by ${missing.join(', ')}, which the key does not contain: a unique index of PostgreSQL compares rows within one partition alone.`,
      waysOut(missing.join(', ')),
    );
  }
}

/** What can be done about a key without the columns that a table is partitioned by, with what each costs. */
function waysOut(missing: string): string {
  return [
    `Add ${missing} to the key: rows that differ in it alone are no copies then.`,
    'Partition it by columns of the key: all rows are written anew.',
    'Or keep the key in a table of its own with a unique index, written in the same transaction: one more write a row, and whoever inserts has to do it.',
    'A rule for each partition by itself leaves copies in two partitions.',
  ].join(' ');
}

/** Refuses an index name that is taken or does not fit. */
export function refuseName(
  build: IndexBuild,
  judgement: IndexJudgement,
  facts: OperationFacts,
  refusals: Refusals,
): void {
  if (judgement.serving) return;
  if (judgement.impostor) {
    const { code, detail, fix } = describeTaken(judgement.impostor, facts.table);
    refusals.add(code, `There is an index ${build.name}, but ${detail}.`, fix);
  } else if (facts.nameTaken) {
    refusals.add(
      'MSGDB_INDEX_DIFFERS',
      `The name ${build.name} is taken by another relation in ${build.table.schema}.`,
      `Write another name into the rule, such as index: '${deriveIndexName(build.table.name, ['unique'])}'.`,
    );
  }
  if (judgement.building) {
    refusals.add(
      'MSGDB_RUN_LOCKED',
      `Another session is building ${judgement.building.name} now.`,
      'Run the same command again when it is built, or with a longer --lock-wait.',
    );
  }
  if (Buffer.byteLength(build.name) > 63) {
    refusals.add(
      'MSGDB_USAGE',
      `The index name ${build.name} has more than 63 bytes; PostgreSQL would cut it.`,
      `Write a shorter name into the rule, such as index: '${truncateBytes(build.name, 63)}'.`,
    );
  }
}

/** With groups left alone no index can be built, so nothing is begun. */
export function refuseDisagreement(
  { agree }: UniqueKey,
  disagreeing: number,
  { table }: OperationFacts,
  refusals: Refusals,
): void {
  if (disagreeing === 0) return;
  refusals.add(
    'MSGDB_GROUP_DISAGREES',
    `${countOf(disagreeing, `group of ${tableLabel(table.table)} differs`, `groups of ${tableLabel(table.table)} differ`)} in ${agree.join(', ')}, which must be equal within a group.`,
    `Make the copies equal in ${agree.join(', ')} (\`msgdb find-duplicates\` shows them), or take what may differ out of agree.`,
  );
}

/** Refuses a rule beside a DEFERRABLE constraint that stays: ON CONFLICT would take it along. */
export function refuseDeferrable(
  operation: UniqueKey,
  { name, key }: IndexFacts,
  build: IndexBuild,
  { dropped }: Planned,
  refusals: Refusals,
): void {
  const goes = dropped.some((each) => each.name === name || (each.name === undefined && sameKey(each, operation)));
  if (goes) return;
  const columns = key.map((part) => part.column ?? part.text);
  const list = columns.map((column) => `'${column}'`).join(', ');
  refusals.add(
    'MSGDB_UPSERT_DEFERRABLE',
    `${name} is DEFERRABLE: while it is there, ON CONFLICT (${columns.join(', ')}) fails when it runs (55000), also with another index beside it.`,
    `Drop it in the same migration: dropUniqueKey({ table: '${operation.table}', key: [${list}], name: '${name}', replacedBy: '${build.name}' }).`,
  );
}

function sameKey(dropped: DropUniqueKey, operation: UniqueKey): boolean {
  return dropped.table === operation.table && isSameKey(dropped.key, operation.key);
}
