import type { Node } from 'libpg-query';
import type { ObjectAct, ObjectKind, WrittenObject, WrittenUses } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { isUsers, qualified } from './read-uses.ts';

export const RELATIONS: readonly ObjectKind[] = ['table', 'view', 'materialized view', 'sequence', 'index'];
/** Every relation has a type for its rows. */
const TYPES: readonly ObjectKind[] = ['type', 'table', 'view', 'materialized view'];
export const NO_USES: WrittenUses = { relations: [], columns: [], types: [], functions: [] };

/** There must be such an object, or the statement fails. */
export function requireObject(kinds: readonly ObjectKind[], name: WrittenName): ObjectAct {
  return { do: 'require', kinds, name, query: false };
}

export function requireType(name: WrittenName): ObjectAct {
  return { do: 'require', kinds: TYPES, name, query: false };
}

export function requireTypes({ types }: WrittenUses): readonly ObjectAct[] {
  return types.map(requireType);
}

export function requireRelations(names: readonly WrittenName[]): readonly ObjectAct[] {
  return names.filter(isUsers).map((name) => ({ do: 'require', kinds: RELATIONS, name, query: true }));
}

interface Making {
  readonly ifNotExists?: boolean;
  readonly replace?: boolean;
  readonly uses?: WrittenUses;
  readonly values?: readonly string[];
}

export function made(
  object: WrittenObject,
  { ifNotExists = false, replace = false, uses = NO_USES, values = [] }: Making,
): ObjectAct {
  return { do: 'make', object, ifNotExists, replace, uses, values };
}

export function makeNamed(
  kind: ObjectKind,
  nodes: readonly Node[] | undefined,
  uses: WrittenUses,
  values: readonly string[] = [],
): readonly ObjectAct[] {
  return qualified(nodes).map((name) => made({ kind, name }, { uses, values }));
}
