import type { Key, KeyColumn } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import { isSameInAnyOrder, isSameInOrder } from '../model/same-columns.ts';
import { isScratchIndex } from '../model/scratch-index.ts';

/** What the table's indexes mean for a wanted index, judged by definition and not by name. */
export interface IndexJudgement {
  /** A valid index of the same meaning: the rule is enforced and ON CONFLICT finds it. */
  readonly serving: IndexFacts | undefined;
  /** One of the same meaning that is not valid and is not being built: debris. */
  readonly debris: IndexFacts | undefined;
  /** Others of the same meaning that are not valid, under names of their own: only the user may drop them. */
  readonly otherDebris: readonly IndexFacts[];
  /** One of the same meaning that somebody is building now. */
  readonly building: IndexFacts | undefined;
  /** A deferrable constraint of the same meaning: it enforces the rule, but ON CONFLICT fails with 55000. */
  readonly deferrable: IndexFacts | undefined;
  /** A deferrable constraint that an ON CONFLICT of the wanted index would take along, and fail: it covers all rows. */
  readonly inTheWay: IndexFacts | undefined;
  /** An index that has the wanted name and another meaning. */
  readonly impostor: IndexFacts | undefined;
}

/** What is wanted of an index. */
export interface WantedIndex extends Pick<Key, 'predicate' | 'nulls'> {
  readonly name: string | undefined;
  readonly columns: readonly KeyColumn[];
  readonly unique: boolean;
  readonly method: string;
}

/** Of an index whose parts are not all there: none of the others can have its meaning. */
export const NO_INDEX: IndexJudgement = {
  serving: undefined,
  debris: undefined,
  otherDebris: [],
  building: undefined,
  deferrable: undefined,
  inTheWay: undefined,
  impostor: undefined,
};

export function judgeIndexes(wanted: WantedIndex, facts: OperationFacts): IndexJudgement {
  const meant = facts.table.indexes.filter((index) => sameMeaning(index, wanted, facts));
  // What msgdb makes for the time of a build does not count: the build itself, or the next run, drops it.
  const same = meant.filter((index) => !isScratchIndex(index.name));
  const preferred = same.toSorted((a, b) => Number(b.name === wanted.name) - Number(a.name === wanted.name));
  const named = facts.table.indexes.find((index) => index.name === wanted.name);
  return {
    serving: preferred.find((index) => index.valid && index.ready && index.immediate),
    debris: same.find((index) => !index.valid && !index.building && index.name === wanted.name),
    otherDebris: same.filter((index) => !index.valid && !index.building && index.name !== wanted.name),
    building: meant.find((index) => !index.valid && index.building),
    deferrable: same.find((index) => index.valid && !index.immediate),
    inTheWay: facts.table.indexes.find(
      (index) => index.valid && !index.immediate && !index.exclusion && sameColumns(index, wanted, facts),
    ),
    impostor: named && !same.includes(named) ? named : undefined,
  };
}

/**
 * Same rows, same equality. Columns are compared as a set where the index is unique, because an ON CONFLICT target is
 * one, and in order where it is not, because then the order is what the index is for.
 */
function sameMeaning(index: IndexFacts, wanted: WantedIndex, facts: OperationFacts): boolean {
  const { expressions } = facts.canonical;
  const canonical = (text: string): string => expressions.get(text) ?? text;
  return (
    sameColumns(index, wanted, facts) &&
    !index.exclusion &&
    index.method === wanted.method &&
    index.key.every((part) => part.plain) &&
    (index.predicate === undefined ? undefined : canonical(index.predicate)) ===
      (wanted.predicate === undefined ? undefined : canonical(wanted.predicate)) &&
    (!wanted.unique || nullsMatch(index, wanted, facts))
  );
}

function sameColumns(index: IndexFacts, wanted: WantedIndex, facts: OperationFacts): boolean {
  const { columns, expressions } = facts.canonical;
  const canonical = (text: string): string => expressions.get(text) ?? text;
  const has = index.key.map((part) => (part.column ? columns.get(part.column) : canonical(part.text)));
  const wants = wanted.columns.map((part) =>
    'column' in part ? columns.get(part.column) : canonical(part.expression),
  );
  const columnsMatch = wanted.unique
    ? has.length === wants.length && isSameInAnyOrder(has, wants)
    : isSameInOrder(has, wants);
  return columnsMatch && index.unique === wanted.unique;
}

/** Where no key column can be NULL, both kinds of index mean the same. */
function nullsMatch(index: IndexFacts, wanted: WantedIndex, facts: OperationFacts): boolean {
  if (index.nullsNotDistinct === (wanted.nulls === 'not distinct')) return true;
  return wanted.columns.every(
    (part) => 'column' in part && facts.table.columns.find((each) => each.name === part.column)?.notNull === true,
  );
}
