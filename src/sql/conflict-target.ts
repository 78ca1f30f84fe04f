import type { Key } from '../model/dedupe.ts';
import { showName } from './show-name.ts';
import { partSql } from './terms.ts';

/** The ON CONFLICT target that resolves to a rule's index: its columns, and its predicate in its own words. */
export function conflictTarget({ columns, predicate }: Pick<Key, 'columns' | 'predicate'>): string {
  return `${bareTarget({ columns })}${predicate === undefined ? '' : ` where ${predicate}`}`;
}

/** The columns alone: what applications tend to write, and what a partial index does not answer to. */
export function bareTarget({ columns }: Pick<Key, 'columns'>): string {
  return `(${columns.map(partSql).join(', ')})`;
}

/** The clause to write into an application, as a person would write it. */
export function showTarget({ columns, predicate }: Pick<Key, 'columns' | 'predicate'>): string {
  const parts = columns.map((part) => ('column' in part ? showName(part.column) : `(${part.expression})`));
  return `ON CONFLICT (${parts.join(', ')})${predicate === undefined ? '' : ` WHERE ${predicate}`}`;
}
