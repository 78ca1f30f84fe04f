import type { OperationFacts, TableFacts } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import { parseName, quoted } from '../model/name.ts';
import type { Relink } from '../model/operations/relink.ts';
import type { ResolvedRelink } from '../model/plan.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { createdGuards } from './created-guards.ts';
import { requireColumn } from './find-column.ts';
import { imageOf } from './image-of.ts';
import { widthGuard } from './width-guard.ts';

/** Resolves which rows lost a reference, and where it is found again. */
export function resolveRelink(
  operation: Relink,
  facts: OperationFacts,
  refusals: Refusals,
): ResolvedRelink | undefined {
  const child = facts.table;
  const parent = findParent(operation, facts);
  if (!parent) return undefined;
  const column = requireColumn(child, operation.column, refusals);
  const referenced = referencedColumn(operation, parent, refusals);
  const match = Object.entries(operation.match).flatMap(([own, other]) => {
    const left = requireColumn(child, own, refusals);
    const right = requireColumn(parent, other, refusals);
    return left && right ? [{ child: left.name, parent: right.name }] : [];
  });
  const create =
    operation.createMissing &&
    Object.entries(operation.createMissing).flatMap(([name, value]) => {
      const found = requireColumn(parent, name, refusals);
      return found ? [{ column: found.name, type: found.plainType, baseType: found.baseType, value }] : [];
    });
  if (!column || referenced === undefined) return undefined;
  const written = [...match.map((pair) => pair.parent), ...(create ?? []).map((each) => each.column)];
  if (create) refuseFilled(parent, written, refusals);
  return {
    child: imageOf(child),
    column: column.name,
    parent: imageOf(parent),
    referenced,
    match,
    create,
    creating:
      create &&
      createdGuards(
        parent,
        written,
        match.map((pair) => pair.parent),
      ),
    holder: widthGuard(child),
  };
}

/** PostgreSQL takes no value for them (428C9). */
function refuseFilled({ table, columns }: TableFacts, written: readonly string[], refusals: Refusals): void {
  for (const { name, generated, identityAlways } of columns) {
    if (!written.includes(name) || !(generated || identityAlways)) continue;
    const what = generated ? 'is computed from other columns' : 'is GENERATED ALWAYS AS IDENTITY';
    refusals.add(
      'MSGDB_REFUSED',
      `Missing rows of ${tableLabel(table)} cannot be created with a value for ${name}, which ${what}.`,
      `Take ${name} out of createMissing; if it is a column of match, leave createMissing out.`,
    );
  }
}

function findParent(operation: Relink, facts: OperationFacts): TableFacts | undefined {
  const table = facts.named.get(operation.to);
  return table && findTable(facts, table);
}

function referencedColumn(operation: Relink, parent: TableFacts, refusals: Refusals): string | undefined {
  const last = parseName(operation.to).at(-1)?.text;
  if (last !== undefined && last.toLowerCase() !== parent.table.name.toLowerCase()) {
    return requireColumn(parent, quoted(last), refusals)?.name;
  }
  const [only, ...more] = parent.primaryKey;
  if (only !== undefined && more.length === 0) return only;
  refusals.add(
    'MSGDB_USAGE',
    `${tableLabel(parent.table)} has no primary key of one column to refer to.`,
    `Name the column: to: '${tableLabel(parent.table)}.id'.`,
  );
  return undefined;
}
