import type { ConnectionTarget } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { beginAttempt } from './attempt.ts';
import { type ConnectionFailure, connectionError, endsSearch } from './connection-error.ts';
import { type Client, type Greeting, greet } from './greet.ts';

export interface ConnectOptions extends Greeting {
  readonly interruption?: AbortSignal | undefined;
}

/**
 * A client of the first host that gives one. All of them together have the time of connect_timeout: each gets its share of
 * what is left, so that one that never answers does not keep the next from being asked.
 * @throws MsgdbError MSGDB_CONNECTION_FAILED with the reason of each host, or MSGDB_INTERRUPTED.
 */
export async function connectToFirst(target: ConnectionTarget, options: ConnectOptions): Promise<Client> {
  const failures: ConnectionFailure[] = [];
  const deadline = performance.now() + (target.connectTimeoutMs || Number.POSITIVE_INFINITY);
  const targets = inOrder(target);
  for (const [index, { place, ...each }] of targets.entries()) {
    const share = (deadline - performance.now()) / (targets.length - index);
    const attempt = beginAttempt(place, { milliseconds: Math.max(share, 0), interruption: options.interruption });
    try {
      return await greet(each, options, attempt);
    } catch (thrown) {
      if (thrown instanceof MsgdbError) throw thrown;
      failures.push({ place, thrown });
      if (endsSearch(thrown)) break;
    } finally {
      attempt.end();
    }
  }
  throw connectionError(failures, target);
}

/** libpq: prefer-standby asks every host for a standby, and takes any the second time. */
function inOrder(target: ConnectionTarget) {
  const hosts = target.hosts.map((place) => ({ ...target, place }));
  if (target.targetSessionAttrs !== 'prefer-standby') return hosts;
  return [...hosts.map((each) => ({ ...each, targetSessionAttrs: 'standby' as const })), ...hosts];
}
