import type { KnownKey, KnownTrigger } from './known-links.ts';
import { heirsOf, parentsOf } from './known-links.ts';
import { findById, type KnownTable, put, type World } from './world.ts';
import { type Writes, withoutComments, writesOfFunctions, writesOfText } from './writes-of.ts';

/** What is done with rows of a table. */
export interface RowChange {
  readonly command: 'insert' | 'update' | 'delete' | 'truncate';
  /** Of an UPDATE; undefined where any may be set. */
  readonly columns?: readonly string[] | undefined;
  /** TRUNCATE … CASCADE. */
  readonly cascade?: boolean;
  readonly only?: boolean;
}

/** A change, and what is said of it. */
interface Spread {
  readonly world: World;
  /** `the statement at 2_users.sql:3` */
  readonly what: string;
  readonly where: string;
  readonly seen: Set<string>;
}

/**
 * Takes over what a statement changes beside the rows that it names: in partitions and heirs and the tables above, through
 * the actions of foreign keys, by triggers and by rules.
 */
export function followEffects(world: World, table: KnownTable, change: RowChange, where: string): void {
  const spread = { world, what: `the statement ${where}`, where, seen: new Set<string>() };
  spreadChange(spread, table.id, change);
}

/** Something that is not looked into may write these tables, and what is linked with them. */
export function disturb(world: World, writes: Writes, what: string, where: string): void {
  spreadWrites({ world, what: `${what} ${where}`, where, seen: new Set() }, writes, what);
}

function spreadWrites(spread: Spread, writes: Writes, what: string): void {
  if (writes.length === 0) return;
  const { world, where } = spread;
  world.opaque.push({ change: { kind: 'opaque', what, names: writes, asks: false }, where });
  if (writes === 'anything') return;
  const ids = [
    ...world.present.flatMap((each) => (each.kind === 'table' && writes.includes(each.name) ? [each] : [])),
    ...[...world.tables.values()].flatMap((each) => (each && writes.includes(each.name.name) ? [each.name] : [])),
  ].flatMap((name) => findAt(world, name));
  for (const id of ids) {
    spreadChange(spread, id, { command: 'update' });
    spreadChange(spread, id, { command: 'delete' });
    spreadChange(spread, id, { command: 'insert' });
  }
}

function findAt(world: World, name: { readonly schema: string; readonly name: string }): readonly string[] {
  const id = JSON.stringify([name.schema, name.name]);
  return [world.tables.get(id)?.id ?? id];
}

function spreadChange(spread: Spread, id: string, change: RowChange): void {
  const { world, seen } = spread;
  const done = JSON.stringify([id, change]);
  if (seen.has(done)) return;
  seen.add(done);
  const under = change.only ? [] : [...heirsOf(world.links, id)];
  const above = [...parentsOf(world.links, id)];
  const partitioned = world.links.heirs.some(({ parent, partition }) => parent === id && partition);
  for (const heir of under) {
    if (change.command === 'insert' && !partitioned) continue;
    touch(spread, heir, change, `${spread.what} changes ${nameOf(world, id)}, and it is a part of it`, partitioned);
  }
  for (const parent of above)
    touch(
      spread,
      parent,
      change.command === 'truncate' ? { command: 'delete' } : change,
      `${spread.what} changes ${nameOf(world, id)}, a part of it`,
    );
  const family = new Set([id, ...under, ...above]);
  for (const key of world.links.keys) if (family.has(key.parent)) spreadKey(spread, key, change);
  for (const trigger of world.links.triggers) {
    if (trigger.table === id || under.includes(trigger.table)) fire(spread, trigger, change);
  }
  for (const rule of world.links.rules) {
    if (rule.table !== id || rule.command !== change.command) continue;
    touchWith(spread, id, (table) => ({
      ...table,
      unclear: table.unclear ?? `a rule of ${table.name.name} stands in the way of ${spread.what}`,
    }));
    spreadWrites(spread, writesOfText(rule.definition), `a rule of ${nameOf(world, id)}`);
  }
}

