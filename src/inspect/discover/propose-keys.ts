import type { Candidate, ColumnStatistics, TableStatistics } from '../../model/discovery.ts';
import { canIdentify, distinctShare, hintOf } from './judge-column.ts';

/** A table with fewer rows says nothing: all that is in it may be unique by chance. */
const LEAST_ROWS = 20;
/** Share of different values from which a column is worth counting; less for one that is named like an identifier. */
const NEARLY_UNIQUE = 0.5;
const NEARLY_UNIQUE_IDENTIFIER = 0.1;
/** Each pair is another pass over the table. */
const MOST_PAIRS = 2;

/** Columns, and pairs of columns, of one table that may have to be unique, the likeliest first. */
export function proposeKeys(table: TableStatistics): readonly Candidate[] {
  if (table.estimatedRows < LEAST_ROWS) return [];
  return [...proposeColumns(table), ...proposePairs(table)].toSorted((a, b) => b.score - a.score);
}

function proposeColumns(table: TableStatistics): readonly Candidate[] {
  return table.columns.flatMap((column) => {
    const hint = hintOf(column.name);
    // Unique together with others is a decision; a column that refers to another table is there many times.
    if (!isOpen(column) || column.together.length > 0 || hint === 'measure') return [];
    const share = distinctShare(column, table.estimatedRows);
    const least = hint === 'identifier' || column.invalidUnique ? NEARLY_UNIQUE_IDENTIFIER : NEARLY_UNIQUE;
    if (share === undefined || share < least || (hint === 'scope' && share < 0.9)) return [];
    return [candidateOf(table, [column], column, share)];
  });
}

/** An identifier that is unique within a tenant, account or instance only. */
function proposePairs(table: TableStatistics): readonly Candidate[] {
  const scopes = table.columns.filter((column) => isScope(column, table.estimatedRows));
  const identifiers = table.columns.filter(
    (column) => isOpen(column) && ['identifier', 'reference'].includes(hintOf(column.name)) && !column.numbered,
  );
  const pairs = identifiers.flatMap((identifier) =>
    scopes
      .filter((scope) => scope.name !== identifier.name && !areUnique(identifier, scope))
      .flatMap((scope) => {
        const share = distinctOfPair(scope, identifier, table.estimatedRows);
        return share < NEARLY_UNIQUE ? [] : [candidateOf(table, [scope, identifier], identifier, share)];
      }),
  );
  return pairs.toSorted((a, b) => b.score - a.score).slice(0, MOST_PAIRS);
}

function isOpen(column: ColumnStatistics): boolean {
  return canIdentify(column) && !column.unique && !column.foreignKey;
}

/** Something that many rows belong to. */
function isScope(column: ColumnStatistics, rows: number): boolean {
  const share = distinctShare(column, rows);
  return !column.unique && canIdentify(column) && hintOf(column.name) === 'scope' && share !== undefined && share < 0.5;
}

function areUnique(identifier: ColumnStatistics, scope: ColumnStatistics): boolean {
  return identifier.together.some((columns) => columns.length === 2 && columns.includes(scope.name));
}

/** At most as many pairs as the two have values each: an upper limit, which the count puts right. */
function distinctOfPair(scope: ColumnStatistics, identifier: ColumnStatistics, rows: number): number {
  const [one = 0, other = 0] = [scope, identifier].map((column) => (distinctShare(column, rows) ?? 0) * rows);
  return Math.min(1, (one * other) / rows);
}

function candidateOf(
  table: TableStatistics,
  columns: readonly ColumnStatistics[],
  identifier: ColumnStatistics,
  share: number,
): Candidate {
  const key = columns.map(({ name }) => name);
  const evidence: readonly Evidence[] = [
    ...evidenceOf(identifier),
    columns.length > 1
      ? { points: -4 }
      : { points: 0, says: `${percent(share)} of its values are different, by the statistics` },
    // A million rows without a repetition say more than a hundred.
    { points: Math.min(18, Math.round(Math.log10(table.estimatedRows) * 3.5)) },
  ];
  return {
    schema: table.schema,
    table: table.name,
    key,
    identifier: identifier.name,
    text: identifier.category === 'S',
    score: evidence.reduce((sum, { points }) => sum + points, 0),
    reasons: evidence.flatMap(({ says }) => says ?? []),
    missingPartitionKey: table.partitionKey.filter((name) => !key.includes(name)),
  };
}

interface Evidence {
  readonly points: number;
  readonly says?: string;
}

/** Points before the count, which gives up to 40 more. */
function evidenceOf(column: ColumnStatistics): readonly Evidence[] {
  const named = { identifier: 35, reference: 18, scope: -15, measure: 0, none: 0 }[hintOf(column.name)];
  return [
    named > 0 ? { points: named, says: 'named like an identifier' } : { points: named },
    ...(column.invalidUnique ? [{ points: 45, says: 'a unique index on it was begun and is not valid' }] : []),
    ...(column.numbered ? [{ points: 20, says: 'numbered by a sequence' }] : []),
    ...(column.type === 'uuid' ? [{ points: 10, says: 'a uuid' }] : []),
    ...(column.indexed && !column.invalidUnique
      ? [{ points: 6, says: 'rows are looked up by it: it has an index' }]
      : []),
    ...(column.notNull ? [{ points: 4 }] : []),
  ];
}

function percent(share: number): string {
  if (share >= 0.995) return share === 1 ? 'all' : 'nearly all';
  return `${Math.round(share * 100)} %`;
}
