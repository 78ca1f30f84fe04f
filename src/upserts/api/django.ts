import { columnTarget } from '../sql/parse-target.ts';
import { type CallValue, nameIn, namesIn, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import { type ApiReader, proposed, TARGET_AT_RUN_TIME } from './api-upsert.ts';

/** Django: `Model.objects.bulk_create(rows, update_conflicts=True, unique_fields=[…], update_fields=[…])`. */
export const readBulkCreate: ApiReader = (call) => {
  const table = modelOf(call);
  if (!table || !(call.named.has('update_conflicts') || call.named.has('ignore_conflicts'))) return undefined;
  const updates = call.named.has('update_conflicts');
  const columns = namesIn(call.named.get('unique_fields'));
  return {
    kind: 'on-conflict',
    via: 'django',
    table,
    target: updates ? (columns ? columnTarget(columns) : TARGET_AT_RUN_TIME) : { kind: 'none' },
    action: updates
      ? { kind: 'update', assigned: proposed(namesIn(call.named.get('update_fields'))) }
      : { kind: 'nothing' },
    inserted: undefined,
  };
};

/** Django: `update_or_create(key=…, defaults=…)` and `get_or_create`: a SELECT, then an INSERT. */
export const readUpdateOrCreate: ApiReader = (call) => {
  const table = modelOf(call);
  const names = [...call.named.keys()].filter((name) => name !== 'defaults' && name !== 'create_defaults');
  if (!table || names.length === 0) return undefined;
  const key = names.filter((name) => !name.includes('__'));
  return { kind: 'check-then-insert', via: 'django', table, key, filtered: key.length < names.length };
};

/** `Model.objects.…`, and no related manager, whose key is not written here. */
function modelOf({ receiver }: CallValue): TableRef | undefined {
  let each: Value | undefined = receiver;
  while (each?.kind === 'call') each = each.receiver;
  if (each?.kind !== 'member' || !/^(?:objects|_base_manager|_default_manager)$/.test(each.name)) return undefined;
  const name = nameIn(each.object);
  return name !== undefined && /^[A-Z]/.test(name) ? { kind: 'model', framework: 'django', name } : undefined;
}
