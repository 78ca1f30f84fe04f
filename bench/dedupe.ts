import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statement } from '../src/model/statement.ts';
import { withFolder } from './clear-away.ts';
import { at, COPY, ORIGINAL, recreate, type Server, USUAL_LOCALE, within, withServer } from './database.ts';
import { type Cost, measureOnCopy } from './measure.ts';
import { describeShape, keyOf, makeMessages, type Shape } from './message-table.ts';
import { rowNumber } from './plain-ways.ts';
import { type Effort, runProgram } from './program.ts';

const MEASURES = ['groupBy', 'find', 'rowNumber', 'locked', 'unarchived', 'online'] as const;
type Measure = (typeof MEASURES)[number];

/** What one measurement took; msgdb's own with the peak of its memory. */
type Figures = Cost & { readonly peakMb?: number };

/** What came of one shape: of each measurement the quickest round, and all rounds. */
export interface DedupeResult {
  readonly shape: Shape;
  readonly best: Readonly<Record<Measure, Figures>>;
  readonly rounds: readonly Readonly<Record<Measure, Figures>>[];
}

export interface DedupeOptions {
  readonly rows: number;
  readonly shapes: readonly Shape[];
  /** Rounds of all measurements, one after the other, so that what slows the machine down slows all of them down. */
  readonly repeat: number;
}

/**
 * msgdb beside plain SQL on the same data, on a throw-away server: GROUP BY … HAVING to find, and DELETE by ROW_NUMBER to
 * remove. Every measurement begins with a copy of the same database, whose texts are sorted as initdb has it on most
 * servers: by a language.
 */
export async function benchDedupe({ rows, shapes, repeat }: DedupeOptions): Promise<readonly DedupeResult[]> {
  return await withServer({ autovacuum: 'off' }, async (server) => {
    const results: DedupeResult[] = [];
    for (const shape of shapes) {
      console.error(describeShape(shape));
      await recreate(server, ORIGINAL, { locale: USUAL_LOCALE });
      await within(server, ORIGINAL, async (session) => makeMessages(session, shape, rows));
      const rounds: Record<Measure, Figures>[] = [];
      for (let round = 0; round < repeat; round += 1) rounds.push(await runRound(server, shape));
      results.push({ shape, best: bestOf(rounds), rounds });
    }
    return results;
  });
}

/** The table that is shown; ratios are msgdb's time by plain SQL's. */
export function tabulateDedupe(results: readonly DedupeResult[]): readonly Readonly<Record<string, unknown>>[] {
  return results.map(({ shape, best }) => {
    const ratio = (ours: Measure, theirs: Measure): number => Number((best[ours].ms / best[theirs].ms).toFixed(2));
    return {
      losers: `${shape.losers} %`,
      key: `${shape.key}${shape.indexed ? ', indexed' : ''}`,
      width: shape.width,
      groupByMs: best.groupBy.ms,
      find: ratio('find', 'groupBy'),
      rowNumberMs: best.rowNumber.ms,
      locked: ratio('locked', 'rowNumber'),
      unarchived: ratio('unarchived', 'rowNumber'),
      online: ratio('online', 'rowNumber'),
      peakMb: Math.max(...MEASURES.map((measure) => best[measure].peakMb ?? 0)),
    };
  });
}

async function runRound(server: Server, shape: Shape): Promise<Record<Measure, Figures>> {
  const list = keyOf(shape).join(', ');
  const rule = ['--table', 'message', '--key', keyOf(shape).join(','), ...at(server, COPY)];
  const remove = ['dedupe', '--yes', '--samples', '0', '--limit', '100%'];
  const sql = async (text: string): Promise<Figures> =>
    (await measureOnCopy(server, async () => within(server, COPY, async (session) => session.query(statement(text)))))
      .cost;
  const msgdb = async (run: () => Promise<Effort>): Promise<Figures> => {
    const { cost, result } = await measureOnCopy(server, run);
    return { ...cost, peakMb: result.peakMb };
  };
  return {
    groupBy: await sql(`select ${list}, count(*) from message group by ${list} having count(*) > 1`),
    find: await msgdb(async () => runProgram(['find-duplicates', '--samples', '0', ...rule])),
    rowNumber: await sql(rowNumber(keyOf(shape))),
    locked: await msgdb(async () => runProgram([...remove, ...rule, '--strategy', 'locked'])),
    unarchived: await msgdb(async () => removeUnarchived(server, shape, remove)),
    online: await msgdb(async () => runProgram([...remove, ...rule, '--strategy', 'online', '--jobs', '2'])),
  };
}

/** That removed rows are not kept is said in a migration only. */
async function removeUnarchived(server: Server, shape: Shape, remove: readonly string[]): Promise<Effort> {
  return await withFolder(async (folder) => {
    const rule = { table: 'message', key: keyOf(shape), losers: 'delete' };
    const up = `import { migration, uniqueKey } from 'msgdb';\nexport default migration({ summary: 'bench', up: [uniqueKey(${JSON.stringify(rule)})] });\n`;
    await writeFile(join(folder, '0001-bench.ts'), up);
    return await runProgram([...remove, '-d', folder, '--strategy', 'locked', ...at(server, COPY)]);
  });
}

function bestOf(rounds: readonly Readonly<Record<Measure, Figures>>[]): Readonly<Record<Measure, Figures>> {
  const quickest = (measure: Measure): Figures =>
    rounds.map((round) => round[measure]).reduce((best, figures) => (figures.ms < best.ms ? figures : best));
  return {
    groupBy: quickest('groupBy'),
    find: quickest('find'),
    rowNumber: quickest('rowNumber'),
    locked: quickest('locked'),
    unarchived: quickest('unarchived'),
    online: quickest('online'),
  };
}