/** What the action of a foreign key does in its table. */
function spreadKey(spread: Spread, key: KnownKey, { command, columns, cascade }: RowChange): void {
  const reason = `${spread.what} changes ${nameOf(spread.world, key.parent)}, and ${key.name ?? 'a foreign key'} does the same here`;
  if (command === 'truncate') {
    if (!cascade) return;
    touch(spread, key.table, { command: 'truncate' }, reason);
    spreadChange(spread, key.table, { command, cascade });
    return;
  }
  if (command === 'insert') return;
  if (command === 'update' && columns && !columns.some((each) => key.referenced.includes(each))) return;
  const action = command === 'delete' ? key.onDelete : key.onUpdate;
  if (action === 'no action' || action === 'restrict') return;
  const follows: RowChange =
    command === 'delete' && action === 'cascade' ? { command: 'delete' } : { command: 'update', columns: key.columns };
  touch(spread, key.table, follows, reason);
  spreadChange(spread, key.table, follows);
}

function fire(spread: Spread, trigger: KnownTrigger, { command, columns }: RowChange): void {
  if (!trigger.events.includes(command)) return;
  if (
    command === 'update' &&
    trigger.columns.length > 0 &&
    columns &&
    !columns.some((each) => trigger.columns.includes(each))
  )
    return;
  const { world } = spread;
  const what = `the trigger ${trigger.name} of ${nameOf(world, trigger.table)}`;
  if (trigger.before && command === 'update') {
    const reason = `${what} may change what ${spread.what} sets`;
    const written = rewrittenBy(world, trigger, columns);
    touchWith(spread, trigger.table, (table) => withUnknown(table, written ?? [...table.columns.keys()], reason));
  }
  spreadWrites(spread, writesOfFunctions(world.links, [trigger.function]), what);
}

/** Columns of a row that a BEFORE trigger may give other values; undefined: any. */
function rewrittenBy(
  world: World,
  trigger: KnownTrigger,
  set: readonly string[] | undefined,
): readonly string[] | undefined {
  const text = world.links.functions.get(trigger.function);
  if (text === undefined || text === '') return undefined;
  const code = withoutComments(text);
  // NEW as a whole: it may be filled from a record, or handed on.
  if (/(?<!\breturn\s+)\bnew\b(?!\s*\.)/i.test(code)) return undefined;
  const named = [...code.matchAll(/\bnew\s*\.\s*("[^"]+"|[a-z_][\w$]*)/gi)].map(([, name = '']) =>
    name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase(),
  );
  return mayKeep(code, 'update') ? (set ? [...named, ...set] : undefined) : named;
}

/** May a BEFORE trigger leave a row as it is? */
function mayKeep(code: string, command: 'update' | 'delete'): boolean {
  const passes = command === 'update' ? /\breturn\s+(?!new\b)/i : /\breturn\s+(?!old\b)/i;
  return passes.test(code.replaceAll(/\breturns\b/gi, ' '));
}

/** May rows stay that a DELETE names? */
export function mayKeepRows(world: World, id: string): boolean {
  const ids = [id, ...heirsOf(world.links, id)];
  return (
    world.links.rules.some(({ table, command }) => table === id && command === 'delete') ||
    world.links.triggers.some(
      ({ table, before, events, function: name }) =>
        before &&
        events.includes('delete') &&
        ids.includes(table) &&
        mayKeep(withoutComments(world.links.functions.get(name) ?? 'return null'), 'delete'),
    )
  );
}

function touch(spread: Spread, id: string, change: RowChange, reason: string, moves = false): void {
  touchWith(spread, id, (table) => {
    switch (change.command) {
      case 'insert':
        return { ...table, more: table.more ?? reason };
      case 'delete':
        return { ...table, fewer: table.fewer ?? reason };
      case 'truncate':
        return { ...table, empty: reason, more: undefined };
      case 'update':
        return change.columns && !moves
          ? withUnknown(table, change.columns, reason)
          : { ...table, unclear: table.unclear ?? reason };
    }
  });
}

function withUnknown(table: KnownTable, names: readonly string[], reason: string): KnownTable {
  const columns = new Map(table.columns);
  for (const name of names) if (columns.has(name)) columns.set(name, { kind: 'unknown', reason: `${name}: ${reason}` });
  return { ...table, columns };
}

function touchWith({ world }: Spread, id: string, change: (table: KnownTable) => KnownTable): void {
  const table = findById(world, id);
  if (table) put(world, change(table));
}

function nameOf(world: World, id: string): string {
  return findById(world, id)?.name.name ?? 'another table';
}
