import { statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statement } from '../src/model/statement.ts';
import { withFolder } from './clear-away.ts';
import { COST_MODEL, FIGURES, type Figure, predict, type Strategy, type TableSize } from './cost-model.ts';
import { at, COPY, ORIGINAL, recreate, type Server, USUAL_LOCALE, within, withServer } from './database.ts';
import { type Cost, measureOnCopy } from './measure.ts';
import { describeShape, keyOf, makeMessages, type Shape } from './message-table.ts';
import { runProgram } from './program.ts';

/** What a strategy took of a table, and what the model says. */
export interface Grown {
  readonly strategy: Strategy;
  readonly losers: number;
  readonly size: TableSize;
  readonly measured: Cost & { readonly peakMb: number };
  readonly predicted: Readonly<Record<Figure, number>>;
}

export interface GrowthOptions {
  readonly rows: readonly number[];
  readonly shapes: readonly Shape[];
  /** As `--memory` of the program: what fits in it, and what does not. */
  readonly memoryMb: readonly number[];
}

const CONFIG = 'msgdb.config.json';
/** Narrow rows, because there are most of them; copies anywhere, as retries leave them. */
export const GROWTH_SHAPE = { key: 'text', indexed: false, width: 'narrow', copies: 'everywhere' } as const;
/** Above it the model is wrong, and is to be mended. */
const MOST_DEVIATION = 0.25;
/** Two copies of the table, its archive, index, sorts and WAL. */
const DISK_BYTES_PER_ROW = 500;
/** Of two quiet cores: making the table, and four strategies on copies of it. */
const MICROSECONDS_PER_ROW = 25;

/** How cost grows with the table: the same shape at several sizes, each strategy beside the model. */
export async function benchGrowth({ rows, shapes, memoryMb }: GrowthOptions): Promise<readonly Grown[]> {
  await announce(rows, shapes.length * memoryMb.length);
  return await withFolder(async (folder) => {
    return await withServer({ autovacuum: 'off', full_page_writes: 'on' }, async (server) => {
      const results: Grown[] = [];
      for (const shape of shapes) {
        await writeRule(folder, shape);
        for (const count of rows) {
          console.error(`${count.toLocaleString('en')} rows, ${describeShape(shape)}`);
          await recreate(server, ORIGINAL, { locale: USUAL_LOCALE });
          const table = await within(server, ORIGINAL, async (session) => {
            await makeMessages(session, shape, count);
            return await readSize(session, shape);
          });
          for (const memory of memoryMb) {
            await writeFile(join(folder, CONFIG), JSON.stringify({ memory: `${memory}MB` }));
            const size = { ...table, memoryBytes: memory * 2 ** 20 };
            for (const strategy of Object.keys(COST_MODEL) as Strategy[]) {
              const measured = await measure(server, { strategy, shape, folder });
              results.push({ strategy, losers: shape.losers, size, measured, predicted: predict(strategy, size) });
            }
          }
        }
      }
      return results;
    });
  });
}

/** Predicted and measured side by side; a deviation of more than a quarter is flagged. */
export function tabulateGrowth(results: readonly Grown[]): readonly Readonly<Record<string, unknown>>[] {
  return results.map(({ strategy, losers, size, measured, predicted }) => ({
    strategy,
    rows: size.rows,
    losers: `${losers} %`,
    memoryMb: size.memoryBytes / 2 ** 20,
    ...eachFigure((figure) => compare(figure, predicted[figure], measured[figure])),
    µsPerRow: Number(((1000 * measured.ms) / size.rows).toFixed(2)),
    peakMb: measured.peakMb,
  }));
}

/** What the model says of larger tables of the same kind. */
export function tabulateForecast(results: readonly Grown[]): readonly Readonly<Record<string, unknown>>[] {
  const largest = Math.max(...results.map(({ size }) => size.rows));
  return FORECAST.flatMap((rows) =>
    results
      .filter(({ size }) => size.rows === largest)
      .map(({ strategy, losers, size }) => {
        const times = (value: number): number => Math.round((value * rows) / size.rows);
        const [groups, pages] = [times(size.groups), times(size.pages)];
        const said = predict(strategy, { ...size, rows, losers: times(size.losers), groups, pages });
        const figures = eachFigure((figure) => show(figure, said[figure]));
        return { strategy, rows, losers: `${losers} %`, memoryMb: size.memoryBytes / 2 ** 20, ...figures };
      }),
  );
}

