import { type CallValue, nameIn, type Value } from '../syntax/value.ts';
import type { ConflictAction, TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  columnsOf,
  proposed,
  TARGET_AT_RUN_TIME,
  textsIn,
} from './api-upsert.ts';
import { isNull } from './predicate.ts';
import { classAround } from './ruby-class.ts';

/** ActiveRecord: `User.upsert_all(rows, unique_by: %i[a b])`, `insert_all`. Rails writes the index's predicate itself. */
export const readActiveRecord: ApiReader = (call, file) => {
  const table = modelOf(call.receiver) ?? ownModel(call, file) ?? associationOf(call);
  if (!table || (call.name === 'insert' && !isRow(call))) return undefined;
  const inserted = columnsOf(call.arguments[0]);
  const inserts = call.name.startsWith('insert');
  return {
    kind: 'on-conflict',
    via: 'active-record',
    table,
    target: targetOf(call.named.get('unique_by')) ?? (inserts ? { kind: 'none' } : { kind: 'primary-key' }),
    action: inserts ? { kind: 'nothing' } : actionOf(call, inserted),
    inserted,
  };
};

/** ActiveRecord: `User.find_or_create_by(a: …, b: …)`: a SELECT, then an INSERT. */
export const readFindOrCreate: ApiReader = (call) => {
  // create_with says what a new row gets, and nothing of how it is looked for.
  const { receiver } = call;
  const table = modelOf(receiver?.kind === 'call' && receiver.name === 'create_with' ? receiver.receiver : receiver);
  const key = [...call.named.keys()];
  return table && key.length > 0
    ? { kind: 'check-then-insert', via: 'active-record', table, key, filtered: false }
    : undefined;
};

/** Lists have an `insert` too: `LIST.insert(0, item)`. */
function isRow({ receiver, arguments: given, named }: CallValue): boolean {
  if (named.has('unique_by')) return true;
  return given.length === 1 && /[a-z]/.test(nameIn(receiver) ?? '') && given[0]?.kind !== 'text';
}

/** `on_duplicate:` is `:skip`, or SQL of one's own. */
function actionOf({ named }: CallValue, inserted: readonly string[] | undefined): ConflictAction {
  const onDuplicate = named.get('on_duplicate');
  if (nameIn(onDuplicate) === 'skip') return { kind: 'nothing' };
  if (onDuplicate && nameIn(onDuplicate) !== 'update') return { kind: 'update', assigned: undefined };
  const only = named.get('update_only');
  return { kind: 'update', assigned: proposed(only ? textsIn(only) : inserted) };
}

/** Undefined where Rails chooses by itself. */
function targetOf(uniqueBy: Value | undefined): ApiTarget | undefined {
  if (!uniqueBy || isNull(uniqueBy)) return undefined;
  const names = textsIn(uniqueBy);
  return names ? { kind: 'index', names } : TARGET_AT_RUN_TIME;
}

/** `User`, or `Security::Price` in the words of its module. */
export function modelOf(receiver: Value | undefined): TableRef | undefined {
  const name = nameIn(receiver);
  if (name === undefined || receiver?.kind === 'text' || !/^[A-Z]/.test(name)) return undefined;
  const within = receiver?.kind === 'member' ? nameIn(receiver.object) : undefined;
  const scoped = within !== undefined && /^[A-Z]/.test(within) ? `${within}::${name}` : name;
  return { kind: 'model', framework: 'active-record', name: scoped };
}

/** `upsert_all(rows)` and `self.upsert_all(rows)` in the class itself. A bare `insert` or `upsert` may be any method. */
function ownModel({ name, receiver, named, at }: CallValue, file: ApiFile): TableRef | undefined {
  if (!isSelf(receiver, file) || !(name.endsWith('_all') || named.has('unique_by'))) return undefined;
  const model = classAround(at, file);
  return model === undefined
    ? { kind: 'dynamic', reason: 'a module may be part of any class' }
    : { kind: 'model', framework: 'active-record', name: model };
}

function isSelf(receiver: Value | undefined, { text }: ApiFile): boolean {
  if (receiver?.kind === 'call') return receiver.name === 'class';
  return !receiver || (receiver.kind === 'unknown' && /^self\b/.test(text.slice(receiver.at, receiver.at + 5)));
}

/** `account.balances.upsert_all(…)`: an association may stand for any class. */
function associationOf({ name, receiver }: CallValue): TableRef | undefined {
  return name === 'upsert' || name === 'insert' || !receiver
    ? undefined
    : { kind: 'dynamic', reason: 'an association may stand for any class' };
}
