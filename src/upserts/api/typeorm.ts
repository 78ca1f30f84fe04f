import { type CallValue, entryOf, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  chainOf,
  columnsOf,
  NAMED_AT_RUN_TIME,
  partialTarget,
  proposed,
  switchOf,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
} from './api-upsert.ts';
import { writtenPredicate } from './predicate.ts';

/** TypeORM: `repository.upsert(rows, ['a'])`, `manager.upsert(User, rows, { conflictPaths: ['a'] })`. */
export const readTypeorm: ApiReader = (call, file) => {
  const [first, second, third] = call.arguments;
  const withEntity = third !== undefined && (first?.kind === 'name' || first?.kind === 'member');
  const [rows, options] = withEntity ? [second, third] : [first, second];
  const paths = entryOf(options, 'conflictPaths') ?? (options?.kind === 'list' ? options : undefined);
  if (!paths || call.arguments.length > 3 || (call.arguments.length === 3 && !withEntity)) return undefined;
  const table = withEntity ? entityTable(first) : repositoryTable(call, file);
  if (!table) return undefined;
  const inserted = columnsOf(rows);
  return {
    kind: 'on-conflict',
    via: 'typeorm',
    table,
    // `{ email: true }` says the same as `['email']`.
    target: targetOf(columnsOf(paths) ?? textsIn(paths), options),
    action: { kind: 'update', assigned: proposed(inserted) },
    inserted,
  };
};

/** TypeORM's builder: `.insert().into(User).values(…).orUpdate(['name'], ['email'])`, `.orIgnore()`. */
export const readTypeormBuilder: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'into');
  if (!into) return undefined;
  const [first, target, options] = call.arguments;
  // The older form: orUpdate({ conflict_target: ['email'], overwrite: ['name'] }).
  const overwrite = entryOf(first, 'overwrite') ?? first;
  const conflict = entryOf(first, 'conflict_target') ?? target;
  const ignores = call.name !== 'orIgnore' ? 'off' : first && first.kind !== 'text' ? switchOf(first) : 'on';
  if (call.name === 'orIgnore' && ignores === 'off') return undefined;
  return {
    kind: 'on-conflict',
    via: 'typeorm',
    table: entityTable(into.arguments[0]),
    target:
      ignores === 'on' ? { kind: 'none' } : ignores === 'off' ? conflictOf(conflict, options) : TARGET_AT_RUN_TIME,
    action: ignores === 'off' ? { kind: 'update', assigned: proposed(textsIn(overwrite)) } : { kind: 'nothing' },
    inserted: columnsOf(chain.find(({ name }) => name === 'values')?.arguments[0]),
  };
};

/** A list is of columns, a string the name of a constraint. */
function conflictOf(conflict: Value | undefined, options: Value | undefined): ApiTarget {
  const name = textOf(conflict);
  return name === undefined ? targetOf(textsIn(conflict), options) : { kind: 'constraint', name };
}

function targetOf(columns: readonly string[] | undefined, options: Value | undefined): ApiTarget {
  const where = entryOf(options, 'indexPredicate');
  return where ? partialTarget(columns, writtenPredicate(where)) : targetOn(columns);
}

function entityTable(entity: Value | undefined): TableRef {
  const name = nameIn(entity);
  if (name === undefined) return NAMED_AT_RUN_TIME;
  return entity?.kind === 'text'
    ? { kind: 'named', schema: undefined, names: [name] }
    : { kind: 'model', framework: 'typeorm', name };
}

/** `getRepository(User)` in the chain, or the type with which the repository is declared in this file. */
function repositoryTable(call: CallValue, { text }: ApiFile): TableRef | undefined {
  const got = chainOf(call.receiver).find(({ name }) => name === 'getRepository' || name === 'withRepository');
  if (got) return entityTable(got.arguments[0]);
  const name = nameIn(call.receiver);
  if (name === undefined || !/^\w+$/.test(name)) return undefined;
  const type = new RegExp(`\\b${name}[?!]?\\s*:\\s*(?:\\w+\\.)?\\w*Repository<\\s*(\\w+)\\s*>`).exec(text)?.[1];
  if (type !== undefined) return { kind: 'model', framework: 'typeorm', name: type };
  return /repo/i.test(name) ? NAMED_AT_RUN_TIME : undefined;
}
