import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniqueKey } from '../src/model/operations/unique-key.ts';
import { statement } from '../src/model/statement.ts';
import { openSession, type Session } from '../src/session/open-session.ts';
import { withFolder } from './clear-away.ts';
import { at, recreate, type Server, USUAL_LOCALE, within, withServer } from './database.ts';
import { runProgram } from './program.ts';

/** A run, and the longest that one statement of an application waited meanwhile. */
export interface WaitsResult {
  readonly how: string;
  readonly msgdbMs: number;
  readonly parentMaxMs: number;
  readonly childMaxMs: number;
}

const DATABASE = 'bench';
const METHODS: readonly (readonly string[])[] = [
  [],
  ['--index-references', 'none'],
  ['--index-references', 'none', '--strategy', 'locked'],
];

/** A small parent, 2,000 rows of which go, and a child whose foreign key has no index. */
export async function benchWaits(rows: number): Promise<readonly WaitsResult[]> {
  return await withFolder(async (folder) => withServer({}, async (server) => benchWays(server, folder, rows)));
}

async function benchWays(server: Server, folder: string, rows: number): Promise<readonly WaitsResult[]> {
  await recreate(server, DATABASE, { locale: USUAL_LOCALE });
  const rule = uniqueKey({ table: 'parent', key: ['key'], index: 'once' });
  await writeFile(join(folder, '0001-once.mjs'), `export default { summary: 'once', up: [${JSON.stringify(rule)}] };`);
  const results: WaitsResult[] = [];
  for (const way of METHODS) {
    await within(server, DATABASE, async (session) => makeTables(session, rows));
    const stop = new AbortController();
    const waits = ['parent', 'child'].map((table) => measureWaits(server, table, stop.signal));
    await sleep(500);
    const { ms } = await runProgram(['migrate', '-d', folder, ...at(server, DATABASE), ...way]);
    stop.abort();
    const [parentMaxMs = 0, childMaxMs = 0] = await Promise.all(waits);
    results.push({ how: way.join(' ') || 'by default', msgdbMs: ms, parentMaxMs, childMaxMs });
  }
  return results;
}

async function makeTables(session: Session, rows: number): Promise<void> {
  for (const text of [
    'drop table if exists child, parent',
    'drop schema if exists msgdb cascade',
    'create table parent (id int primary key, key text not null, body text)',
    `insert into parent select g, 'key ' || g % 6000, repeat('x', 60) from generate_series(1, 8000) g`,
    'create table child (id int primary key, parent_id int not null references parent, body text)',
    `insert into child select g, 1 + g % 8000, repeat('x', 60) from generate_series(1, ${rows}) g`,
    'vacuum analyze',
  ]) {
    await session.query(statement(text));
  }
}

/** An application that writes one row after another. */
async function measureWaits(server: Server, table: string, stop: AbortSignal): Promise<number> {
  const session = await openSession({ ...server.target, database: DATABASE }, { purpose: 'application' });
  let longest = 0;
  for (let turn = 0; !stop.aborted; turn += 1) {
    const sent = performance.now();
    await session.query(statement(`update ${table} set body = 'seen' where id = $1`, [1 + ((turn * 7919) % 8000)]));
    longest = Math.max(longest, performance.now() - sent);
    await sleep(2);
  }
  await session.close();
  return Math.round(longest);
}
