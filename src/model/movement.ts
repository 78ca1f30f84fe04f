import type { ChildKey, Merge, ReferringColumn, ResolvedReference, RowGuard, TableImage } from './dedupe.ts';
import type { OnCollision } from './operations/common.ts';
import { isSameTable } from './table-name.ts';
import type { TriggerGuard } from './triggers.ts';

/** All references of one table to another: a row that refers twice is changed once, or a CHECK would see it half-way. */
export interface Movement {
  readonly label: string;
  readonly child: TableImage;
  /** What is set: the columns of all links, each once. */
  readonly columns: readonly ReferringColumn[];
  readonly links: readonly ResolvedReference[];
  readonly uniques: readonly MovedUnique[];
  readonly guards: readonly RowGuard[];
  readonly keepers: readonly TriggerGuard[];
  /** Rows that a guard would refuse are archived and removed; never those of a table on the way, which may be survivors. */
  readonly removes: boolean;
  readonly circular: boolean;
  readonly merges: readonly Merge[];
  readonly references: readonly ResolvedReference[];
}

/** A unique index of children that are re-pointed. */
export interface MovedUnique extends ChildKey {
  readonly onCollision: OnCollision;
  /** The columns of the references that it is about: a row of which others change keeps its key there. */
  readonly about: readonly string[];
}

/** In the order of the references. */
export function movementsOf(references: readonly ResolvedReference[]): readonly Movement[] {
  const groups: ResolvedReference[][] = [];
  for (const reference of references) {
    const group = groups.find(
      ([first]) => first !== undefined && isSameTable(first.child.table, reference.child.table),
    );
    if (group) group.push(reference);
    else groups.push([reference]);
  }
  return groups.flatMap(([first, ...more]) => (first ? [join(first, [first, ...more])] : []));
}

function join(first: ResolvedReference, links: readonly ResolvedReference[]): Movement {
  const { child } = first;
  const columns = eachOnce(links.flatMap((link) => link.columns));
  const moved = new Set(columns.map(({ name }) => name));
  return {
    label: joinLabels(links.map(({ label }) => label)),
    child,
    columns,
    links,
    uniques: eachOnce(links.flatMap(({ uniques }) => uniques).map((unique) => ({ ...unique, name: unique.index }))).map(
      ({ name, ...unique }) => ({ ...unique, onCollision: policyOf(links, name), about: columnsAbout(links, name) }),
    ),
    guards: [...new Map(links.flatMap(({ guards }) => guards).map((guard) => [JSON.stringify(guard), guard])).values()],
    keepers: first.keepers,
    removes:
      links.some(({ onCollision }) => onCollision === 'remove') &&
      whyKept({ circular: first.circular, guards: links.flatMap(({ guards }) => guards) }) === undefined,
    circular: first.circular,
    merges: eachOnce(links.flatMap(({ merges }) => merges).map((merge) => ({ ...merge, name: merge.column }))).filter(
      ({ name }) => !moved.has(name),
    ),
    references: links.find((link) => link.references.length > 0)?.references ?? [],
  };
}

/**
 * What keeps rows that a guard would refuse from being removed: those of a table on the way may be survivors, and one that
 * a NOT VALID constraint refuses as it is could not be put back.
 */
export function whyKept({
  circular,
  guards,
}: Pick<Movement, 'circular' | 'guards'>): 'circular' | 'not valid' | undefined {
  if (circular) return 'circular';
  return guards.every((guard) => guard.kind !== 'check' || guard.validated) ? undefined : 'not valid';
}

type Circling = Pick<Movement, 'circular' | 'references'> & { readonly uniques: readonly ChildKey[] };

/** Copies among these children could only be merged with rows that are being merged themselves. */
export function leadsBack({ circular, uniques, references }: Circling): boolean {
  return uniques.length > 0 && (circular || references.some(leadsBack));
}

/** The strictest of those that the index is about. */
function policyOf(links: readonly ResolvedReference[], index: string): OnCollision {
  const said = links.filter(({ uniques }) => uniques.some((unique) => unique.index === index));
  const strict = (['refuse', 'merge', 'remove'] as const).find((policy) =>
    said.some(({ onCollision }) => onCollision === policy),
  );
  return strict ?? 'keep-survivor';
}

function columnsAbout(links: readonly ResolvedReference[], index: string): readonly string[] {
  const about = links.filter(({ uniques }) => uniques.some((unique) => unique.index === index));
  return about.flatMap(({ columns }) => columns.map(({ name }) => name));
}

/** `b.x`, `b.y`: `b.x, y`. */
function joinLabels([first = '', ...more]: readonly string[]): string {
  return [first, ...more.map((label) => label.slice(label.lastIndexOf('.') + 1))].join(', ');
}

function eachOnce<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  return all.filter(({ name }, place) => all.findIndex((other) => other.name === name) === place);
}
