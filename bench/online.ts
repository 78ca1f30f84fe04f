import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniqueKey } from '../src/model/operations/unique-key.ts';
import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';
import { withFolder } from './clear-away.ts';
import { at, type Locale, recreate, type Server, within, withServer } from './database.ts';
import { runProgram } from './program.ts';
import { type Load, runLoad } from './writers.ts';

/** The whole run beside a bare build, and writers with and without it. */
export interface OnlineResult {
  readonly quiet: { readonly bareMs: number; readonly msgdbMs: number; readonly ratio: number };
  readonly busy: {
    readonly fence: string;
    readonly msgdbMs: number;
    readonly baseline: Shown;
    readonly during: Shown;
    readonly lostRows: number;
    readonly copiesLeft: number;
    readonly valid: boolean;
  }[];
}

const DATABASE = 'bench';

type Shown = Omit<Load, 'acknowledged'>;

/** Builds a unique index online, first with nobody there, then under writers that make copies all the time. */
export async function benchOnline(rows: number, locale: Locale): Promise<OnlineResult> {
  return await withFolder(async (folder) => {
    const rule = uniqueKey({ table: 'message', key: ['key'], index: 'once' });
    await writeFile(
      join(folder, '0001-once.mjs'),
      `export default { summary: 'once', up: [${JSON.stringify(rule)}] };`,
    );
    return await withServer({}, async (server) => {
      await recreate(server, DATABASE, { locale });
      return await within(server, DATABASE, async (session) => benchBoth({ server, session, folder, rows }));
    });
  });
}

interface Place {
  readonly server: Server;
  readonly session: Session;
  readonly folder: string;
  readonly rows: number;
}

async function benchBoth({ server, session, folder, rows }: Place): Promise<OnlineResult> {
  const args = ['migrate', '-d', folder, ...at(server, DATABASE), '--strategy', 'online'];
  await makeTable(session, rows, 0);
  const began = performance.now();
  await session.query(statement('create unique index concurrently bare on message (key)'));
  const bareMs = Math.round(performance.now() - began);
  await makeTable(session, rows, 100);
  const { ms } = await runProgram(args);
  const quiet = { bareMs, msgdbMs: ms, ratio: Number((ms / bareMs).toFixed(2)) };
  const busy = [];
  for (const fence of ['reject', 'skip']) {
    await makeTable(session, rows, 100);
    const before = new AbortController();
    const loading = runLoad({ server, database: DATABASE, rows, firstId: 100_000_000, stop: before.signal });
    await sleep(10_000);
    before.abort();
    const baseline = await loading;
    const meanwhile = new AbortController();
    const writing = runLoad({ server, database: DATABASE, rows, firstId: 200_000_000, stop: meanwhile.signal });
    await sleep(1_000);
    const run = await runProgram([...args, '--fence', fence]);
    meanwhile.abort();
    const during = await writing;
    busy.push({
      fence,
      msgdbMs: run.ms,
      baseline: shown(baseline),
      during: shown(during),
      ...(await inspect(session, during.acknowledged)),
    });
  }
  return { quiet, busy };
}

function shown({ acknowledged: _, ...load }: Load): Shown {
  return load;
}

/** One loser in so many rows, far from its original; none for 0. */
async function makeTable(session: Session, rows: number, oneIn: number): Promise<void> {
  const key = oneIn === 0 ? 'g' : `case when g % ${oneIn} = 0 then g - ${Math.floor(rows / 2) - 1} else g end`;
  await session.query(statement('drop table if exists message'));
  await session.query(statement('drop schema if exists msgdb cascade'));
  await session.query(
    statement(`create table message as
      select g::bigint as id, 'old ' || abs(${key}) as key, repeat('x', 60) as body, 0 as seen
        from generate_series(1, ${rows}) g`),
  );
  await session.query(statement('alter table message add primary key (id)'));
  await session.query(statement('vacuum analyze message'));
  await session.query(statement('checkpoint'));
}

async function inspect(session: Session, acknowledged: readonly number[]) {
  const [row] = await session.query(
    statement(
      `select (select count(*)::int from jsonb_array_elements_text($1::text::jsonb) a
                where not exists (select from message where id = a::bigint)) as lost,
              (select count(*)::int from (select from message group by key having count(*) > 1) copies) as copies,
              (select indisvalid from pg_index where indexrelid = to_regclass('once')) as valid`,
      [JSON.stringify(acknowledged)],
    ),
  );
  return { lostRows: Number(row?.lost), copiesLeft: Number(row?.copies), valid: row?.valid === true };
}
