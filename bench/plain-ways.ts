import postgres from 'postgres';
import { at, type Server, socketOf } from './database.ts';
import { runProgram } from './program.ts';

/** Where a way is to work. */
export interface Site {
  readonly server: Server;
  readonly database: string;
  readonly key: readonly string[];
  /** A script that does one group after another stops when it has run this long. */
  readonly mostMs: number;
}

/** What a way has come to. */
export interface Ended {
  /** How much of the work was done: 1 is all of it. */
  readonly share: number;
  readonly peakMb?: number;
}

/** A way to remove the copies of the table `message`, by the least id. */
export interface Method {
  readonly name: string;
  /** What it does first; it counts. */
  prepare?(site: Site): Promise<unknown>;
  run(site: Site): Promise<Ended>;
  /** Counts the removed rows that are somewhere still. */
  readonly kept?: string;
}

const ARCHIVE = `
  select coalesce(sum((xpath('/row/n/text()', query_to_xml(
           format('select count(*) as n from %s where msgdb_image = %L', oid::regclass, 'removed'), false, true, '')))[1]::text::bigint), 0)
    from pg_class where relnamespace = to_regnamespace('msgdb') and relkind = 'r' and relname like 'archive\\_%'`;

/** What people write, and msgdb. The first one is what the others are compared with. */
export const METHODS: readonly Method[] = [
  { name: 'DELETE by ROW_NUMBER', run: async (site) => send(site, [rowNumber(site.key)]) },
  { name: 'DELETE … USING self join', run: async (site) => send(site, [selfJoin(site.key)]) },
  { name: 'script, group by group', run: async (site) => deleteByGroup(site) },
  {
    name: 'script, index, group by group',
    prepare: async (site) => send(site, [`create index by_key on message (${site.key.join(', ')})`]),
    run: async (site) => deleteByGroup(site),
  },
  {
    name: 'copy and swap',
    run: async (site) => copyAndSwap(site),
    kept: 'select count(*) from message_old o where not exists (select from message m where m.id = o.id)',
  },
  { name: 'msgdb dedupe, locked', run: async (site) => dedupe(site, ['--strategy', 'locked']), kept: ARCHIVE },
  {
    name: 'msgdb dedupe, online, 2 jobs',
    run: async (site) => dedupe(site, ['--strategy', 'online', '--jobs', '2']),
    kept: ARCHIVE,
  },
];

/** The DELETE of most write-ups. */
export function rowNumber(key: readonly string[]): string {
  return `
    delete from message where id in (
      select id from (select id, row_number() over (partition by ${key.join(', ')} order by id) as place from message) ranked
       where place > 1)`;
}

function selfJoin(key: readonly string[]): string {
  const same = key.map((column) => `later.${column} = earlier.${column}`).join(' and ');
  return `delete from message later using message earlier where ${same} and later.id > earlier.id`;
}

async function send(site: Site, statements: readonly string[]): Promise<Ended> {
  return await withClient(site, async (sql) => {
    for (const text of statements) await sql.unsafe(text);
    return { share: 1 };
  });
}

/** Find the groups, then for each: read its rows, delete all but the first. Two prepared statements a group. */
async function deleteByGroup(site: Site): Promise<Ended> {
  return await withClient(site, async (sql) => {
    const list = site.key.join(', ');
    const groups = await sql.unsafe(`select ${list} from message group by ${list} having count(*) > 1`);
    const same = site.key.map((column, place) => `${column} = $${place + 1}`).join(' and ');
    const until = performance.now() + site.mostMs;
    let done = 0;
    for (const group of groups) {
      const values = site.key.map((column) => group[column]);
      const rows = await sql.unsafe(`select id from message where ${same} order by id`, values, { prepare: true });
      const doomed = rows.slice(1).map((row) => row.id);
      await sql.unsafe('delete from message where id = any($1::bigint[])', [doomed], { prepare: true });
      done += 1;
      if (performance.now() > until) break;
    }
    return { share: groups.length === 0 ? 1 : done / groups.length };
  });
}

/** A new table beside the old one, which stays under another name. */
async function copyAndSwap(site: Site): Promise<Ended> {
  const list = site.key.join(', ');
  return await send(site, [
    `create table message_new as select distinct on (${list}) * from message order by ${list}, id`,
    'alter table message_new add primary key (id)',
    'analyze message_new',
    'begin; alter table message rename to message_old; alter table message_new rename to message; commit',
  ]);
}

async function dedupe({ server, database, key }: Site, flags: readonly string[]): Promise<Ended> {
  const rule = ['--table', 'message', '--key', key.join(','), '--limit', '100%', '--samples', '0'];
  const { peakMb } = await runProgram(['dedupe', '--yes', ...rule, ...flags, ...at(server, database)]);
  return { share: 1, peakMb };
}

async function withClient(site: Site, work: (sql: postgres.Sql) => Promise<Ended>): Promise<Ended> {
  const sql = postgres(socketOf(site.server, site.database));
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
