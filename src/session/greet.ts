import { Socket } from 'node:net';
import postgres from 'postgres';
import type { ConnectionHost, ConnectionTarget, Ssl } from '../model/connection.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import { dial } from './dial.ts';
import { closedFault, HostFault, nameHost, notPostgres } from './host-fault.ts';
import { type Farewell, readFarewell } from './lost-connection.ts';
import { nameForeignLogin, nameProtocol } from './name-protocol.ts';
import { catalogFirst } from './search-path.ts';

/** Time for telling the server that a statement is not wanted any more. */
const CANCEL_MS = 10_000;

export interface Greeting {
  /** Shown as application_name. */
  readonly name: string;
  /** Called when the connection ends, once it is one. */
  readonly onclose: () => void;
  readonly onnotice: (notice: postgres.Notice) => void;
}

/** A client with one connection, logged in, with its settings made. */
export interface Client {
  readonly sql: postgres.Sql;
  readonly pid: number;
  /** Why the server ended the session, if it did and said so. */
  farewell(): Farewell | undefined;
}

/**
 * Logs in on a socket of our own, which the driver gets once: it can neither dial again by itself nor wait for the rest
 * of something that is no message of PostgreSQL's.
 * @throws what socket, server or driver report, a HostFault, or the reason of the attempt's signal.
 */
export async function greet(target: ConnectionTarget, greeting: Greeting, attempt: Attempt): Promise<Client> {
  const socket = await dial(target.ssl, attempt);
  const broken = watchAnswer(socket, attempt);
  let welcome = false;
  const sql = postgres({
    ...(loginOf(target) as postgres.Options<Record<string, never>>),
    ...supply(socket, target.ssl, attempt),
    connection: { application_name: greeting.name },
    // Without it the driver writes notices to the console.
    onnotice: (notice) => {
      if (welcome) greeting.onnotice(notice);
    },
    onclose: () => {
      if (welcome) greeting.onclose();
    },
  });
  try {
    const pid = await Promise.race([settle(sql, target, attempt), broken]);
    welcome = true;
    let last: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      last = chunk;
    });
    return { sql, pid, farewell: () => readFarewell(last) };
  } catch (error) {
    socket.destroy();
    await sql.end({ timeout: 0 }).catch(() => undefined);
    throw error;
  }
}

/** Left out, each would be taken from an environment variable: PGDEBUG, PGKEEP_ALIVE and so on (3.4.9). */
const DRIVER_DEFAULTS = {
  sslnegotiation: null,
  max_pipeline: 100,
  keep_alive: 60,
  debug: false,
  publications: 'alltables',
};

function loginOf({ database, user, password }: ConnectionTarget): object {
  return {
    database,
    user,
    // A function: for an empty text the driver would take PGPASSWORD by itself.
    password: () => password ?? '',
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    // The attempt has a clock of its own, which no retry winds up again.
    connect_timeout: 0,
    backoff: false,
    fetch_types: false,
    prepare: false,
    // Whether a server will do is asked in `settle`. Left out, the driver would take PGTARGETSESSIONATTRS by itself and
    // refuse "any"; with this value and a host without a name it accepts every server (3.4.9).
    target_session_attrs: 'prefer-standby',
    ...DRIVER_DEFAULTS,
    host: [''],
    port: [0],
  };
}

/** The socket, and after that new ones: the driver dials another time only to cancel a statement. */
function supply(socket: Socket, ssl: Ssl, { place }: Attempt): object {
  let given = false;
  async function next(): Promise<Socket> {
    if (!given) {
      given = true;
      return socket;
    }
    // A dead one, never an error: the driver does not handle the rejection of a cancel, which would end the process.
    if (socket.destroyed) return new Socket().destroy();
    const attempt = beginAttempt(place, { milliseconds: CANCEL_MS });
    return await dial(ssl, attempt)
      .catch(() => new Socket().destroy())
      .finally(attempt.end);
  }
  return { socket: next, ssl: false };
}

