import type { Ask, Basis, Build, Demand } from '../../model/demand.ts';
import { type At, placeOf } from './place.ts';
import type { KnownTable } from './world.ts';

interface Asked {
  readonly ask: Ask;
  readonly basis: Basis;
}

/** A demand of a statement that makes no index. */
export function demandOf(table: KnownTable, at: At, asked: Asked, blocks: Build['blocks']): Demand {
  return {
    ...placeOf(at, table.name, table.origin),
    ...asked,
    computed: table.computed,
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks },
  };
}
