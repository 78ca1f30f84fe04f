import type { ObjectKind, WrittenObject } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import type { World } from '../world.ts';
import type { StockObject } from './stock.ts';

const RELATIONS: ReadonlySet<ObjectKind> = new Set(['table', 'view', 'materialized view', 'index', 'sequence']);

/** Why a statement will be refused, whatever the rows are; or why it is not known whether it is. */
export interface Refusal {
  readonly what: string;
  readonly sqlstate: string;
  /** Undefined where it will be. */
  readonly open: string | undefined;
}

export function refusal(what: string, sqlstate: string, open?: string): Refusal {
  return { what, sqlstate, open };
}

/** The object of one of these kinds that a name means: the first of the search path. */
export function findObject(world: World, kinds: readonly ObjectKind[], written: WrittenName): StockObject | undefined {
  const { objects } = world.stock;
  if (kinds.some((kind) => kind === 'schema' || kind === 'extension')) {
    return [...objects.values()].find((each) => kinds.includes(each.kind) && each.name === written.name);
  }
  for (const schema of written.schema === undefined ? world.path : [written.schema]) {
    for (const each of objects.values()) {
      if (each.schema === schema && each.name === written.name && kinds.includes(each.kind) && each.table === undefined)
        return each;
    }
  }
  return undefined;
}

/** A relation of that name, of whatever kind. */
export function findRelation(world: World, written: WrittenName): StockObject | undefined {
  return findObject(world, [...RELATIONS], written);
}

/** A constraint, a trigger, a policy or a rule of a table. */
export function findPart(
  { stock }: World,
  table: StockObject,
  kind: ObjectKind,
  name: string,
): StockObject | undefined {
  return [...stock.objects.values()].find(
    (each) => each.kind === kind && each.table === table.id && each.name === name,
  );
}

/** An object as a statement names it. */
export function findWritten(world: World, { kind, name, table }: WrittenObject): StockObject | undefined {
  if (table === undefined || kind === 'index') return findObject(world, [kind], name);
  const owner = findRelation(world, table);
  return owner && findPart(world, owner, kind, name.name);
}

/** What a missing object of a kind makes a statement fail with. */
export function missingOf(kind: ObjectKind | undefined): string {
  switch (kind) {
    case 'table':
    case 'view':
    case 'materialized view':
    case 'sequence':
      return '42P01';
    case 'function':
      return '42883';
    case 'schema':
      return '3F000';
    default:
      return '42704';
  }
}

/** What keeps it from being said that something is not there. */
export function whyOpen(world: World, { schema, name }: WrittenName): string | undefined {
  const { stock, opaque } = world;
  const hidden = opaque.find(({ change: { names } }) => names === 'anything' || names.includes(name));
  if (hidden) return `${hidden.change.what} ${hidden.where} may make it`;
  if (stock.doubted.has(name)) return 'whether an earlier CASCADE takes it away is not known';
  if (stock.extended) return 'an extension that an earlier statement makes may have brought it';
  const elsewhere = [...stock.objects.values()].find((each) => each.name === name && each.table === undefined);
  if (schema === undefined && elsewhere?.schema !== undefined && !world.path.includes(elsewhere.schema))
    return `there is one in the schema ${elsewhere.schema}, and it depends on the search path of the runner`;
  return undefined;
}

/** What keeps it from being said that something is still there. */
export function whyGone({ stock, opaque }: World, name: string): string | undefined {
  const hidden = opaque.find(({ change: { names } }) => names === 'anything' || names.includes(name));
  if (hidden) return `${hidden.change.what} ${hidden.where} may take it away`;
  return stock.doubted.has(name) ? 'whether an earlier CASCADE takes it away is not known' : undefined;
}

/** The schema that a name is written with is not there. */
export function missingSchema(world: World, { schema }: WrittenName): Refusal | undefined {
  if (schema === undefined || world.stock.schemas.has(schema) || schema.startsWith('pg_')) return undefined;
  return refusal(`there is no schema ${schema}`, '3F000', whyOpen(world, { schema: undefined, name: schema }));
}

export function isRelation(kind: ObjectKind): boolean {
  return RELATIONS.has(kind);
}

/** Where an object of that name would be. */
export function placeOfNew(world: World, { schema }: WrittenName): string {
  return schema ?? world.path[0] ?? 'public';
}
