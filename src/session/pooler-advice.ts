import type { ConnectionHost } from '../model/connection.ts';

/** Where Supabase's pooler, and others after it, share a connection between transactions. */
const SHARING_PORT = 6543;

/** How to get past a pooler in transaction mode, by how hosts and ports of known providers are written. */
export function directConnection(hosts: readonly ConnectionHost[]): string {
  const known = hosts.flatMap(({ host, port }) => [...ofPort(port), ...ofHost(host)]);
  const [first] = known;
  return (
    first ??
    'Connect to the server itself, not through the pooler: MSGDB_DATABASE_URL=postgresql://user@server:5432/database msgdb migrate'
  );
}

function ofPort(port: number): readonly string[] {
  if (port !== SHARING_PORT) return [];
  return [
    'Port 6543 is a pooler in transaction mode. Put the same URL with port 5432 (on Supabase: the pooler in session mode), or the direct one, into MSGDB_DATABASE_URL.',
  ];
}

/** Neon: `ep-name-pooler.region.aws.neon.tech`. */
function ofHost(host: string): readonly string[] {
  const direct = host.replace(/^(ep-[^.]+)-pooler\./, '$1.');
  return direct === host
    ? []
    : [`Take "-pooler" out of the host name: put the same URL with ${direct} into MSGDB_DATABASE_URL.`];
}
