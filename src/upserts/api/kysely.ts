import { type CallValue, textOf, type Value } from '../syntax/value.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  chainOf,
  columnsOf,
  namedTable,
  partialTarget,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
} from './api-upsert.ts';
import { attribute, BOUND, constantSql, joinPredicates, type Predicate, phrase } from './predicate.ts';
import { readTemplate } from './read-template.ts';

/** Kysely: `db.insertInto('t').values(…).onConflict((oc) => oc.columns(['a', 'b']).doUpdateSet(…))`. */
export const readKysely: ApiReader = (call, file) => {
  const [build] = call.arguments;
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insertInto');
  if (build?.kind !== 'function' || !into) return undefined;
  const steps = chainOf(build.result).toReversed();
  const action = steps.findIndex(({ name }) => name === 'doNothing' || name === 'doUpdateSet');
  const done = steps[action];
  return {
    kind: 'on-conflict',
    via: 'kysely',
    table: namedTable(textOf(into.arguments[0])?.replace(/ as .*$/, '')),
    target: done ? targetOf(steps.slice(0, action), file) : TARGET_AT_RUN_TIME,
    action:
      done?.name === 'doNothing'
        ? { kind: 'nothing' }
        : { kind: 'update', assigned: proposed(columnsOf(done?.arguments[0])) },
    // After doUpdateSet a WHERE chooses rows.
    updateWhere: steps.slice(action + 1).some(({ name }) => /^(?:or)?where/i.test(name)) ? '…' : undefined,
    inserted: columnsOf(chain.find(({ name }) => name === 'values')?.arguments[0]),
  };
};

function targetOf(steps: readonly CallValue[], file: ApiFile): ApiTarget {
  const constraint = steps.find(({ name }) => name === 'constraint');
  if (constraint) {
    const name = textOf(constraint.arguments[0]);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  if (steps.length === 0) return { kind: 'none' };
  const names = steps
    .filter(({ name }) => name === 'column' || name === 'columns')
    .flatMap((step): readonly (string | undefined)[] => textsIn(step.arguments[0]) ?? [undefined]);
  const columns = names.every((name) => name !== undefined) && names.length > 0 ? names : undefined;
  const conditions = steps.filter(({ name }) => !/^columns?$/.test(name));
  if (conditions.length === 0) return targetOn(columns);
  // An expression, orWhere, whereRef: not made of anything that is read here.
  if (conditions.some(({ name }) => name !== 'where')) return TARGET_AT_RUN_TIME;
  return partialTarget(
    columns,
    joinPredicates(
      conditions.map((each) => readCondition(each, file)),
      'and',
    ),
  );
}

/** `.where('deleted_at', 'is', null)`, or one argument: an expression. */
function readCondition(call: CallValue, file: ApiFile): Predicate | undefined {
  const [first, operator, value] = call.arguments;
  if (!first) return undefined;
  return operator ? readComparison(first, operator, value) : readExpression(first, file);
}

function readExpression(value: Value, file: ApiFile): Predicate | undefined {
  if (value.kind === 'function') return readExpression(value.result, file);
  if (value.kind !== 'call') return undefined;
  if (value.name === 'sql') return readTemplate(value, file, readHole);
  const [column, operator, right] = value.arguments;
  // eb('deleted_at', 'is', null); eb.not(…) and eb.and([…]) are other things.
  return value.receiver === undefined && column && operator ? readComparison(column, operator, right) : undefined;
}

/** Kysely writes null, and true and false after IS, as they are. All other values are bound. */
function readComparison(column: Value, operator: Value, value: Value | undefined): Predicate | undefined {
  const sign = textOf(operator)?.toLowerCase();
  if (sign === undefined || !/^(?:is(?: not)?|[<>=!]+)$/.test(sign)) return undefined;
  const constant = sign.startsWith('is') ? constantSql(value) : undefined;
  return phrase(attribute(textOf(column)?.split('.').at(-1)), sign, constant ?? BOUND);
}

/** `${sql.ref('deleted_at')}` is a name; what else is put in may be SQL as well as a value. */
function readHole(value: Value): Predicate | undefined {
  if (value.kind === 'literal') return BOUND;
  return value.kind === 'call' && value.name === 'ref' ? attribute(textOf(value.arguments[0])) : undefined;
}
