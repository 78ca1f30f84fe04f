import { type CallValue, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { Assignment, TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  attributesIn,
  chainOf,
  columnsOf,
  partialTarget,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { readPythonPredicate } from './python-predicate.ts';

/** Peewee: `User.insert(…).on_conflict(conflict_target=[User.email], preserve=[User.name], update={…})`. */
export const readPeewee: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const insert = chain.find(({ name }) => /^insert(?:_many|_from)?$/.test(name));
  const table = modelOf(insert);
  // Piccolo has a method of that name too, and says what is done by `action`.
  if (!insert || !table || call.named.has('action')) return undefined;
  const ignores = call.name === 'on_conflict_ignore' || textOf(call.arguments[0])?.toLowerCase() === 'ignore';
  if (!ignores && call.arguments.length > 0) return undefined;
  return {
    kind: 'on-conflict',
    via: 'peewee',
    table,
    target: ignores ? { kind: 'none' } : targetOf(call),
    action: ignores ? { kind: 'nothing' } : { kind: 'update', assigned: assignedIn(call) },
    updateWhere: call.named.has('where') ? '…' : undefined,
    inserted: insert.named.size > 0 ? [...insert.named.keys()] : columnsOf(insert.arguments[0]),
  };
};

function modelOf(insert: CallValue | undefined): TableRef | undefined {
  const name = nameIn(insert?.receiver);
  return name !== undefined && insert?.receiver?.kind !== 'text' && /^[A-Z]/.test(name)
    ? { kind: 'model', framework: 'peewee', name }
    : undefined;
}

function targetOf({ named }: CallValue): ApiTarget {
  const constraint = named.get('conflict_constraint');
  if (constraint) {
    const name = textOf(constraint);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = attributesIn(named.get('conflict_target'));
  const where = named.get('conflict_where');
  return where ? partialTarget(columns, readPythonPredicate(where)) : targetOn(columns);
}

function assignedIn({ named }: CallValue): readonly Assignment[] | undefined {
  const [preserve, update] = [named.get('preserve'), named.get('update')];
  const kept = preserve ? proposed(attributesIn(preserve)) : [];
  const set = update ? assignmentsOf(update) : [];
  return kept && set && [...kept, ...set];
}

/** `{User.name: …}`, or `{'name': …}` */
function assignmentsOf(update: Value): readonly Assignment[] | undefined {
  return columnsOf(update)?.map((key) => ({ column: key.split('.').at(-1) ?? key, value: 'other' }));
}
