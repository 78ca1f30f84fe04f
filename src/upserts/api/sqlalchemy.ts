import { type CallValue, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  attributesIn,
  chainOf,
  columnsOf,
  NAMED_AT_RUN_TIME,
  partialTarget,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { readPythonPredicate } from './python-predicate.ts';

/** SQLAlchemy: `insert(Model).values(…).on_conflict_do_update(index_elements=[…], index_where=…, constraint=…, set_=…)`. */
export const readSqlalchemy: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const insert = chain.find(({ name }) => /insert$/i.test(name));
  const values = chain.find(({ name }) => name === 'values');
  const set = call.named.get('set_');
  return {
    kind: 'on-conflict',
    via: 'sqlalchemy',
    table: tableOf(insert),
    target: targetOf(call),
    action:
      call.name === 'on_conflict_do_nothing' ? { kind: 'nothing' } : { kind: 'update', assigned: assignmentsOf(set) },
    updateWhere: call.named.has('where') ? '…' : undefined,
    inserted: values && values.named.size > 0 ? [...values.named.keys()] : columnsOf(values?.arguments[0]),
  };
};

/** `insert(Model)`, `insert(Model.__table__)`, or a table's own `t.insert()`. */
function tableOf(insert: CallValue | undefined): TableRef {
  const given = insert?.arguments[0] ?? insert?.receiver;
  const table = given?.kind === 'member' && given.name === '__table__' ? given.object : given;
  const name = nameIn(table);
  return name === undefined || table?.kind === 'text'
    ? NAMED_AT_RUN_TIME
    : { kind: 'model', framework: 'sqlalchemy', name };
}

function targetOf({ named }: CallValue): ApiTarget {
  const constraint = named.get('constraint');
  if (constraint) {
    const name = textOf(constraint);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const elements = named.get('index_elements');
  if (!elements) return { kind: 'none' };
  const columns = attributesIn(elements);
  const where = named.get('index_where');
  return where ? partialTarget(columns, readPythonPredicate(where)) : targetOn(columns);
}

function assignmentsOf(set: Value | undefined) {
  if (set?.kind === 'call' && set.name === 'dict') {
    return [...set.named].map(([column, value]) => ({ column, value: sourceOfValue(column, value) }));
  }
  if (!columnsOf(set) || set?.kind !== 'record') return undefined;
  return set.entries.map(({ key, value }) => ({ column: key, value: sourceOfValue(key, value) }));
}

/** `stmt.excluded.name` proposes the new value. */
function sourceOfValue(column: string, value: Value): 'proposed' | 'other' {
  const excluded = value.kind === 'member' && value.name === column;
  return excluded && value.object.kind === 'member' && value.object.name === 'excluded' ? 'proposed' : 'other';
}
