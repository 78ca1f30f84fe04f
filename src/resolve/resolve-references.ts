import { countOf } from '../model/count-of.ts';
import type { ReferringColumn, ResolvedReference, RowGuard } from '../model/dedupe.ts';
import type { ForeignKeyFacts, OperationFacts, TableFacts } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import type { OnCollision, Reference } from '../model/operations/common.ts';
import type { Refusals } from '../model/refusals.ts';
import { isSameInOrder } from '../model/same-columns.ts';
import { quotedTable, tableLabel } from '../model/table-label.ts';
import { isSameTable } from '../model/table-name.ts';
import { apartKeys, collidingKeys } from './colliding-keys.ts';
import { uniqueGuard } from './constraint-guards.ts';
import { fillMissing } from './fill-missing.ts';
import { findColumn, requireColumn } from './find-column.ts';
import { imageOf } from './image-of.ts';
import { orderReferences } from './order-references.ts';
import { rowGuards } from './row-guards.ts';
import { adviseOnRowSecurity } from './row-security.ts';
import { actionGuards, removalGuards } from './trigger-guards.ts';

/** A reference before its child table is looked into. */
interface Link {
  readonly kind: ResolvedReference['kind'];
  readonly label: string;
  readonly child: TableFacts;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly operators: readonly string[];
  readonly type: ResolvedReference['type'];
  readonly onDelete: ResolvedReference['onDelete'];
  readonly onUpdate: ResolvedReference['onUpdate'];
  readonly onCollision: OnCollision;
}

/**
 * Finds all rows elsewhere that name the table's rows: foreign keys from the catalogue, others as declared. A child
 * table whose rows may have to be removed is followed in turn, until it comes back to a table on the way.
 */
export function resolveReferences(
  declared: readonly Reference[],
  facts: OperationFacts,
  refusals: Refusals,
): readonly ResolvedReference[] {
  const links = [
    ...facts.table.referencedBy.flatMap((key) => foreignKeyLink(key, declared, facts, refusals) ?? []),
    ...declared.flatMap((reference) => declaredLink(reference, facts, refusals) ?? []),
  ];
  return orderReferences(links).map((link) => resolveLink(link, facts, [facts.table], refusals));
}

function resolveLink(
  link: Link,
  facts: OperationFacts,
  path: readonly TableFacts[],
  refusals: Refusals,
): ResolvedReference {
  const { child, columns } = link;
  const parent = path.at(-1) ?? facts.table;
  // Which rows could meet under a unique index by an array as a whole, no reference says: it is asked of all of them.
  const uniques = link.kind === 'array' ? [] : collidingKeys(child, columns);
  const guards = referenceGuards(link, parent);
  const circular = path.some((table) => table.oid === child.oid);
  const removes = uniques.length > 0 || (link.onCollision === 'remove' && guards.some(({ kind }) => kind !== 'width'));
  const follow = removes && !circular ? child.referencedBy : [];
  refuseHiddenChildren(child, refusals);
  return {
    kind: link.kind,
    label: link.label,
    child: imageOf(child),
    columns: referringColumns(link, parent),
    referenced: link.referenced,
    type: link.type,
    onDelete: link.onDelete,
    onUpdate: link.onUpdate,
    onCollision: link.onCollision,
    uniques,
    guards,
    keepers: removalGuards(child),
    actors: actionGuards(child, 'DELETE', link.onDelete, columns),
    circular,
    merges: link.onCollision === 'merge' && uniques.length > 0 ? fillMissing(child, columns) : [],
    references: orderReferences(follow.flatMap((key) => foreignKeyLink(key, [], facts, refusals) ?? [])).map((inner) =>
      resolveLink(inner, facts, [...path, child], refusals),
    ),
  };
}

/** A survivor without a value for its children is refused as that; what comes from a column of one type fits. */
function referenceGuards({ kind, child, columns, referenced }: Link, parent: TableFacts): readonly RowGuard[] {
  const [column = '', ...more] = columns;
  // With several columns, rows that move to others' keys are looked for by themselves.
  const loose = more.length > 0 ? [] : apartKeys(child, column).filter(({ has }) => kind === 'array' || !has);
  const apart = loose.map(({ index, part }) => ({
    ...uniqueGuard(index, part?.bound),
    ...(part ? { partition: part.table } : {}),
  }));
  return [...rowGuards(child, columns), ...apart].filter((guard) => {
    if (guard.kind !== 'not null' && guard.kind !== 'type') return true;
    const place = columns.indexOf(guard.column);
    if (guard.kind === 'not null') return place < 0;
    return parent.columns.find(({ name }) => name === referenced[place])?.storageType !== guard.type;
  });
}

