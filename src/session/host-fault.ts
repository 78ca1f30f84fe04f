import type { ConnectionHost } from '../model/connection.ts';

/** Why one host gave no session, in words for the user. */
export interface Reason {
  readonly why: string;
  readonly fix: string;
  /** A server that is starting, or a proxy before it, fails like this. */
  readonly starting?: true;
}

/** What keeps a host from giving a session, found by msgdb itself and not reported by socket or server. */
export class HostFault extends Error implements Reason {
  override readonly name = 'HostFault';
  readonly why: string;
  readonly fix: string;
  readonly starting?: true;

  constructor({ why, fix, starting }: Reason) {
    super(why);
    this.why = why;
    this.fix = fix;
    if (starting) this.starting = starting;
  }
}

/** A host as it is shown: its address with the port, or the directory of its socket. */
export function nameHost({ host, port }: ConnectionHost): string {
  if (host.startsWith('/')) return `${host}/.s.PGSQL.${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What listens there is not PostgreSQL. */
export function notPostgres(place: ConnectionHost, answering: string): HostFault {
  return new HostFault({
    why: `What listens at ${nameHost(place)} is not PostgreSQL: it answered as ${answering}.`,
    fix: 'Write the host and port of PostgreSQL into the URL (5432 by default).',
  });
}

/** The server ended the connection before it said anything about the login. */
export function closedFault(place: ConnectionHost): HostFault {
  return new HostFault({
    why: `${nameHost(place)} accepted the connection and closed it without an answer.`,
    fix: 'On that host, see what listens on the port (ss -ltnp); if it is PostgreSQL, its log has the reason.',
    starting: true,
  });
}

/** TLS is asked for and the server has none. */
export function withoutTlsFault(place: ConnectionHost): HostFault {
  return new HostFault({
    why: `The server at ${nameHost(place)} does not speak TLS, and sslmode asks for it.`,
    fix: 'Use sslmode=prefer, or turn TLS on in the server (ssl = on).',
  });
}
