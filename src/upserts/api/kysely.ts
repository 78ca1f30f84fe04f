import { columnTarget } from '../sql/parse-target.ts';
import { type CallValue, namesIn, textOf } from '../syntax/value.ts';
import type { Target } from '../upsert.ts';
import { type ApiReader, chainOf, columnsOf, namedTable, proposed, TARGET_AT_RUN_TIME } from './api-upsert.ts';

/** Kysely: `db.insertInto('t').values(…).onConflict((oc) => oc.columns(['a', 'b']).doUpdateSet(…))`. */
export const readKysely: ApiReader = (call) => {
  const [build] = call.arguments;
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insertInto');
  if (build?.kind !== 'function' || !into) return undefined;
  const steps = chainOf(build.result);
  const inserted = columnsOf(chain.find(({ name }) => name === 'values')?.arguments[0]);
  const set = steps.find(({ name }) => name === 'doUpdateSet')?.arguments[0];
  return {
    kind: 'on-conflict',
    via: 'kysely',
    table: namedTable(textOf(into.arguments[0])?.replace(/ as .*$/, '')),
    target: targetOf(steps),
    action: steps.some(({ name }) => name === 'doNothing')
      ? { kind: 'nothing' }
      : { kind: 'update', assigned: proposed(columnsOf(set)) },
    inserted,
  };
};

function targetOf(steps: readonly CallValue[]): Target {
  const constraint = steps.find(({ name }) => name === 'constraint');
  if (constraint) {
    const name = textOf(constraint.arguments[0]);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = steps.filter(({ name }) => name === 'column' || name === 'columns').toReversed();
  const names = columns.flatMap((step): readonly (string | undefined)[] => namesIn(step.arguments[0]) ?? [undefined]);
  // An expression, or a WHERE made of calls.
  const more = steps.some(({ name }) => name === 'expression' || name === 'where' || name === 'whereRef');
  if (names.length === 0) return more || steps.length === 0 ? TARGET_AT_RUN_TIME : { kind: 'none' };
  return more || names.includes(undefined)
    ? TARGET_AT_RUN_TIME
    : columnTarget(names.filter((name) => name !== undefined));
}
