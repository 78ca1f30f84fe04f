import { COPY, ORIGINAL, recreate, type Server, USUAL_LOCALE, within, withServer } from './database.ts';
import { type Cost, measureOnCopy } from './measure.ts';
import { describeShape, keyOf, makeMessages, type Shape } from './message-table.ts';
import { METHODS, type Method } from './plain-ways.ts';
import { type LastRow, type Noticed, raceForLastRow, watchWriters } from './under-writers.ts';

/** A way to remove copies: what it took, and what it does not do. */
export interface Tried {
  readonly way: string;
  readonly cost: Cost;
  /** Below 1 where a script was stopped: what it took is of that share of the work. */
  readonly share: number;
  readonly peakMb?: number | undefined;
  readonly underWriters: Noticed;
  readonly lastRow: LastRow;
}

export interface AlternativesResult {
  readonly shape: Shape;
  readonly ways: readonly Tried[];
}

export interface AlternativesOptions {
  readonly rows: number;
  readonly shapes: readonly Shape[];
  readonly repeat: number;
}

/** Scripts that take one group after another are stopped then; the time of all of it is estimated. */
const MOST_MS = 20_000;
const MOST_MS_WATCHED = 5_000;

/**
 * What users would pick instead, on the same data. The server writes whole pages to the WAL as servers in production do;
 * plain SQL has the default work_mem, as in a session of psql.
 */
export async function benchAlternatives(options: AlternativesOptions): Promise<readonly AlternativesResult[]> {
  return await withServer({ autovacuum: 'off', full_page_writes: 'on' }, async (server) => {
    const lastRows = new Map<string, LastRow>();
    for (const way of METHODS) lastRows.set(way.name, await raceForLastRow(server, way));
    const results: AlternativesResult[] = [];
    for (const shape of options.shapes) {
      console.error(describeShape(shape));
      await recreate(server, ORIGINAL, { locale: USUAL_LOCALE });
      await within(server, ORIGINAL, async (session) => makeMessages(session, shape, options.rows));
      const costs = await measureRounds(server, shape, options.repeat);
      const ways: Tried[] = [];
      for (const way of METHODS) {
        const underWriters = await watchWriters(server, way, keyOf(shape), MOST_MS_WATCHED);
        const cost = costs.get(way.name);
        if (cost) ways.push({ way: way.name, ...cost, underWriters, lastRow: lastRows.get(way.name) ?? 'failed' });
      }
      results.push({ shape, ways });
    }
    return results;
  });
}

/** Ratios are to the first way. */
export function tabulateAlternatives({ ways }: AlternativesResult): readonly Readonly<Record<string, unknown>>[] {
  const first = ways[0]?.cost;
  const ratio = (ours: number, theirs = 1): number => Number((ours / theirs).toFixed(2));
  return ways.map(({ way, cost, share, underWriters, lastRow, peakMb }) => ({
    way,
    seconds: `${share < 1 ? '≈ ' : ''}${(cost.ms / share / 1000).toFixed(1)}`,
    time: ratio(cost.ms / share, first?.ms),
    // Pages are written whole once, so what a part of the work took of them says nothing of all.
    ...(share < 1
      ? {}
      : {
          walMb: megabytes(cost.walBytes),
          wal: ratio(cost.walBytes, first?.walBytes),
          tempMb: megabytes(cost.tempBytes),
        }),
    longestWaitMs: underWriters.longestWaitMs,
    writesLost: underWriters.writesLost,
    writeErrors: underWriters.errors,
    kept: `${Math.round((100 * underWriters.kept) / Math.max(underWriters.removed, 1))} %`,
    lastRow,
    peakMb,
  }));
}

type Measured = Pick<Tried, 'cost' | 'share' | 'peakMb'>;

/** All ways in turn, and again: of each the quickest round. */
async function measureRounds(server: Server, shape: Shape, repeat: number): Promise<ReadonlyMap<string, Measured>> {
  const best = new Map<string, Measured>();
  for (let round = 0; round < repeat; round += 1) {
    for (const way of METHODS) {
      const measured = await measure(server, way, shape);
      if (measured.cost.ms < (best.get(way.name)?.cost.ms ?? Number.POSITIVE_INFINITY)) best.set(way.name, measured);
    }
  }
  return best;
}

async function measure(server: Server, way: Method, shape: Shape): Promise<Measured> {
  const site = { server, database: COPY, key: keyOf(shape), mostMs: MOST_MS };
  const { cost, result } = await measureOnCopy(server, async () => {
    await way.prepare?.(site);
    return await way.run(site);
  });
  return { cost, share: result.share, peakMb: result.peakMb };
}

function megabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}
