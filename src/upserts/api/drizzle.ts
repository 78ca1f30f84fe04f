import { columnTarget } from '../sql/parse-target.ts';
import { entryOf, nameIn, namesIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef, Target } from '../upsert.ts';
import { type ApiReader, chainOf, columnsOf, NAMED_AT_RUN_TIME, proposed, TARGET_AT_RUN_TIME } from './api-upsert.ts';

/** Drizzle: `db.insert(users).values(…).onConflictDoUpdate({ target: users.email, targetWhere, set })`. */
export const readDrizzle: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insert')?.arguments[0];
  const [options] = call.arguments;
  return {
    kind: 'on-conflict',
    via: 'drizzle',
    table: tableOf(into),
    target: targetOf(options),
    action:
      call.name === 'onConflictDoNothing'
        ? { kind: 'nothing' }
        : { kind: 'update', assigned: proposed(columnsOf(entryOf(options, 'set'))) },
    inserted: columnsOf(chain.find((each) => each.name === 'values')?.arguments[0]),
  };
};

/** `users`; one that the same file makes was followed to its `pgTable('users', …)`, whose columns are not told here. */
function tableOf(into: Value | undefined): TableRef {
  const name = nameIn(into);
  return name === undefined || into?.kind === 'text'
    ? NAMED_AT_RUN_TIME
    : { kind: 'model', framework: 'drizzle', name };
}

function targetOf(options: Value | undefined): Target {
  if (!options) return { kind: 'none' };
  const target = entryOf(options, 'target');
  if (!target) return options.kind === 'record' ? { kind: 'none' } : TARGET_AT_RUN_TIME;
  const columns = namesIn(target);
  const where = entryOf(options, 'targetWhere', 'where');
  if (!columns || target.kind === 'text') return TARGET_AT_RUN_TIME;
  // `where` of DO UPDATE is another thing than `targetWhere`; of DO NOTHING it is the target's.
  if (!where || !entryOf(options, 'targetWhere')) return columnTarget(columns);
  const text = textOf(where.kind === 'call' ? where.arguments[0] : where);
  return text === undefined ? TARGET_AT_RUN_TIME : columnTarget(columns, text);
}