async function settle(sql: postgres.Sql, target: ConnectionTarget, { place }: Attempt): Promise<number> {
  const [row] = await sql.unsafe(
    `select pg_catalog.pg_backend_pid() as pid, pg_catalog.current_setting('search_path') as path`,
  );
  await refuseWrongKind(sql, target, place);
  for (const [name, value] of Object.entries(target.settings)) {
    try {
      await sql.unsafe('select pg_catalog.set_config($1, $2, false)', [name, value]);
    } catch (error) {
      throw settingFault(name, error);
    }
  }
  const path = Object.keys(target.settings).length === 0 ? row?.path : await readPath(sql);
  await putCatalogFirst(sql, String(path));
  return Number(row?.pid);
}

async function refuseWrongKind(sql: postgres.Sql, target: ConnectionTarget, place: ConnectionHost): Promise<void> {
  const wanted = target.targetSessionAttrs;
  if (wanted === undefined || wanted === 'prefer-standby') return;
  const [row] = await sql.unsafe(
    `select pg_catalog.pg_is_in_recovery() as standby, pg_catalog.current_setting('transaction_read_only') = 'on' as closed`,
  );
  const found = {
    primary: row?.standby !== true,
    standby: row?.standby === true,
    'read-write': row?.closed !== true,
    'read-only': row?.closed === true,
  };
  if (found[wanted]) return;
  const kind = `${row?.standby === true ? 'a standby' : 'a primary'}${row?.closed === true ? ', read-only' : ', read-write'}`;
  throw new HostFault({
    why: `The server at ${nameHost(place)} is ${kind}, and target_session_attrs=${wanted} asks for another.`,
    fix: 'Write target_session_attrs=any to take any server, or the host of one that is as asked.',
  });
}

function settingFault(name: string, error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError) || /^(?:08|57)/.test(error.code)) return error;
  return new HostFault({
    why: `The server refused the setting ${name}: ${error.message}.`,
    fix: `Correct ${name} in the options of the connection, or leave it out.`,
  });
}

/** One of the settings may have been the path. */
async function readPath(sql: postgres.Sql): Promise<unknown> {
  const [row] = await sql.unsafe('show search_path');
  return row?.search_path;
}

async function putCatalogFirst(sql: postgres.Sql, path: string): Promise<void> {
  if (catalogFirst(path) === path) return;
  await sql.unsafe(`select pg_catalog.set_config('search_path', $1, false)`, [catalogFirst(path)]);
}

/** Rejects when what comes first is no answer of PostgreSQL's, when nothing comes, and when the attempt ends. */
async function watchAnswer(socket: Socket, { place, signal, enter }: Attempt): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    let answer = Buffer.alloc(0);
    function read(chunk: Buffer): void {
      answer = Buffer.concat([answer, chunk]);
      const answering = nameProtocol(answer);
      const login = nameForeignLogin(answer);
      if (answering !== undefined) reject(notPostgres(place, answering));
      else if (login !== undefined) {
        reject(foreignLogin(nameHost(place), login));
        // The driver writes of a login that it does not know to the console (3.4.9), of a notice not.
        chunk[0] = NOTICE;
      } else if (answer.length < FIRST_MESSAGE) return;
      enter('logging in');
      socket.off('data', read);
    }
    socket.on('data', read);
    socket.once('error', reject);
    socket.once('close', () => reject(closedFault(place)));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  broken.catch(() => undefined);
  return await broken;
}

/** Type, length and the number of a login. */
const FIRST_MESSAGE = 9;

const NOTICE = 'N'.charCodeAt(0);

function foreignLogin(host: string, login: string): HostFault {
  return new HostFault({
    why: `The server at ${host} asks for a login with ${login}, which msgdb cannot do.`,
    fix: 'Allow the role scram-sha-256 in pg_hba.conf, or use a certificate.',
  });
}
