import type { LinkedKey, LinkedTrigger, Links } from '../../model/demand.ts';
import type { PartitionBound } from '../../model/partition-bound.ts';
import { tableId } from '../../model/table-name.ts';

/** The same as `Links`, with tables by their `id`: as the scripts have left it so far. */
export interface KnownLinks {
  heirs: readonly {
    readonly table: string;
    readonly parent: string;
    readonly partition: boolean;
    /** Of one that the scripts make or attach. */
    readonly bound?: PartitionBound | undefined;
  }[];
  keys: readonly KnownKey[];
  triggers: readonly KnownTrigger[];
  rules: readonly { readonly table: string; readonly command: string; readonly definition: string }[];
  constraints: readonly { readonly table: string; readonly name: string; readonly columns: readonly string[] }[];
  /** Keys that the scripts have made and a foreign key can refer to. */
  uniques: readonly {
    readonly table: string;
    readonly name: string | undefined;
    readonly columns: readonly string[];
    readonly primary: boolean;
  }[];
  readonly functions: Map<string, string>;
}

export type KnownKey = Omit<LinkedKey, 'table' | 'parent' | 'name'> & {
  readonly name: string | undefined;
  readonly table: string;
  readonly parent: string;
};

export type KnownTrigger = Omit<LinkedTrigger, 'table'> & { readonly table: string };

export function knownLinks({ heirs, keys, triggers, rules, constraints, functions }: Links): KnownLinks {
  return {
    heirs: heirs.map((each) => ({ ...each, table: tableId(each.table), parent: tableId(each.parent) })),
    keys: keys.map((each) => ({ ...each, table: tableId(each.table), parent: tableId(each.parent) })),
    triggers: triggers.map((each) => ({ ...each, table: tableId(each.table) })),
    rules: rules.map((each) => ({ ...each, table: tableId(each.table) })),
    constraints: constraints.map((each) => ({ ...each, table: tableId(each.table) })),
    uniques: [],
    functions: new Map(Object.entries(functions)),
  };
}

/** The tables under a table, at any level. */
export function heirsOf({ heirs }: KnownLinks, id: string): ReadonlySet<string> {
  return reach(id, (each) => heirs.filter(({ parent }) => parent === each).map(({ table }) => table));
}

/** The tables above a table, at any level. */
export function parentsOf({ heirs }: KnownLinks, id: string): ReadonlySet<string> {
  return reach(id, (each) => heirs.filter(({ table }) => table === each).map(({ parent }) => parent));
}

function reach(id: string, next: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const open = [id]; open.length > 0; ) {
    for (const each of next(open.pop() ?? '')) {
      if (found.has(each)) continue;
      found.add(each);
      open.push(each);
    }
  }
  return found;
}

/** A column has another name from here on. */
export function renameLinkedColumn(links: KnownLinks, id: string, from: string, to: string): void {
  const renamed = (columns: readonly string[]) => columns.map((each) => (each === from ? to : each));
  links.keys = links.keys.map((key) => ({
    ...key,
    columns: key.table === id ? renamed(key.columns) : key.columns,
    referenced: key.parent === id ? renamed(key.referenced) : key.referenced,
  }));
  const renamedIn = <T extends { readonly table: string; readonly columns: readonly string[] }>(each: T): T =>
    each.table === id ? { ...each, columns: renamed(each.columns) } : each;
  links.constraints = links.constraints.map(renamedIn);
  links.uniques = links.uniques.map(renamedIn);
  links.triggers = links.triggers.map(renamedIn);
}

/** A constraint goes by its name. */
export function dropLinkedConstraint(links: KnownLinks, id: string, name: string): void {
  links.constraints = links.constraints.filter((each) => each.table !== id || each.name !== name);
  links.keys = links.keys.filter((each) => each.table !== id || each.name !== name);
  links.uniques = links.uniques.filter((each) => each.table !== id || each.name !== name);
}

/** Foreign keys to a table may have gone with the key that they refer to. */
export function forgetReferences(links: KnownLinks, parent: string): void {
  for (const key of links.keys) {
    if (key.parent === parent && key.name !== undefined)
      links.constraints = links.constraints.filter((each) => each.table !== key.table || each.name !== key.name);
  }
}

/** A constraint has another name from here on. */
export function renameLinkedConstraint(links: KnownLinks, id: string, from: string, to: string): void {
  const renamed = <T extends { readonly table: string; readonly name: string | undefined }>(each: T): T =>
    each.table === id && each.name === from ? { ...each, name: to } : each;
  links.constraints = links.constraints.map(renamed);
  links.keys = links.keys.map(renamed);
  links.uniques = links.uniques.map(renamed);
}

/** A column goes, with the constraints and keys that it is a part of. */
export function dropLinkedColumn(links: KnownLinks, id: string, column: string): void {
  for (const each of links.constraints) {
    if (each.table === id && each.columns.includes(column)) dropLinkedConstraint(links, id, each.name);
  }
  links.uniques = links.uniques.filter(({ table, columns }) => table !== id || !columns.includes(column));
}

/** A table is gone, with what was on it. */
export function dropLinkedTable(links: KnownLinks, id: string): void {
  links.heirs = links.heirs.filter(({ table, parent }) => table !== id && parent !== id);
  links.keys = links.keys.filter(({ table, parent }) => table !== id && parent !== id);
  links.triggers = links.triggers.filter(({ table }) => table !== id);
  links.constraints = links.constraints.filter(({ table }) => table !== id);
}
