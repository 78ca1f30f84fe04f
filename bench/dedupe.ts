import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';
import { at, recreate, type Server, startServer, USUAL_LOCALE, within } from './database.ts';
import { keyOf, makeMessages, SHAPES, type Shape } from './message-table.ts';
import { type Effort, runProgram } from './program.ts';

/** What came of one shape, in milliseconds; ratios are msgdb's time by plain SQL's. */
export interface Result {
  readonly losers: string;
  readonly key: string;
  readonly indexed: boolean;
  readonly groupByMs: number;
  readonly findMs: number;
  readonly findRatio: number;
  readonly rowNumberMs: number;
  readonly lockedMs: number;
  readonly lockedRatio: number;
  /** Without the archive: `losers: 'delete'`. */
  readonly unarchivedMs: number;
  readonly unarchivedRatio: number;
  /** In batches, while writers could go on, in two sessions. */
  readonly onlineMs: number;
  readonly onlineRatio: number;
  readonly peakMb: number;
}

/**
 * msgdb beside plain SQL on the same data, on a throw-away server: GROUP BY … HAVING to find, and DELETE by ROW_NUMBER to
 * remove. Every measurement begins with a copy of the same database, whose texts are sorted as initdb has it on most
 * servers: by a language.
 */
export async function benchDedupe(rows: number, only: (shape: Shape) => boolean): Promise<readonly Result[]> {
  const server = await startServer({ autovacuum: 'off' });
  try {
    const results: Result[] = [];
    for (const shape of SHAPES.filter(only)) {
      console.error(`${shape.losers} % losers, ${shape.key} key${shape.indexed ? ', indexed' : ''}`);
      results.push(await benchShape(server, shape, rows));
    }
    return results;
  } finally {
    await server.stop();
  }
}

async function benchShape(server: Server, shape: Shape, rows: number): Promise<Result> {
  await recreate(server, 'original', { locale: USUAL_LOCALE });
  await within(server, 'original', async (session) => makeMessages(session, shape, rows));
  const list = keyOf(shape).join(', ');
  const groupBy = `select ${list}, count(*) from message group by ${list} having count(*) > 1`;
  const rowNumber = `
    delete from message where id in (
      select id from (select id, row_number() over (partition by ${list} order by id) as place from message) ranked
       where place > 1)`;
  const rule = ['--table', 'message', '--key', keyOf(shape).join(',')];
  const remove = ['dedupe', '--yes', '--samples', '0', '--limit', '100%'];
  const groupByMs = await onCopy(server, async (session) => timeOf(session, groupBy));
  const found = await onCopy(server, async () =>
    runProgram(['find-duplicates', '--samples', '0', ...rule, ...at(server, 'copy')]),
  );
  const rowNumberMs = await onCopy(server, async (session) => timeOf(session, rowNumber));
  const locked = await onCopy(server, async () =>
    runProgram([...remove, ...rule, '--strategy', 'locked', ...at(server, 'copy')]),
  );
  const unarchived = await onCopy(server, async () => removeUnarchived(server, shape, remove));
  const online = await onCopy(server, async () =>
    runProgram([...remove, ...rule, '--strategy', 'online', '--jobs', '2', ...at(server, 'copy')]),
  );
  return {
    losers: `${shape.losers} %`,
    key: shape.key,
    indexed: shape.indexed,
    groupByMs,
    findMs: found.ms,
    findRatio: ratio(found.ms, groupByMs),
    rowNumberMs,
    lockedMs: locked.ms,
    lockedRatio: ratio(locked.ms, rowNumberMs),
    unarchivedMs: unarchived.ms,
    unarchivedRatio: ratio(unarchived.ms, rowNumberMs),
    onlineMs: online.ms,
    onlineRatio: ratio(online.ms, rowNumberMs),
    peakMb: Math.max(...[found, locked, unarchived, online].map((effort) => effort.peakMb)),
  };
}

/** That removed rows are not kept is said in a migration only. */
async function removeUnarchived(server: Server, shape: Shape, remove: readonly string[]): Promise<Effort> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-bench-'));
  try {
    const rule = { kind: 'unique-key', table: 'message', key: keyOf(shape), losers: 'delete' };
    const up = `import { migration, uniqueKey } from 'msgdb';\nexport default migration({ summary: 'bench', up: [uniqueKey(${JSON.stringify({ ...rule, kind: undefined })})] });\n`;
    await writeFile(join(folder, '0001-bench.ts'), up);
    return await runProgram([...remove, '-d', folder, '--strategy', 'locked', ...at(server, 'copy')]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Works on a copy of the original, which is as it was when the next one is made. */
async function onCopy<Result>(server: Server, work: (session: Session) => Promise<Result>): Promise<Result> {
  await recreate(server, 'copy', { copyOf: 'original' });
  return await within(server, 'copy', async (session) => {
    await session.query(statement('checkpoint'));
    return await work(session);
  });
}

async function timeOf(session: Session, sql: string): Promise<number> {
  const started = performance.now();
  await session.query(statement(sql));
  return Math.round(performance.now() - started);
}

function ratio(ours: number, theirs: number): number {
  return Number((ours / theirs).toFixed(2));
}
