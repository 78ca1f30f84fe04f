import type { TableFacts } from '../model/facts.ts';

/** May a row of a partitioned table come to be in another partition when these columns of it change? */
export function changesPartition({ partitionKey = [] }: TableFacts, changed: readonly string[]): boolean {
  return partitionKey.some((column) => column === '(expression)' || changed.includes(column));
}
