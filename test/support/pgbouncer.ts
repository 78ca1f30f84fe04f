import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { connect } from './database-url.ts';

/** The program, where it is installed (Debian's package `pgbouncer`). */
export function findPgBouncer(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v pgbouncer'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Starts a pooler in front of a database, and gives the URL that goes through it. It stops when the test ends. */
export async function startPgBouncer(program: string, url: string, mode: 'transaction' | 'session'): Promise<string> {
  const [, database = ''] = /\/([^/?]+)\?/.exec(url) ?? [];
  const parameters = new URLSearchParams(url.split('?')[1]);
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
${database} = host=${parameters.get('host')} port=${parameters.get('port')} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 5
`,
  );
  // It does not run as root; the embedded server's socket belongs to this account then.
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  await chmod(folder, 0o755);
  if (account) await chown(folder, account.uid, account.gid);
  const child = spawn(program, [config], { ...account, stdio: 'ignore' });
  onTestFinished(() => end(child));
  const through = `postgresql://postgres@127.0.0.1:${port}/${database}`;
  for (const deadline = Date.now() + 60_000; ; await sleep(20)) {
    const client = connect(through);
    const answered = await client.unsafe('select 1').then(
      () => true,
      () => false,
    );
    await client.end();
    if (answered) return through;
    if (Date.now() > deadline) throw new Error('pgbouncer does not answer');
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
