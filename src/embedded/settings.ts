/** Server settings (postgresql.conf names) and their values. */
export type Settings = Readonly<Record<string, string>>;

/** The port that names the socket file. Each server has a folder of its own, so all can have the same. */
export const SOCKET_PORT = '5432';

/** Data that is thrown away need not survive a power failure; a kept server has PostgreSQL's own defaults. */
export const THROW_AWAY_SETTINGS: Settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** The server's arguments: unless `settings` say more, it is reachable through the socket in `runDirectory` alone. */
export function serverArguments(dataDirectory: string, runDirectory: string, settings: Settings): string[] {
  const all: Settings = {
    listen_addresses: '',
    port: SOCKET_PORT,
    ...settings,
    // A list of folders: quoted, a comma in the name of the temporary folder is a comma.
    unix_socket_directories: `"${runDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
  return ['-D', dataDirectory, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
