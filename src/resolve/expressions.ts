import type { TableFacts } from '../model/facts.ts';
import type { KeyPart } from '../model/operations/common.ts';
import type { Operation } from '../model/operations/index.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { ExpressionUse } from '../model/settled.ts';
import { isExpression, termValue } from './resolve-order.ts';

/**
 * The expressions over the table's columns that PostgreSQL has to judge: the operation's own, because they may be
 * wrong, and those of the table's indexes, to be compared with them.
 */
export function expressionsOf(operation: Operation, facts: TableFacts): readonly string[] {
  return [...new Set([...ownExpressions(operation, facts), ...indexExpressions(facts)])];
}

/** The expressions that an operation's index would be made of: its key and its predicate. */
export function indexedExpressions(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'unique-key':
    case 'drop-unique-key':
      return [...keyExpressions(operation.key), ...predicate(operation.where)];
    case 'index':
      return [...keyExpressions(operation.columns), ...predicate(operation.where)];
    default:
      return [];
  }
}

/** The predicate of an operation, where it has one. */
export function predicateOf(operation: Operation): string | undefined {
  return 'where' in operation ? operation.where : undefined;
}

/** The expressions that an operation brings itself: key, predicate and survivor order. */
export function ownExpressions(operation: Operation, facts: TableFacts): readonly string[] {
  switch (operation.kind) {
    case 'unique-key':
      return [
        ...keyExpressions(operation.key),
        ...predicate(operation.where),
        ...keepExpressions(operation.keep, facts),
      ];
    case 'drop-unique-key':
      return [
        ...keyExpressions(operation.key),
        ...predicate(operation.where),
        ...keepExpressions(operation.restore.keep, facts),
      ];
    case 'index':
      return [...keyExpressions(operation.columns), ...predicate(operation.where)];
    default:
      return [];
  }
}

/** An expression, and what it is for. */
export interface UsedExpression {
  readonly use: ExpressionUse;
  readonly text: string;
}

/** The expressions by which an operation chooses survivors, and those that say what survivors take and losers become. */
export function choosingExpressions(operation: Operation, facts: TableFacts): readonly UsedExpression[] {
  switch (operation.kind) {
    case 'unique-key':
      return [...choosing(operation, facts), ...setExpressions(operation.losers)];
    case 'drop-unique-key':
      return choosing(operation.restore, facts);
    default:
      return [];
  }
}

function choosing({ keep, merge }: Pick<UniqueKey, 'keep' | 'merge'>, facts: TableFacts): readonly UsedExpression[] {
  return [
    ...keepExpressions(keep, facts).map((text) => ({ use: 'keep' as const, text })),
    ...Object.values(merge).flatMap((strategy) =>
      typeof strategy === 'object' ? [{ use: 'merge' as const, text: strategy.expression }] : [],
    ),
  ];
}

function setExpressions(losers: UniqueKey['losers']): readonly UsedExpression[] {
  if (typeof losers === 'string') return [];
  return Object.values(losers.set).flatMap((value) =>
    typeof value === 'object' && value !== null ? [{ use: 'set' as const, text: value.expression }] : [],
  );
}

function keyExpressions(key: readonly KeyPart[]): readonly string[] {
  return key.flatMap((part) => (typeof part === 'object' ? [part.expression] : []));
}

function keepExpressions(keep: readonly unknown[], facts: TableFacts): readonly string[] {
  return keep.flatMap((term) => {
    if (typeof term !== 'string') return [];
    const value = termValue(term);
    return isExpression(value, facts) ? [value] : [];
  });
}

function predicate(where: string | undefined): readonly string[] {
  return where === undefined ? [] : [where];
}

function indexExpressions(facts: TableFacts): readonly string[] {
  return facts.indexes.flatMap((index) => [
    ...index.key.flatMap((part) => (part.column === undefined ? [part.text] : [])),
    ...predicate(index.predicate),
  ]);
}
