import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { statement } from '../src/model/statement.ts';
import { COPY, ORIGINAL, recreate, type Server, socketOf, USUAL_LOCALE, within } from './database.ts';
import type { Ended, Method, Site } from './plain-ways.ts';

/** What an application notices of a way, and what is left of its data. */
export interface Noticed {
  /** The longest that one statement took. */
  readonly longestWaitMs: number;
  /** Inserts and updates that were acknowledged and are not there. */
  readonly writesLost: number;
  readonly errors: number;
  /** Removed rows that are somewhere still. */
  readonly kept: number;
  readonly removed: number;
}

/** Rows that go and rows that stay, some of each. */
interface Ids {
  readonly losers: readonly number[];
  readonly others: readonly number[];
}

const PAUSE_MS = 2;
/** Its rows are above all others. */
const FIRST_ID = 1_000_000_000;

/** Runs a way on a copy of the original, while an application inserts new rows and updates others. */
export async function watchWriters(
  server: Server,
  way: Method,
  key: readonly string[],
  mostMs: number,
): Promise<Noticed> {
  await recreate(server, COPY, { copyOf: ORIGINAL });
  const site: Site = { server, database: COPY, key, mostMs };
  const [ids, before] = await within(server, COPY, async (session) => {
    const { losers, others } = await findIds(session, key);
    return [
      { losers, others },
      Number((await session.query(statement('select count(*) as n from message')))[0]?.n),
    ] as const;
  });
  const stop = new AbortController();
  const writing = write(site, ids, stop.signal);
  await sleep(200);
  try {
    await way.prepare?.(site);
    await way.run(site);
  } finally {
    stop.abort();
  }
  const { inserted, updated, ...waits } = await writing;
  return await within(server, COPY, async (session) => {
    const count = async (sql: string, values: readonly string[] = []): Promise<number> =>
      Number(Object.values((await session.query(statement(sql, [...values])))[0] ?? {})[0]);
    const lost = `
      select count(*) from jsonb_array_elements($1::text::jsonb) w
       where not exists (select from message m where m.id = (w ->> 0)::bigint and m.tenant = (w ->> 1)::integer)`;
    return {
      ...waits,
      writesLost: await count(lost, [JSON.stringify([...inserted, ...updated])]),
      kept: way.kept === undefined ? 0 : await count(way.kept),
      removed: before + inserted.size - (await count('select count(*) from message')),
    };
  });
}

type Reader = Parameters<Parameters<typeof within>[2]>[0];

async function findIds(session: Reader, key: readonly string[]): Promise<Ids> {
  const rows = await session.query(
    statement(`
      select id, place > 1 as loser
        from (select id, row_number() over (partition by ${key.join(', ')} order by id) as place from message) ranked
       where id % 97 = 0 or place > 1 and id % 10 = 0`),
  );
  const idsOf = (loser: boolean): number[] => rows.filter((row) => row.loser === loser).map(({ id }) => Number(id));
  return { losers: idsOf(true), others: idsOf(false) };
}

/** One statement after another: an insert, an update of a row that stays, an update of one that goes. */
async function write(site: Site, { losers, others }: Ids, stop: AbortSignal) {
  const sql = postgres(socketOf(site.server, site.database));
  const inserted = new Map<number, number>();
  const updated = new Map<number, number>();
  let longestWaitMs = 0;
  let errors = 0;
  for (let turn = 0; !stop.aborted; turn += 1) {
    const kind = turn % 3;
    const list = kind === 1 ? others : losers;
    const id = kind === 0 ? FIRST_ID + turn : (list[(turn * 7919) % list.length] ?? 0);
    const sent = performance.now();
    try {
      if (kind === 0) await sql`insert into message (id, tenant, message_id) values (${id}, ${turn}, ${`own ${turn}`})`;
      else await sql`update message set tenant = ${turn} where id = ${id}`;
      if (kind < 2) (kind === 0 ? inserted : updated).set(id, turn);
    } catch {
      errors += 1;
    }
    longestWaitMs = Math.max(longestWaitMs, Math.round(performance.now() - sent));
    await sleep(PAUSE_MS);
  }
  await sql.end();
  return { inserted, updated, longestWaitMs, errors };
}

/** What became of a group whose best row another session deletes while a way works. */
export type LastRow = 'one row left' | 'group lost' | 'deleted row is back' | 'failed';

/** A session deletes the row that a way keeps, and commits when the way waits for it or has ended. */
export async function raceForLastRow(server: Server, way: Method): Promise<LastRow> {
  await recreate(server, COPY, { locale: USUAL_LOCALE });
  return await within(server, COPY, async (session) => {
    await session.query(statement('create table message (id bigint primary key, tenant integer, message_id text)'));
    await session.query(statement(`insert into message values (1, 1, 'a'), (2, 1, 'a'), (3, 1, 'b')`));
    const site: Site = { server, database: COPY, key: ['message_id'], mostMs: 10_000 };
    await way.prepare?.(site);
    const other = postgres(socketOf(server, COPY));
    await other.unsafe('begin; delete from message where id = 1');
    let ended: Ended | Error | undefined;
    const run = way.run(site).then(
      (result) => {
        ended = result;
      },
      (error: Error) => {
        ended = error;
      },
    );
    while (ended === undefined && !(await waits(session))) await sleep(20);
    await other.unsafe('commit');
    await other.end();
    await run;
    if (ended instanceof Error) return 'failed';
    const rows = await session.query(statement(`select id::int as id from message where message_id = 'a'`));
    if (rows.length === 0) return 'group lost';
    return rows.some(({ id }) => id === 1) ? 'deleted row is back' : 'one row left';
  });
}

async function waits(session: Reader): Promise<boolean> {
  const [row] = await session.query(
    statement(`
      select exists (select from pg_stat_activity
                      where datname = current_database() and wait_event_type = 'Lock') as waits`),
  );
  return row?.waits === true;
}
