import { type CallValue, nameIn, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import { type ApiReader, type ApiTarget, proposed, switchOf, targetOn, textsIn } from './api-upsert.ts';

/** Django: `Model.objects.bulk_create(rows, update_conflicts=True, unique_fields=[…], update_fields=[…])`. */
export const readBulkCreate: ApiReader = (call) => {
  const table = modelOf(call);
  const updates = switchOf(call.named.get('update_conflicts'));
  const ignores = switchOf(call.named.get('ignore_conflicts'));
  if (!table || (updates === 'off' && ignores === 'off')) return undefined;
  return {
    kind: 'on-conflict',
    via: 'django',
    table,
    target:
      updates === 'unknown' || ignores === 'unknown'
        ? { kind: 'dynamic', reason: 'whether it is an upsert is decided while the program runs' }
        : updates === 'on'
          ? targetOf(call)
          : { kind: 'none' },
    action:
      updates === 'off'
        ? { kind: 'nothing' }
        : { kind: 'update', assigned: proposed(textsIn(call.named.get('update_fields'))) },
    inserted: undefined,
  };
};

/** `pk` stands for the primary key, under any name. */
function targetOf({ named }: CallValue): ApiTarget {
  const fields = textsIn(named.get('unique_fields'));
  return fields?.length === 1 && fields[0] === 'pk' ? { kind: 'primary-key' } : targetOn(fields);
}

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
