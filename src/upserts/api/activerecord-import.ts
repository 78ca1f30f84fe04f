import { entryOf, textOf, type Value } from '../syntax/value.ts';
import { modelOf } from './active-record.ts';
import {
  type ApiReader,
  type ApiTarget,
  partialTarget,
  proposed,
  switchOf,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
} from './api-upsert.ts';
import { writtenPredicate } from './predicate.ts';

/** activerecord-import: `User.import(rows, on_duplicate_key_update: { conflict_target: [:email], columns: [:name] })`. */
export const readImport: ApiReader = (call) => {
  const table = modelOf(call.receiver);
  const update = call.named.get('on_duplicate_key_update');
  const ignore = call.named.get('on_duplicate_key_ignore');
  if (!table || (!update && switchOf(ignore) === 'off')) return undefined;
  const columns = update?.kind === 'list' ? update : entryOf(update, 'columns');
  return {
    kind: 'on-conflict',
    via: 'activerecord-import',
    table,
    target: update ? targetOf(update) : ignoredTarget(ignore),
    action: update ? { kind: 'update', assigned: proposed(textsIn(columns)) } : { kind: 'nothing' },
    updateWhere: entryOf(update, 'condition') ? '…' : undefined,
    inserted: undefined,
  };
};

function ignoredTarget(ignore: Value | undefined): ApiTarget {
  if (entryOf(ignore, 'conflict_target', 'constraint_name')) return targetOf(ignore);
  return ignore?.kind === 'record' || switchOf(ignore) === 'on' ? { kind: 'none' } : TARGET_AT_RUN_TIME;
}

/** A list is of the columns to set: then the primary key is what rows are compared by. */
function targetOf(update: Value | undefined): ApiTarget {
  if (update?.kind === 'list') return { kind: 'primary-key' };
  if (update?.kind !== 'record') return TARGET_AT_RUN_TIME;
  const constraint = entryOf(update, 'constraint_name');
  if (constraint) {
    const name = textOf(constraint);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const target = entryOf(update, 'conflict_target');
  if (!target) return { kind: 'primary-key' };
  const where = entryOf(update, 'index_predicate');
  return where ? partialTarget(textsIn(target), writtenPredicate(where)) : targetOn(textsIn(target));
}
