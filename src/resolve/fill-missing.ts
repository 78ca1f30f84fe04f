import type { Merge } from '../model/dedupe.ts';
import type { IndexFacts, TableFacts } from '../model/facts.ts';
import { changedColumns, isAbout, mentions } from './colliding-keys.ts';
import { changesPartition } from './partition-keys.ts';
import { mergeOf } from './resolve-merges.ts';
import { updateTriggers } from './trigger-guards.ts';

/**
 * Columns that a kept child can take from a copy: those of which nothing asks more than that a single value is allowed, as
 * it is in the copy. A constraint over several columns, or an index, might refuse it beside the kept child's own values.
 */
export function fillMissing(child: TableFacts, references: readonly string[]): readonly Merge[] {
  return child.columns
    .filter(({ name, generated, notNull }) => !generated && !notNull && !references.includes(name))
    .filter(({ name }) => !child.primaryKey.includes(name) && isFree(child, name))
    .map((column) => mergeOf(column, 'first-non-null'));
}

function isFree(child: TableFacts, column: string): boolean {
  const changed = changedColumns(child, [column]);
  const { parts } = child;
  const places = [child, ...parts];
  const isAboutIt = ({ columns }: { readonly columns: readonly string[] }): boolean =>
    columns.some((name) => changed.includes(name));
  const asksMore = (rule: { readonly columns: readonly string[] }): boolean =>
    isAboutIt(rule) && !(rule.columns.length === 1 && rule.columns[0] === column);
  const others = child.columns.map(({ name }) => name).filter((name) => name !== column);
  // An expression over several columns may fail, whether or not the index is unique.
  const isShared = ({ key, predicate = '' }: IndexFacts): boolean =>
    [...key.flatMap((part) => (part.column === undefined ? [part.text] : [])), predicate].some((text) =>
      mentions(text, others),
    );
  return !(
    places.some(({ indexes }) =>
      indexes.some((each) => isAbout(each, changed) && (each.unique || each.exclusion || isShared(each))),
    ) ||
    places.some(({ foreignKeys }) => foreignKeys.some(asksMore)) ||
    places.some(({ checks }) => checks.some((each) => !each.validated || each.wholeRow || asksMore(each))) ||
    // What the partition of the copy allows, that of the kept child may refuse.
    parts.some(({ checks, foreignKeys }) => [...checks, ...foreignKeys].some(isAboutIt)) ||
    changesPartition(child, changed) ||
    updateTriggers(child, [column], changed).length > 0
  );
}
