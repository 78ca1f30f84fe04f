import { textOf } from '../syntax/value.ts';
import {
  type ApiReader,
  type ApiTarget,
  chainOf,
  columnsOf,
  namedTable,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
} from './api-upsert.ts';

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

/** The only way to a predicate is `knex.raw('(email) where active')`: a `.where` after `.merge()` chooses rows. */
function targetOf(given: Parameters<ApiReader>[0]['arguments']): ApiTarget {
  const [only] = given;
  if (!only) return { kind: 'none' };
  const raw = textOf(only);
  if (raw !== undefined && /^\s*\(/.test(raw)) return { kind: 'written', sql: raw };
  const columns = given.length === 1 && only.kind !== 'name' ? textsIn(only) : undefined;
  return columns?.some((column) => /[\s()]/.test(column)) ? TARGET_AT_RUN_TIME : targetOn(columns);
}
