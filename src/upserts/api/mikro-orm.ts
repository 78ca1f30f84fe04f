import { type CallValue, entryOf, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  columnsOf,
  NAMED_AT_RUN_TIME,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
} from './api-upsert.ts';

const CHOSEN: ApiTarget = { kind: 'dynamic', reason: "MikroORM chooses among the entity's unique properties" };

/** MikroORM: `em.upsert(User, row, { onConflictFields: ['email'], onConflictAction: 'merge' })`, `upsertMany`. */
export const readMikroOrm: ApiReader = (call) => {
  const [first, second, third] = call.arguments;
  const withEntity = isEntity(first) && second !== undefined;
  const [rows, options] = withEntity ? [second, third] : [first, second];
  if (!isOfMikroOrm(options) && !(withEntity && isEntityManager(call))) return undefined;
  const inserted = columnsOf(rows);
  const action = entryOf(options, 'onConflictAction');
  return {
    kind: 'on-conflict',
    via: 'mikro-orm',
    table: withEntity ? entityTable(first) : NAMED_AT_RUN_TIME,
    target: targetOf(options),
    action:
      textOf(action) === 'ignore'
        ? { kind: 'nothing' }
        : { kind: 'update', assigned: proposed(assignedIn(options, inserted)) },
    // Its onConflictWhere chooses rows; there is no way to say an index's predicate.
    updateWhere: entryOf(options, 'onConflictWhere') ? '…' : undefined,
    inserted,
  };
};

function isEntity(value: Value | undefined): boolean {
  return (value?.kind === 'name' || value?.kind === 'member') && /^[A-Z]/.test(value.name);
}

function isOfMikroOrm(options: Value | undefined): boolean {
  return (
    options?.kind === 'record' &&
    options.entries.some(({ key }) => key.startsWith('onConflict') && key !== 'onConflict')
  );
}

function isEntityManager({ receiver }: CallValue): boolean {
  return /^(?:em|entityManager)$/i.test(nameIn(receiver) ?? '');
}

function entityTable(entity: Value | undefined): TableRef {
  const name = nameIn(entity);
  return name === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'mikro-orm', name };
}

function targetOf(options: Value | undefined): ApiTarget {
  const fields = entryOf(options, 'onConflictFields');
  if (!fields) return options && options.kind !== 'record' ? TARGET_AT_RUN_TIME : CHOSEN;
  return targetOn(fields.kind === 'list' ? textsIn(fields) : undefined);
}

function assignedIn(options: Value | undefined, inserted: readonly string[] | undefined) {
  const merged = entryOf(options, 'onConflictMergeFields');
  if (merged) return textsIn(merged);
  const excluded = entryOf(options, 'onConflictExcludeFields');
  if (!excluded) return inserted;
  const names = textsIn(excluded);
  return names && inserted?.filter((column) => !names.includes(column));
}
