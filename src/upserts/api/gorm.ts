import { type CallValue, entryOf, type RecordValue, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  chainOf,
  NAMED_AT_RUN_TIME,
  namedTable,
  partialTarget,
  proposed,
  switchOf,
  TARGET_AT_RUN_TIME,
  targetOn,
  textsIn,
  unlessIgnored,
} from './api-upsert.ts';
import { goTypeOf, lastPart } from './go-types.ts';
import { attribute, BOUND, isNull, joinPredicates, type Predicate, phrase, writtenPredicate } from './predicate.ts';

/** GORM: `db.Clauses(clause.OnConflict{Columns: …, DoUpdates: …}).Create(&user)`. */
export const readGorm: ApiReader = (call, file) => {
  const chain = chainOf(call.receiver);
  const clauses = chain.filter(({ name }) => name === 'Clauses').flatMap((each) => each.arguments);
  const conflict = clauses.find(
    (each): each is RecordValue => each.kind === 'record' && /\bOnConflict$/.test(each.type ?? ''),
  );
  if (!conflict) return undefined;
  return {
    kind: 'on-conflict',
    via: 'gorm',
    table: tableOf(call, chain, file),
    target: targetOf(conflict),
    action: unlessIgnored(switchOf(entryOf(conflict, 'DoNothing')), assignedIn(entryOf(conflict, 'DoUpdates'))),
    updateWhere: entryOf(conflict, 'Where') ? '…' : undefined,
    inserted: undefined,
  };
};

function targetOf(conflict: RecordValue): ApiTarget {
  const constraint = entryOf(conflict, 'OnConstraint');
  if (constraint) {
    const name = textOf(constraint);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = entryOf(conflict, 'Columns');
  // UpdateAll without columns takes the primary key.
  if (!columns) {
    const all = switchOf(entryOf(conflict, 'UpdateAll'));
    return all === 'unknown' ? TARGET_AT_RUN_TIME : { kind: all === 'on' ? 'primary-key' : 'none' };
  }
  const items = columns.kind === 'list' ? columns.items.map((item) => textOf(entryOf(item, 'Name'))) : [];
  const names = items.length > 0 && items.every((name) => name !== undefined) ? items : undefined;
  const where = entryOf(conflict, 'TargetWhere');
  return where ? partialTarget(names, readPredicate(where)) : targetOn(names);
}

/** `clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "deleted_at", Value: nil}, gorm.Expr("a <> ''")}}` */
function readPredicate(where: Value): Predicate | undefined {
  const expressions = entryOf(where, 'Exprs');
  return expressions?.kind === 'list' ? joinPredicates(expressions.items.map(readExpression), 'and') : undefined;
}

/** What is compared is bound, but for nil. */
function readExpression(value: Value): Predicate | undefined {
  if (value.kind === 'call') return value.name === 'Expr' ? writtenPredicate(value.arguments[0]) : undefined;
  if (value.kind !== 'record') return undefined;
  const column = entryOf(value, 'Column');
  const name = attribute(textOf(entryOf(column, 'Name') ?? column));
  const compared = entryOf(value, 'Value');
  // A field that is left out is nil.
  const none = compared === undefined || isNull(compared);
  switch (lastPart(value.type)) {
    case 'Expr':
      return writtenPredicate(entryOf(value, 'SQL'));
    case 'Eq':
      return none ? phrase(name, 'is null') : phrase(name, '=', BOUND);
    case 'Neq':
      return none ? phrase(name, 'is not null') : phrase(name, '<>', BOUND);
    default:
      return undefined;
  }
}

function assignedIn(value: Value | undefined) {
  if (value?.kind !== 'call') return undefined;
  if (value.name === 'AssignmentColumns') return proposed(textsIn(value.arguments[0]));
  const [set] = value.arguments;
  return value.name === 'Assignments' && set?.kind === 'record'
    ? set.entries.map(({ key }) => ({ column: key, value: 'other' as const }))
    : undefined;
}

/** `.Table("t")`, `.Model(&User{})`, or the type of what is created, as far as the file says it. */
function tableOf(call: CallValue, chain: readonly CallValue[], file: ApiFile): TableRef {
  const table = chain.find(({ name }) => name === 'Table');
  if (table) return namedTable(textOf(table.arguments[0]));
  const model = chain.find(({ name }) => name === 'Model')?.arguments[0] ?? call.arguments[0];
  const type = goTypeOf(model, file);
  return type === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'gorm', name: type };
}
