import { snakeCase } from '../models/conventions.ts';
import { type CallValue, nameIn, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  attributesIn,
  chainOf,
  NAMED_AT_RUN_TIME,
  partialTarget,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { attribute, type Predicate, phrase } from './predicate.ts';

/** SeaORM: `cake::Entity::insert(…).on_conflict(OnConflict::columns([cake::Column::A]).update_columns([…]).to_owned())`. */
export const readSeaOrm: ApiReader = (call) => {
  const steps = chainOf(call.arguments[0]);
  const made = steps.at(-1);
  if (!made || nameIn(made.receiver) !== 'OnConflict') return undefined;
  const ignores = steps.some(({ name }) => /^do_nothing/.test(name));
  return {
    kind: 'on-conflict',
    via: 'sea-orm',
    table: tableOf(chainOf(call.receiver)),
    target: targetOf(made, steps),
    action: ignores ? { kind: 'nothing' } : { kind: 'update', assigned: proposed(assignedIn(steps)) },
    inserted: undefined,
  };
};

/** `cake::Entity`, `Cake` of the prelude, or sea-query's `.into_table(Cakes::Table)`. */
function tableOf(chain: readonly CallValue[]): TableRef {
  const into = chain.find(({ name }) => name === 'into_table')?.arguments[0];
  if (into?.kind === 'member' && into.name === 'Table') {
    const name = nameIn(into.object);
    return name === undefined ? NAMED_AT_RUN_TIME : { kind: 'named', schema: undefined, names: [snakeCase(name)] };
  }
  const entity = chain.find(({ name }) => /^insert(?:_many)?$/.test(name))?.receiver;
  const name = nameIn(entity?.kind === 'member' && entity.name === 'Entity' ? entity.object : entity);
  return name === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'sea-orm', name };
}

function targetOf(made: CallValue, steps: readonly CallValue[]): ApiTarget {
  const [conditions, others] = [/^target_/, /^(?:expr|exprs|expr_)/].map((name) =>
    steps.filter((each) => name.test(each.name)),
  );
  if (made.name === 'new' || others?.length !== 0) return TARGET_AT_RUN_TIME;
  const columns = columnsIn(made.arguments[0]);
  const [condition, ...more] = conditions ?? [];
  if (!condition) return targetOn(columns);
  return more.length > 0 ? TARGET_AT_RUN_TIME : partialTarget(columns, readPredicate(condition.arguments[0]));
}

/** Variants are the fields of the model in CamelCase. */
function columnsIn(value: Value | undefined): readonly string[] | undefined {
  return attributesIn(value)?.map(snakeCase);
}

function assignedIn(steps: readonly CallValue[]): readonly string[] | undefined {
  const updates = steps
    .filter(({ name }) => /^update_columns?$/.test(name))
    .map((step) => columnsIn(step.arguments[0]));
  const others = steps.some(({ name }) => /^values?$/.test(name));
  return !others && updates.every((columns) => columns !== undefined) ? updates.flat() : undefined;
}

/** `Expr::col(cake::Column::GoneAt).is_null()`, or the same without `Expr::col`. */
function readPredicate(value: Value | undefined): Predicate | undefined {
  if (value?.kind !== 'call') return undefined;
  const { receiver } = value;
  const column = receiver?.kind === 'call' && receiver.name === 'col' ? receiver.arguments[0] : receiver;
  const name = column?.kind === 'member' ? attribute(snakeCase(column.name)) : undefined;
  if (value.name === 'is_null') return phrase(name, 'is null');
  return value.name === 'is_not_null' ? phrase(name, 'is not null') : undefined;
}
