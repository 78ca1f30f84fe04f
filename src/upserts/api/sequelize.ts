import { quoteLiteral } from '../../sql/quote.ts';
import { SPREAD } from '../syntax/read-record.ts';
import { entryOf, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  columnsOf,
  partialTarget,
  proposed,
  switchOf,
  targetOn,
  textsIn,
} from './api-upsert.ts';
import { attribute, constantSql, joinPredicates, type Predicate, phrase } from './predicate.ts';

const CHOSEN: ApiTarget = { kind: 'dynamic', reason: "Sequelize chooses among the model's unique keys" };
const AT_RUN_TIME: ApiTarget = { kind: 'dynamic', reason: 'whether it is an upsert is decided while the program runs' };

/** Sequelize: `User.upsert(row, { conflictFields: ['email'] })`. */
export const readSequelize: ApiReader = (call) => {
  const table = modelOf(call.receiver);
  if (!table || call.arguments.length === 0 || call.arguments.length > 2) return undefined;
  const inserted = columnsOf(call.arguments[0]);
  return {
    kind: 'on-conflict',
    via: 'sequelize',
    table,
    target: targetOf(call.arguments[1], 'conflictFields'),
    action: { kind: 'update', assigned: proposed(inserted) },
    inserted,
  };
};

/** Sequelize: `User.bulkCreate(rows, { updateOnDuplicate: ['name'], conflictAttributes: ['email'] })`. */
export const readSequelizeBulk: ApiReader = (call) => {
  const [rows, options] = call.arguments;
  const updated = entryOf(options, 'updateOnDuplicate');
  const ignores = switchOf(entryOf(options, 'ignoreDuplicates'));
  const table = modelOf(call.receiver);
  if (!table || (switchOf(updated) === 'off' && ignores === 'off')) return undefined;
  return {
    kind: 'on-conflict',
    via: 'sequelize',
    table,
    target: updated ? targetOf(options, 'conflictAttributes') : ignores === 'on' ? { kind: 'none' } : AT_RUN_TIME,
    action: updated ? { kind: 'update', assigned: proposed(textsIn(updated)) } : { kind: 'nothing' },
    inserted: columnsOf(rows),
  };
};

function targetOf(options: Value | undefined, fields: 'conflictFields' | 'conflictAttributes'): ApiTarget {
  const columns = textsIn(entryOf(options, fields));
  if (!columns) return CHOSEN;
  const where = entryOf(options, 'conflictWhere');
  return where ? partialTarget(columns, readPredicate(where)) : targetOn(columns);
}

/** `{ deletedAt: null, active: true }`: values are written into the statement, not bound. */
function readPredicate(where: Value): Predicate | undefined {
  if (where.kind !== 'record' || where.entries.some(({ key }) => key === SPREAD)) return undefined;
  return joinPredicates(
    where.entries.map(({ key, value }) => phrase(attribute(key), comparisonWith(value))),
    'and',
  );
}

function comparisonWith(value: Value): string | undefined {
  const constant = constantSql(value);
  if (constant === 'null') return 'is null';
  const text = textOf(value);
  const sql = constant ?? (text === undefined ? numberIn(value) : quoteLiteral(text));
  return sql === undefined ? undefined : `= ${sql}`;
}

function numberIn(value: Value): string | undefined {
  return value.kind === 'literal' && /^-?\d+$/.test(value.text) ? value.text : undefined;
}

/** Models have capital letters: `User`, `db.User`. */
function modelOf(receiver: Value | undefined): TableRef | undefined {
  const name = nameIn(receiver);
  return name !== undefined && receiver?.kind !== 'text' && /^[A-Z]/.test(name)
    ? { kind: 'model', framework: 'sequelize', name }
    : undefined;
}
