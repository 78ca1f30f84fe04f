import type { Stock, StockObject } from './stock.ts';

/** Partitions, and tables that inherit, at any level. */
export function heirsOf(stock: Stock, table: StockObject): readonly StockObject[] {
  const under = stock.dependencies.flatMap(({ from, fromColumn, to, toColumn }) => {
    const heir =
      to === table.id && toColumn === undefined && fromColumn === undefined ? stock.objects.get(from) : undefined;
    return heir?.kind === 'table' ? [heir] : [];
  });
  return under.flatMap((each) => [each, ...heirsOf(stock, each)]);
}

/** Indexes and sequences, which go with their table to another schema. */
export function partsOf(stock: Stock, { id, kind }: StockObject): readonly StockObject[] {
  if (kind !== 'table' && kind !== 'materialized view') return [];
  const own = stock.dependencies.flatMap(({ from, to, kind: how }) => {
    const part = to === id && how !== 'normal' ? stock.objects.get(from) : undefined;
    return part && part.kind !== 'table' ? [part] : [];
  });
  const indexes = own.flatMap((part) =>
    stock.dependencies.flatMap(({ from, to }) => (to === part.id ? (stock.objects.get(from) ?? []) : [])),
  );
  return [...own, ...indexes].filter((each) => each.kind === 'index' || each.kind === 'sequence');
}
