import type { TableFacts } from '../../model/facts.ts';
import { columnsOf, isSameInAnyOrder } from '../../model/same-columns.ts';
import { quoteName } from '../../sql/quote.ts';
import { showName } from '../../sql/show-name.ts';
import { spellingsOf } from '../models/resolve-models.ts';
import { columnTarget } from '../sql/parse-target.ts';
import { renameTarget } from '../sql/rename-target.ts';
import type { ConflictUpsert, Target } from '../upsert.ts';

/** The target in the words of the table that was found: what the library adds, and names as the table spells them. */
export function settleTarget(upsert: ConflictUpsert, facts: TableFacts): Target {
  const { target } = upsert;
  switch (target.kind) {
    case 'primary-key':
      return facts.primaryKey.length > 0
        ? columnTarget(facts.primaryKey)
        : { kind: 'dynamic', reason: 'the table has no primary key, which the library would take' };
    case 'index':
      return settleIndex(target.names, facts);
    case 'key':
      if (upsert.via === 'sql') return target;
      return quoted(renameTarget(target, (attribute) => columnOf(attribute, facts) ?? attribute));
    default:
      return target;
  }
}

/** Names that are shown without quotes where they can be are run with them; COLLATE and the like stay as written. */
function quoted(target: Target & { readonly kind: 'key' }): Target {
  return {
    ...target,
    elements: target.elements.map((element) =>
      element.column !== undefined && element.sql === showName(element.column)
        ? { ...element, sql: quoteName(element.column) }
        : element,
    ),
  };
}

/**
 * The columns that a library's call inserts and sets, as the table spells them. What the table does not have has a name
 * that is given elsewhere: then the row's columns are not known, and such a one is not said to be set.
 */
export function settleColumns(upsert: ConflictUpsert, facts: TableFacts): ConflictUpsert {
  if (upsert.via === 'sql') return upsert;
  const { action } = upsert;
  const inserted = upsert.inserted?.map((attribute) => columnOf(attribute, facts));
  const assigned =
    action.kind === 'update'
      ? action.assigned?.flatMap(({ column, value }) => {
          const found = columnOf(column, facts);
          return found === undefined ? [] : [{ column: found, value }];
        })
      : undefined;
  return {
    ...upsert,
    inserted: inserted?.every((column) => column !== undefined) ? inserted : undefined,
    action: action.kind === 'update' ? { kind: 'update', assigned } : action,
  };
}

/** As the library's own files call it, or in the spelling of the table. */
function columnOf(attribute: string, facts: TableFacts): string | undefined {
  return spellingsOf(attribute).find((name) => facts.columns.some((each) => each.name === name));
}

/** Rails takes a unique index by its name or by its columns, and writes its predicate into the target. */
function settleIndex(names: readonly string[], facts: TableFacts): Target {
  const named = names.length === 1 ? facts.indexes.find(({ name }) => name === names[0]) : undefined;
  const index = named ?? facts.indexes.find((each) => each.unique && isSameInAnyOrder(columnsOf(each), names));
  if (!index) return columnTarget(names);
  return {
    kind: 'key',
    elements: index.key.map(({ text, column }) => ({
      sql: column === undefined ? `(${text})` : quoteName(column),
      column,
    })),
    where: index.predicate,
    parameter: false,
  };
}
