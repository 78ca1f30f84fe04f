import postgres from 'postgres';
import type { ConnectionHost, ConnectionTarget } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { HostFault, nameHost, type Reason } from './host-fault.ts';
import { sentence } from './sentence.ts';

/** What came of one host. */
export interface ConnectionFailure {
  readonly place: ConnectionHost;
  readonly thrown: unknown;
}

/** What a socket or the driver reports. */
interface Reported {
  readonly code?: string;
  readonly message?: string;
}

/** A server that refuses the login has answered: like libpq, no other host is asked then, unless it is only starting. */
export function endsSearch(thrown: unknown): boolean {
  return thrown instanceof postgres.PostgresError && thrown.code !== '57P03';
}

/** The failures of all hosts as one error, with the reason of each. */
export function connectionError(failures: readonly ConnectionFailure[], target: ConnectionTarget): MsgdbError {
  const reasons = failures.map((failure) => ({ place: failure.place, ...reasonOf(failure, target) }));
  const whys = reasons.map(({ place, why }) => {
    return failures.length > 1 && !why.includes(nameHost(place)) ? `${nameHost(place)}: ${why}` : why;
  });
  const code = failures.map(({ thrown }) => ((thrown ?? {}) as Reported).code).find(Boolean);
  return new MsgdbError(isStarting(failures) ? 'MSGDB_SERVER_STARTING' : 'MSGDB_CONNECTION_FAILED', {
    what: `Cannot connect to ${target.label} (named by ${target.source}).`,
    why: [...new Set(whys)].join(' '),
    fix: [...new Set(reasons.map(({ fix }) => fix))].join(' '),
    data: {
      ...(code === undefined ? {} : { code }),
      ...(reasons.some(({ starting }) => starting) ? { starting: true } : {}),
    },
    cause: failures[0]?.thrown,
  });
}

/** It is there, and says so itself: a host that does not answer may be a wrong one. */
function isStarting(failures: readonly ConnectionFailure[]): boolean {
  return failures.some(({ thrown }) => thrown instanceof postgres.PostgresError && thrown.code === '57P03');
}

function reasonOf({ place, thrown }: ConnectionFailure, target: ConnectionTarget): Reason {
  if (thrown instanceof HostFault) return thrown;
  if (thrown instanceof postgres.PostgresError) return reasonOfServer(thrown, target);
  return reasonOfSocket((thrown ?? {}) as Reported, place);
}

function reasonOfSocket({ code, message = '' }: Reported, place: ConnectionHost): Reason {
  const host = nameHost(place);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return {
        why: `No server listens at ${host}.`,
        fix: 'Start the server (--wait 60s waits for it), or write another host and port into the URL.',
        starting: true,
      };
    case 'EACCES':
      return {
        why: `The socket ${host} may not be used by this user.`,
        fix: 'Connect by a host name, or as a user that may.',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        why: `The host name ${place.host} cannot be resolved.`,
        fix: 'Write the host into the URL as `getent hosts NAME` finds it, or its address.',
        // Container engines give a service its name when it is started.
        starting: true,
      };
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        why: `There is no way to ${host} (${code}).`,
        fix: 'Try it with `nc -vz HOST PORT`; open the firewall for the port, or write another address into the URL.',
        starting: true,
      };
    case 'ECONNRESET':
    case 'EPIPE':
      return /TLS/.test(message)
        ? {
            why: `${host} broke off the TLS handshake.`,
            fix: 'Check sslmode and the certificates; the log of the server has the reason.',
          }
        : {
            why: `${host} broke off the connection.`,
            fix: 'On that host, see what listens on the port (ss -ltnp); if it is PostgreSQL, its log has the reason.',
            starting: true,
          };
    default:
      return { why: `${host}: ${sentence(message)}`, fix: fixOfCertificate(code) };
  }
}

function fixOfCertificate(code: string | undefined): string {
  switch (code) {
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return "Name the certificate of the server's authority with sslrootcert.";
    case 'CERT_HAS_EXPIRED':
      return 'Renew the certificate of the server.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Connect by a name that is in the certificate, or use sslmode=verify-ca.';
    default:
      return 'Check host, port and TLS settings.';
  }
}

/** The server knows who it is without having asked for a password, or has not come to that. */
function fixOfLogin(why: string, user: string): string {
  if (/pg_hba\.conf/i.test(why)) {
    return 'Add a line for this user, database and address to pg_hba.conf, or change sslmode.';
  }
  const other = 'Write another user into the URL or PGUSER';
  if (/does not exist/i.test(why)) return `${other}, or make the role: create role ${quoteName(user)} login;`;
  if (/not permitted to log in/i.test(why)) return `${other}, or run: alter role ${quoteName(user)} login;`;
  return `${other}: pg_hba.conf of the server says who may be ${user}.`;
}

/** What the server said of the login. */
function reasonOfServer(error: postgres.PostgresError, { user, database, password }: ConnectionTarget): Reason {
  const { code, message, detail, hint } = error;
  const why = [message, detail, hint].filter(Boolean).map(sentence).join(' ');
  switch (code) {
    case '28P01':
      return {
        why: password ? why : `${why} No password was given.`,
        fix: 'Write the user and the password into the URL (percent-encoded), PGPASSWORD or ~/.pgpass.',
      };
    case '28000':
      return { why, fix: fixOfLogin(why, user) };
    case '3D000':
      return { why, fix: 'Write a database into the URL that `psql -l` lists, or run: create database NAME.' };
    case '42501':
      return { why, fix: `grant connect on database ${quoteName(database)} to ${quoteName(user)};` };
    case '53300':
      return {
        why,
        fix: 'Try again when fewer clients are connected, or raise the limit of server, database or role.',
      };
    case '55000':
      return {
        why,
        fix: 'Write another database into the URL, or run: alter database NAME with allow_connections true.',
      };
    case '57014':
      return {
        why: `The server cancelled the login: ${why}`,
        fix: 'Run the same command again, with a larger connect_timeout in the URL if it took long.',
      };
    case '57P01':
    case '57P02':
      return {
        why: `The server ended the connection during the login: ${why}`,
        fix: 'Run the same command again; if it ends so again, the log of the server says who ends it.',
        starting: true,
      };
    case '57P03':
      return {
        why: `The server takes no connections yet: ${why}`,
        fix: 'Run the same command again with --wait 60s, which waits until the server has started.',
        starting: true,
      };
    default:
      return {
        why: `${why} (SQLSTATE ${code})`,
        fix: `Try it with \`psql URL\`, which fails the same way; ${code} is explained in appendix A of the manual.`,
      };
  }
}
