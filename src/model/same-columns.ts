import type { KeyPart } from './operations/common.ts';

/** Names of columns; undefined for an expression, which is never the same. */
type Columns = readonly (string | undefined)[];

/** The columns of an index. */
export function columnsOf({ key }: { readonly key: readonly { readonly column: string | undefined }[] }): Columns {
  return key.map(({ column }) => column);
}

export function isSameInOrder(some: Columns, others: Columns): boolean {
  return some.length === others.length && some.every((each, place) => each !== undefined && each === others[place]);
}

/** In any order: what a unique index and an ON CONFLICT target mean. */
export function isSameInAnyOrder(some: Columns, others: Columns): boolean {
  return (
    new Set(some).size === new Set(others).size && some.every((each) => each !== undefined && others.includes(each))
  );
}

/** Keys as rules name them: rows that are equal in one are equal in the other. */
export function isSameKey(some: readonly KeyPart[], others: readonly KeyPart[]): boolean {
  const texts = (key: readonly KeyPart[]): readonly string[] => key.map((part) => JSON.stringify(part));
  return isSameInAnyOrder(texts(some), texts(others));
}
