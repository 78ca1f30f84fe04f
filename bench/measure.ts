import { setTimeout as sleep } from 'node:timers/promises';
import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';
import { COPY, ORIGINAL, recreate, type Server, within } from './database.ts';

/** What work took, as the server counts it. */
export interface Cost {
  readonly ms: number;
  readonly walBytes: number;
  /** Pages written whole to the WAL, as the first change of each after a checkpoint is. */
  readonly walPages: number;
  /** Sorts and hashes that did not fit in memory. */
  readonly tempBytes: number;
  /** Pages of tables and indexes that were looked at, in memory or not, each time. */
  readonly blocks: number;
  /** Those of the table `message` itself. */
  readonly tableBlocks: number;
  /** Written to tables and indexes, a checkpoint at the end included. */
  readonly writtenBytes: number;
}

/** Works on a copy of the original database, measured from a checkpoint to the next one. */
export async function measureOnCopy<Result>(
  server: Server,
  work: () => Promise<Result>,
): Promise<{ readonly cost: Cost; readonly result: Result }> {
  await recreate(server, COPY, { copyOf: ORIGINAL });
  const before = await readCounters(server);
  const started = performance.now();
  const result = await work();
  const ms = Math.round(performance.now() - started);
  const after = await readCounters(server);
  const grown = (name: keyof Counters): number => after[name] - before[name];
  return {
    result,
    cost: {
      ms,
      walBytes: after.walAtEnd - before.walAfterCheckpoint,
      walPages: grown('walPages'),
      tempBytes: grown('tempBytes'),
      blocks: grown('blocks'),
      tableBlocks: grown('tableBlocks'),
      writtenBytes: grown('writtenBytes'),
    },
  };
}

interface Counters {
  readonly walAtEnd: number;
  readonly walAfterCheckpoint: number;
  readonly walPages: number;
  readonly tempBytes: number;
  readonly blocks: number;
  readonly tableBlocks: number;
  readonly writtenBytes: number;
}

/** Sessions hand in what they have counted when they end, which is before they are seen to be gone. */
async function readCounters(server: Server): Promise<Counters> {
  return await within(server, COPY, async (session) => {
    while ((await readNumber(session, OTHERS)) > 0) await sleep(10);
    const walAtEnd = await readNumber(session, WAL_POSITION);
    await session.query(statement('checkpoint'));
    // The checkpointer hands in its own counts just after it has answered.
    await sleep(200);
    return {
      walAtEnd,
      walAfterCheckpoint: await readNumber(session, WAL_POSITION),
      walPages: await readNumber(session, 'select wal_fpi as n from pg_stat_wal'),
      tempBytes: await readNumber(session, 'select temp_bytes as n from pg_stat_database where datname = $1', [COPY]),
      blocks: await readNumber(session, 'select blks_read + blks_hit as n from pg_stat_database where datname = $1', [
        COPY,
      ]),
      tableBlocks: await readNumber(
        session,
        `select coalesce(sum(heap_blks_read + heap_blks_hit), 0) as n from pg_statio_user_tables where relname = 'message'`,
      ),
      writtenBytes: await readNumber(
        session,
        `select sum(coalesce(write_bytes, 0) + coalesce(extend_bytes, 0)) as n from pg_stat_io where object = 'relation'`,
      ),
    };
  });
}

const WAL_POSITION = `select pg_current_wal_insert_lsn() - '0/0' as n`;
const OTHERS = `
  select count(*) as n from pg_stat_activity
   where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;

async function readNumber(session: Session, sql: string, values: readonly string[] = []): Promise<number> {
  const [row] = await session.query(statement(sql, [...values]));
  return Number(row?.n);
}
