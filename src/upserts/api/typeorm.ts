import { columnTarget } from '../sql/parse-target.ts';
import { type CallValue, entryOf, nameIn, namesIn, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  chainOf,
  columnsOf,
  NAMED_AT_RUN_TIME,
  proposed,
  TARGET_AT_RUN_TIME,
} from './api-upsert.ts';

/** TypeORM: `repository.upsert(rows, ['a'])`, `manager.upsert(User, rows, { conflictPaths: ['a'] })`. */
export const readTypeorm: ApiReader = (call, file) => {
  const [first, second, third] = call.arguments;
  const withEntity = third !== undefined && (first?.kind === 'name' || first?.kind === 'member');
  const [rows, options] = withEntity ? [second, third] : [first, second];
  const paths = entryOf(options, 'conflictPaths') ?? (options?.kind === 'list' ? options : undefined);
  if (!paths || call.arguments.length > 3 || (call.arguments.length === 3 && !withEntity)) return undefined;
  const table = withEntity ? entityTable(first) : repositoryTable(call, file);
  if (!table) return undefined;
  const columns = namesIn(paths);
  const inserted = columnsOf(rows);
  return {
    kind: 'on-conflict',
    via: 'typeorm',
    table,
    target: columns ? columnTarget(columns) : TARGET_AT_RUN_TIME,
    action: { kind: 'update', assigned: proposed(inserted) },
    inserted,
  };
};

/** TypeORM's builder: `.insert().into(User).values(…).orUpdate(['name'], ['email'])`, `.orIgnore()`. */
export const readTypeormBuilder: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'into');
  if (!into) return undefined;
  const [assigned, target] = call.arguments;
  const columns = namesIn(target);
  const nothing = call.name === 'orIgnore';
  return {
    kind: 'on-conflict',
    via: 'typeorm',
    table: entityTable(into.arguments[0]),
    target: nothing ? { kind: 'none' } : columns ? columnTarget(columns) : TARGET_AT_RUN_TIME,
    action: nothing ? { kind: 'nothing' } : { kind: 'update', assigned: proposed(namesIn(assigned)) },
    inserted: columnsOf(chain.find(({ name }) => name === 'values')?.arguments[0]),
  };
};

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
