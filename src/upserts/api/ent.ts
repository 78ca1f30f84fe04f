import { snakeCase } from '../models/conventions.ts';
import type { CallValue, Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  chainOf,
  NAMED_AT_RUN_TIME,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';

/** ent: `client.User.Create().….OnConflictColumns(user.FieldEmail)`, `.OnConflict(sql.ConflictColumns(user.FieldEmail))`. */
export const readEnt: ApiReader = (call, { text }) => {
  const create = chainOf(call.receiver).find(({ name }) => /^(?:Create|CreateBulk|MapCreateBulk)$/.test(name));
  if (!create) return undefined;
  // What is done comes after: .Ignore() sets each column to itself, .DoNothing() and .UpdateNewValues() are as they say.
  const nothing = /^\s*\.\s*DoNothing\(/.test(text.slice(call.end, call.end + 200));
  return {
    kind: 'on-conflict',
    via: 'ent',
    table: tableOf(create),
    target: call.name === 'OnConflictColumns' ? targetOn(fieldsOf(call.arguments)) : targetOf(call.arguments),
    action: nothing ? { kind: 'nothing' } : { kind: 'update', assigned: undefined },
    inserted: undefined,
  };
};

function tableOf({ receiver }: CallValue): TableRef {
  return receiver?.kind === 'member' && /^[A-Z]/.test(receiver.name)
    ? { kind: 'model', framework: 'ent', name: receiver.name }
    : NAMED_AT_RUN_TIME;
}

function targetOf(options: readonly Value[]): ApiTarget {
  if (options.length === 0) return { kind: 'none' };
  const calls = options.filter((each) => each.kind === 'call');
  const columns = calls.find(({ name }) => name === 'ConflictColumns');
  // ConflictWhere takes a condition that is made of calls, ConflictConstraint another target.
  const others = calls.some(({ name }) => /^Conflict(?!Columns)/.test(name));
  return columns && !others && calls.length === options.length
    ? targetOn(fieldsOf(columns.arguments))
    : TARGET_AT_RUN_TIME;
}

/** The generator writes the field org_id as `user.FieldOrgID`. */
function fieldsOf(values: readonly Value[]): readonly string[] | undefined {
  const fields = values.map((each) => (each.kind === 'member' ? /^Field([A-Z]\w*)$/.exec(each.name)?.[1] : undefined));
  return fields.length > 0 && fields.every((field) => field !== undefined) ? fields.map(snakeCase) : undefined;
}