const FORECAST = [1e8, 1e9];

/** How many figures are further from the model than a quarter. */
export function countDeviations(results: readonly Grown[]): number {
  return results
    .flatMap(({ measured, predicted }) =>
      FIGURES.map((figure) => deviates(figure, predicted[figure], measured[figure])),
    )
    .filter(Boolean).length;
}

function eachFigure(work: (figure: Figure) => string): Readonly<Record<Figure, string>> {
  const [tableBlocks, walBytes, tempBytes, writtenBytes] = FIGURES.map(work);
  return {
    tableBlocks: tableBlocks ?? '',
    walBytes: walBytes ?? '',
    tempBytes: tempBytes ?? '',
    writtenBytes: writtenBytes ?? '',
  };
}

function compare(figure: Figure, predicted: number, measured: number): string {
  const flag = deviates(figure, predicted, measured) ? ' !' : '';
  return `${show(figure, predicted)} / ${show(figure, measured)}${flag}`;
}

function show(figure: Figure, value: number): string {
  if (figure === 'tableBlocks') return value < 1e6 ? `${(value / 1e3).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}

/** What is below a megabyte, or 1,000 pages, is a command's own. */
function deviates(figure: Figure, predicted: number, measured: number): boolean {
  if (Math.max(predicted, measured) < (figure === 'tableBlocks' ? 1e3 : 1e6)) return false;
  return Math.abs(predicted - measured) > MOST_DEVIATION * measured;
}

async function announce(rows: readonly number[], rounds: number): Promise<void> {
  const disk = Math.max(...rows) * DISK_BYTES_PER_ROW;
  const minutes = Math.ceil((rounds * rows.reduce((sum, count) => sum + count, 0) * MICROSECONDS_PER_ROW) / 6e7);
  const { bavail, bsize } = await statfs(tmpdir());
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  console.error(
    `about ${minutes} min and ${gigabytes(disk)} of disk in ${tmpdir()} (${gigabytes(bavail * bsize)} free)`,
  );
  if (disk > bavail * bsize) throw new Error('not enough disk; take fewer rows, or set TMPDIR');
}

async function writeRule(folder: string, shape: Shape): Promise<void> {
  const rule = { kind: 'unique-key', table: 'message', key: keyOf(shape), index: 'once', limit: { share: 1 } };
  await writeFile(join(folder, '0001-once.mjs'), `export default { summary: 'once', up: [${JSON.stringify(rule)}] };`);
}

async function readSize(
  session: Parameters<Parameters<typeof within>[2]>[0],
  shape: Shape,
): Promise<Omit<TableSize, 'memoryBytes'>> {
  const [row] = await session.query(
    statement(`
      select sum(copies) as rows, coalesce(sum(copies - 1), 0) as losers, count(*) filter (where copies > 1) as groups,
             pg_relation_size('message') / 8192 as pages
        from (select count(*) as copies from message group by ${keyOf(shape).join(', ')}) per_key`),
  );
  return {
    rows: Number(row?.rows),
    losers: Number(row?.losers),
    groups: Number(row?.groups),
    pages: Number(row?.pages),
  };
}

interface Run {
  readonly strategy: Strategy;
  readonly shape: Shape;
  readonly folder: string;
}

async function measure(server: Server, { strategy, shape, folder }: Run): Promise<Grown['measured']> {
  const rule = ['--table', 'message', '--key', keyOf(shape).join(','), '--samples', '0'];
  const remove = ['dedupe', '--yes', '--limit', '100%', ...rule];
  const commands: Readonly<Record<Strategy, readonly string[]>> = {
    find: ['find-duplicates', ...rule],
    locked: [...remove, '--strategy', 'locked'],
    online: [...remove, '--strategy', 'online', '--jobs', '2'],
    repair: ['migrate', '-d', folder, '--strategy', 'online', '--jobs', '2'],
  };
  const { cost, result } = await measureOnCopy(server, async () =>
    runProgram([...commands[strategy], '-c', join(folder, CONFIG), ...at(server, COPY)]),
  );
  return { ...cost, peakMb: result.peakMb };
}
