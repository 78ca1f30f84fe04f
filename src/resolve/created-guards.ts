import type { IndexFacts, TableFacts } from '../model/facts.ts';
import type { CreatedGuards } from '../model/plan.ts';
import { mayRewrite } from '../model/triggers.ts';
import { childKey, mentions } from './colliding-keys.ts';
import { checkGuards } from './constraint-guards.ts';
import { foreignKeyGuard } from './partition-guards.ts';
import { insertTriggers } from './trigger-guards.ts';

/**
 * What PostgreSQL asks of a row that is created with these columns. Of columns that it fills itself, by a default for
 * instance, nothing is known before: what is about them is left to the run. `matched`: columns whose values no row has yet.
 */
export function createdGuards(
  parent: TableFacts,
  written: readonly string[],
  matched: readonly string[],
): CreatedGuards {
  const unknown = parent.columns
    .filter(({ name, filled }) => filled && !written.includes(name))
    .map(({ name }) => name);
  const isKnown = (columns: readonly string[]): boolean => columns.every((name) => !unknown.includes(name));
  const known = parent.columns.filter(({ name }) => isKnown([name]));
  const given = known.filter(({ name }) => written.includes(name));
  const types = given.map(({ name, baseType }) => ({ column: name, type: baseType }));
  if (isRewritten(parent)) return { given: types, guards: insertTriggers(parent), uniques: [] };
  return {
    given: types,
    guards: [
      ...known.filter(({ notNull }) => notNull).map(({ name }) => ({ kind: 'not null' as const, name, column: name })),
      ...given
        .filter(({ storageType }) => storageType.includes('('))
        .map(({ name, storageType }) => ({ kind: 'type' as const, name, column: name, type: storageType })),
      ...known.flatMap(({ name: column, domain }) =>
        domain.map(({ name, expression }) => ({ kind: 'domain' as const, name, column, expression })),
      ),
      ...checkGuards(
        parent.checks.filter(({ columns, wholeRow }) => !wholeRow && isKnown(columns)),
        () => true,
      ),
      ...parent.foreignKeys.filter(({ columns }) => isKnown(columns)).map(foreignKeyGuard),
      ...insertTriggers(parent),
    ],
    uniques: parent.indexes.filter((index) => isSettled(index, unknown, matched)).map(childKey),
  };
}

/** A trigger BEFORE INSERT may give a row any value: what is asked of it is known when it has run. */
function isRewritten({ triggers, parts }: TableFacts): boolean {
  return [{ triggers }, ...parts].some((place) =>
    place.triggers.some((each) => mayRewrite(each) && each.events.includes('insert')),
  );
}

/** Could the index meet values that are known, other than those that no row has yet? */
function isSettled(
  { unique, exclusion, ready, key, predicate = '' }: IndexFacts,
  unknown: readonly string[],
  matched: readonly string[],
): boolean {
  const texts = [...key.map(({ text }) => text), predicate];
  const others = !matched.every((name) => key.some(({ column }) => column === name));
  return unique && ready && !exclusion && others && !texts.some((text) => mentions(text, unknown));
}
