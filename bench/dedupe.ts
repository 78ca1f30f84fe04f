import { startEmbedded } from '../src/embedded/index.ts';
import { openSession, type Session } from '../src/engine/session/open-session.ts';
import { statement } from '../src/model/statement.ts';
import { runCli } from './run-cli.ts';

/** A table to try: how many of its rows are losers, what the key is, and whether an index leads on it. */
interface Shape {
  readonly losers: number;
  readonly key: 'text' | 'composite';
  readonly indexed: boolean;
}

const SHAPES: readonly Shape[] = [0, 1, 80].flatMap((losers) =>
  (['text', 'composite'] as const).flatMap((key) => [false, true].map((indexed) => ({ losers, key, indexed }))),
);

/** What came of one shape; ratios are msgdb's time by plain SQL's. */
export interface Result {
  readonly losers: string;
  readonly key: string;
  readonly indexed: boolean;
  readonly finding: { readonly groupByMs: number; readonly findMs: number; readonly findRatio: number };
  readonly removing: {
    readonly rowNumberMs: number;
    readonly dedupeMs: number;
    readonly dedupeRatio: number;
    readonly peakMb: number;
  };
}

/** Runs all shapes on a throw-away server. */
export async function benchDedupe(rows: number): Promise<readonly Result[]> {
  const settings = { shared_buffers: '1GB', max_wal_size: '16GB', checkpoint_timeout: '1h', autovacuum: 'off' };
  const server = await startEmbedded({ settings });
  const session = await openSession(server.target, { purpose: 'bench' });
  try {
    const results: Result[] = [];
    for (const shape of SHAPES) {
      console.error(`${shape.losers} % losers, ${shape.key} key${shape.indexed ? ', indexed' : ''}`);
      results.push(await benchShape(session, server.url, shape, rows));
    }
    return results;
  } finally {
    await session.close();
    await server.stop();
  }
}

async function benchShape(session: Session, url: string, shape: Shape, rows: number): Promise<Result> {
  const key = shape.key === 'text' ? ['message_id'] : ['tenant', 'message_id'];
  const list = key.join(', ');
  await makeTable(session, shape, rows, list);
  const groupByMs = await time(session, `select ${list}, count(*) from message group by ${list} having count(*) > 1`);
  const flags = ['--table', 'message', '--key', key.join(','), '-u', url];
  const found = await runCli(['find-duplicates', '--samples', '0', ...flags]);
  await session.query(statement('drop table if exists copy'));
  await session.query(statement('create table copy (like message including all)'));
  await session.query(statement('insert into copy select * from message order by id'));
  await session.query(statement('vacuum analyze copy'));
  const rowNumberMs = await time(
    session,
    `delete from copy where id in (
       select id from (select id, row_number() over (partition by ${list} order by id) as rn from copy) t where rn > 1)`,
  );
  const limit = ['--limit', String(rows)];
  const removed = await runCli(['dedupe', '--yes', '--samples', '0', '--strategy', 'locked', ...limit, ...flags]);
  return {
    losers: `${shape.losers} %`,
    key: shape.key,
    indexed: shape.indexed,
    finding: { groupByMs, findMs: found.ms, findRatio: ratio(found.ms, groupByMs) },
    removing: {
      rowNumberMs,
      dedupeMs: removed.ms,
      dedupeRatio: ratio(removed.ms, rowNumberMs),
      peakMb: removed.peakMb,
    },
  };
}

async function makeTable(session: Session, { losers, indexed }: Shape, rows: number, list: string): Promise<void> {
  // Copies lie far from each other, as retries and re-imports do.
  const originals = Math.round(rows * (1 - losers / 100));
  await session.query(statement('drop table if exists message'));
  await session.query(
    statement(`
      create table message as
      select g::bigint as id, (g % 50)::integer as tenant,
             'wamid.HBgMOTE3NzU' || md5(((g - 1) % ${originals})::text) as message_id,
             repeat('x', 60) as body, timestamptz '2026-01-01' + g * interval '1 second' as created_at
        from generate_series(1, ${rows}) g`),
  );
  await session.query(
    statement(`update message set tenant = ('x' || substr(md5(message_id), 1, 6))::bit(24)::integer % 50`),
  );
  await session.query(statement('alter table message add primary key (id)'));
  if (indexed) await session.query(statement(`create index on message (${list})`));
  await session.query(statement('vacuum full analyze message'));
  await session.query(statement('vacuum analyze message'));
}

async function time(session: Session, sql: string): Promise<number> {
  const started = performance.now();
  await session.query(statement(sql));
  return Math.round(performance.now() - started);
}

function ratio(ours: number, theirs: number): number {
  return Number((ours / theirs).toFixed(2));
}
