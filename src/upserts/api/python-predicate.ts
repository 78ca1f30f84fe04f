import { type CallValue, textOf, type Value } from '../syntax/value.ts';
import {
  attribute,
  BOUND,
  constantSql,
  joinPredicates,
  type Predicate,
  phrase,
  writtenPredicate,
} from './predicate.ts';

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

const IS: ReadonlyMap<string, string> = new Map([
  ['is_', 'is'],
  ['isnot', 'is not'],
  ['is_not', 'is not'],
]);

/**
 * A condition as SQLAlchemy and Peewee take it: `text('a is null')`, `User.a == None`, `User.a.is_not(None)`,
 * `User.a.is_null()`, `and_(…)`. None, True and False are written into the statement, other values are bound.
 */
export function readPythonPredicate(value: Value): Predicate | undefined {
  if (value.kind === 'text') return writtenPredicate(value);
  if (value.kind === 'member') return attribute(value.name);
  if (value.kind !== 'call') return undefined;
  const [first] = value.arguments;
  const column = value.receiver?.kind === 'member' ? attribute(value.receiver.name) : undefined;
  switch (value.name) {
    case 'and_':
    case 'or_':
      return joinPredicates(value.arguments.map(readPythonPredicate), value.name === 'and_' ? 'and' : 'or');
    case 'not_':
      return phrase('not (', first && readPythonPredicate(first), ')');
    case 'is_null':
      return phrase(column, isNullOf(value));
    default:
      return phrase(column, comparisonWith(value));
  }
}

/** Peewee's `is_null(False)` is IS NOT NULL. */
function isNullOf({ arguments: [is] }: CallValue): string | undefined {
  const constant = is ? constantSql(is) : 'true';
  return constant === 'true' ? 'is null' : constant === 'false' ? 'is not null' : undefined;
}

function comparisonWith({ name, arguments: [compared] }: CallValue): Predicate | undefined {
  const constant = constantSql(compared);
  const is = IS.get(name);
  if (is !== undefined) return constant === undefined ? undefined : phrase(is, constant);
  const operator = OPERATORS.get(name);
  if (operator === undefined || !compared) return undefined;
  if (constant === 'null')
    return operator === '=' || operator === '<>' ? phrase(operator === '=' ? 'is null' : 'is not null') : undefined;
  return phrase(
    operator,
    constant ?? (textOf(compared) === undefined && compared.kind === 'member' ? attribute(compared.name) : BOUND),
  );
}
