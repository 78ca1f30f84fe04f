import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { MsgdbError } from '../model/errors.ts';
import type { Account } from './account.ts';
import { createOwnersPipe, type Owner, type OwnersPipe } from './owners.ts';
import { readPostmaster } from './postmaster.ts';
import { commandEnvironment } from './run-command.ts';

/**
 * Runs the server and outlives the command that started it, however that one ends. It is detached, so Ctrl-C in the
 * terminal does not reach it or the server; it stops the server when the owners' pipe (its standard input) ends, and
 * removes the run directory, with the data of a throw-away server in it. The signal to stop is repeated: a shell starts
 * background programs with SIGINT and SIGQUIT ignored, so one that comes before PostgreSQL sets its own handlers is
 * lost. Removing is repeated: the backends of a killed server may still be writing.
 */
const SCRIPT = `
run=$1 owners=$2 signal=$3 template=$4
shift 4
if [ -n "$template" ] && ! cp -Rp "$template" "$run/data"; then rm -rf "$run"; exit 1; fi
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
cd /
(
  while read -r word name receipt; do
    others=
    for owner in $owners; do [ "$owner" = "$name" ] || others="$others $owner"; done
    case $word in
      join) owners="$others $name" ;;
      leave) owners=$others ;;
    esac
    echo "$owners" >"$run/list"
    : >"$run/$receipt"
  done <&3
  trap 'kill "$nap"; exit' TERM
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    sleep 1 &
    nap=$!
    kill "-$signal" "$server" || exit
    wait "$nap"
  done
  kill -KILL "$server"
) 2>/dev/null &
reader=$!
trap 'kill -INT "$server" 2>/dev/null' INT TERM HUP
wait "$server"
status=$?
while kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
kill "$reader" 2>/dev/null
wait "$reader"
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$run" 2>/dev/null && break; sleep 1; done
exit "$status"
`;

/** One server to run. */
export interface Launch {
  readonly runDirectory: string;
  readonly dataDirectory: string;
  /** Copied to the data directory first: by the supervisor, so that a kill at any moment leaves nothing behind. */
  readonly template?: string;
  /** The server's program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** The signal that stops the server: SIGINT writes a checkpoint, SIGQUIT does not. */
  readonly stopSignal: 'INT' | 'QUIT';
  readonly logFile: string;
  readonly account: Account | undefined;
  readonly path: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Starts a supervised server and gives, when it accepts connections, what keeps it alive.
 * Throws MSGDB_EMBEDDED_FAILED with the end of the server's log in `data.log`.
 */
export async function launchServer(launch: Launch): Promise<Owner> {
  const { runDirectory, account } = launch;
  const log = openSync(launch.logFile, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  const logStart = fstatSync(log).size;
  try {
    const pipe = await createOwnersPipe(runDirectory, account, launch.path);
    const ended = runSupervisor(launch, pipe, log);
    try {
      await untilReady(launch, ended);
    } catch (error) {
      closeSync(pipe.owner.write);
      await ended.promise;
      throw error instanceof ServerEnded ? startFailure(launch, readLog(log, logStart), error) : error;
    }
    return pipe.owner;
  } finally {
    closeSync(log);
  }
}

class ServerEnded extends Error {}

interface Ending {
  readonly promise: Promise<void>;
  reason: string | undefined;
}

function runSupervisor(launch: Launch, { read, owner }: OwnersPipe, log: number): Ending {
  const { runDirectory, stopSignal, template = '', command } = launch;
  const args = [runDirectory, owner.name, stopSignal, template, ...command];
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'msgdb-postgres', ...args], {
    ...launch.account,
    cwd: launch.cwd,
    env: commandEnvironment(launch.path),
    stdio: [read, log, log],
    detached: true,
  });
  closeSync(read);
  child.unref();
  const ending: Ending = {
    reason: undefined,
    promise: new Promise((resolve) => {
      child.once('error', (error) => {
        ending.reason = error.message;
        resolve();
      });
      child.once('exit', (code, signal) => {
        ending.reason = `exit ${code ?? signal}`;
        resolve();
      });
    }),
  };
  return ending;
}

async function untilReady(launch: Launch, ended: Ending): Promise<void> {
  // 60 s: a kept server that was killed replays its log first.
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(3)) {
    launch.signal?.throwIfAborted();
    if (ended.reason !== undefined) throw new ServerEnded(ended.reason);
    const postmaster = await readPostmaster(launch.dataDirectory);
    // The run directory distinguishes this server's postmaster.pid from one that another server has left.
    if (postmaster?.ready === true && postmaster.socketDirectory === launch.runDirectory) return;
  }
  throw new ServerEnded('not ready after 60 s');
}

function startFailure(launch: Launch, log: string, cause: Error): MsgdbError {
  return new MsgdbError('MSGDB_EMBEDDED_FAILED', {
    what: `PostgreSQL did not start on ${launch.dataDirectory} (${cause.message}).${log === '' ? '' : `\n${log}`}`,
    data: { log, dataDirectory: launch.dataDirectory },
  });
}

/** The last 20 lines that the server wrote since this start; by descriptor, the file may be removed already. */
function readLog(log: number, start: number): string {
  const size = fstatSync(log).size;
  const from = Math.max(start, size - 16_384);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  readSync(log, buffer, 0, buffer.length, from);
  return buffer.toString('utf8').trimEnd().split('\n').slice(-20).join('\n');
}