/** The columns of a reference, and how each compares with what it refers to. */
export function referringColumns(
  link: Pick<Link, 'kind' | 'child' | 'columns' | 'referenced' | 'operators'>,
  parent: TableFacts,
): readonly ReferringColumn[] {
  return link.columns.map((name, place) => referringColumn(link, name, parent, place));
}

function referringColumn(
  link: Parameters<typeof referringColumns>[0],
  name: string,
  parent: TableFacts,
  place: number,
): ReferringColumn {
  const own = link.child.columns.find((column) => column.name === name);
  const other = parent.columns.find((column) => column.name === link.referenced[place]);
  const type = own?.plainType ?? 'text';
  const baseType = own?.baseType ?? type;
  const operator = link.operators[place] ?? '=';
  if (link.kind === 'array')
    return { name, type, baseType, cast: own?.elementType ?? type, operator, collation: undefined };
  const collation = own?.collation === other?.collation ? undefined : (other?.collation ?? 'pg_catalog."default"');
  const comparable = link.kind === 'foreign-key' || type === other?.plainType;
  return {
    name,
    type,
    baseType,
    cast: comparable ? undefined : type,
    operator,
    collation: comparable ? collation : undefined,
  };
}

function foreignKeyLink(
  key: ForeignKeyFacts,
  declared: readonly Reference[],
  facts: OperationFacts,
  refusals: Refusals,
): Link | undefined {
  const child = findTable(facts, key.table);
  if (!child) {
    refusals.add(
      'MSGDB_REFUSED',
      `The table of foreign key ${key.name} cannot be read.`,
      `grant select on ${quotedTable(key.table)} to the role, or connect as its owner.`,
    );
    return undefined;
  }
  const named = declared.find((reference) => names(reference, key, child, facts));
  return {
    kind: 'foreign-key',
    label: `${tableLabel(key.table)}.${key.columns.join('+')}`,
    child,
    columns: key.columns,
    referenced: key.referenced,
    operators: key.operators,
    type: undefined,
    onDelete: key.onDelete,
    onUpdate: key.onUpdate,
    onCollision: named?.onCollision ?? 'keep-survivor',
  };
}

/** A declared foreign key only says what to do with collisions: it is found without being declared. */
function declaredLink(reference: Reference, facts: OperationFacts, refusals: Refusals): Link | undefined {
  const table = facts.named.get(reference.table);
  const child = table && findTable(facts, table);
  if (!child) return undefined;
  if (facts.table.referencedBy.some((key) => names(reference, key, child, facts))) return undefined;
  const columns = columnsOf(reference).flatMap((name) => requireColumn(child, name, refusals)?.name ?? []);
  const referenced = (reference.to ?? facts.table.primaryKey).flatMap(
    (name) => requireColumn(facts.table, name, refusals)?.name ?? [],
  );
  const label = `${tableLabel(child.table)}.${columns.join('+')}`;
  if (reference.kind === 'foreign-key') {
    refusals.add(
      'MSGDB_REFUSED',
      `${label} is declared as a foreign key, but the table has no such foreign key.`,
      `Write kind: 'soft' for ${label}, or add the foreign key to the table.`,
    );
  }
  if (referenced.length !== columns.length) {
    refusals.add(
      'MSGDB_USAGE',
      `${label} has ${countOf(columns.length, 'column')}, but refers to ${referenced.length}.`,
      `Name as many referenced columns: to: [${columns.map((name) => `'${name}'`).join(', ')}].`,
    );
  }
  return {
    kind: reference.kind ?? 'soft',
    label,
    child,
    columns,
    referenced,
    operators: [],
    type: reference.type,
    onDelete: undefined,
    onUpdate: undefined,
    onCollision: reference.onCollision ?? 'keep-survivor',
  };
}

function names(reference: Reference, key: ForeignKeyFacts, child: TableFacts, facts: OperationFacts): boolean {
  const table = facts.named.get(reference.table);
  const columns = columnsOf(reference).map((name) => findColumn(child, name)?.name);
  return table !== undefined && isSameTable(table, key.table) && isSameInOrder(columns, key.columns);
}

function columnsOf(reference: Reference): readonly string[] {
  return reference.columns ?? (reference.column === undefined ? [] : [reference.column]);
}

function refuseHiddenChildren(child: TableFacts, refusals: Refusals): void {
  if (child.rowSecurityActive) {
    refusals.add(
      'MSGDB_ROWS_HIDDEN',
      `Row-level security hides rows of ${tableLabel(child.table)}, which refers to the copies.`,
      adviseOnRowSecurity(child),
    );
  }
}
