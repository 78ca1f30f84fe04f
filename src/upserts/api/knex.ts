import { columnTarget } from '../sql/parse-target.ts';
import { namesIn, textOf } from '../syntax/value.ts';
import type { Target } from '../upsert.ts';
import { type ApiReader, chainOf, columnsOf, namedTable, proposed, TARGET_AT_RUN_TIME } from './api-upsert.ts';

const TABLES = ['table', 'into', 'from'];

/** Knex: `knex('t').insert(row).onConflict(['a', 'b']).merge()`. What follows (merge, ignore) is not in the chain. */
export const readKnex: ApiReader = (call, { text }) => {
  const chain = chainOf(call.receiver);
  const insert = chain.find(({ name }) => name === 'insert');
  if (!insert) return undefined;
  const root = chain.at(-1);
  const table = chain.find(({ name }) => TABLES.includes(name)) ?? (root === insert ? undefined : root);
  const inserted = columnsOf(insert.arguments[0]);
  const ignores = /^\s*\.\s*ignore\b/.test(text.slice(call.end, call.end + 200));
  return {
    kind: 'on-conflict',
    via: 'knex',
    table: namedTable(textOf(table?.arguments[0])),
    target: targetOf(call.arguments),
    action: ignores ? { kind: 'nothing' } : { kind: 'update', assigned: proposed(inserted) },
    inserted,
  };
};

function targetOf(given: Parameters<ApiReader>[0]['arguments']): Target {
  if (given.length === 0) return { kind: 'none' };
  const columns = given.length === 1 ? namesIn(given[0]) : undefined;
  // knex.raw('(email) where active') is SQL.
  if (!columns || given[0]?.kind === 'name' || columns.some((column) => /[\s()]/.test(column)))
    return TARGET_AT_RUN_TIME;
  return columnTarget(columns);
}
