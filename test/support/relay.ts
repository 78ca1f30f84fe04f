import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ConnectionTarget } from '../../src/model/connection.ts';
import { listen } from './other-server.ts';

/** A way to a server on which answers take a while, and which counts the journeys. */
export interface Relay {
  readonly target: ConnectionTarget;
  /** Times that something was sent after an answer had come: what is sent together, or before the answer, is one. */
  journeys(): number;
}

/** So long that what is sent together is on its way before the first answer comes, on a busy machine too. */
const ANSWER_AFTER_MS = 15;

/** Stands between a test and its server until the test ends. */
export async function startRelay(target: ConnectionTarget): Promise<Relay> {
  const [{ host, port } = { host: '', port: 0 }] = target.hosts;
  const sockets = new Set<Socket>();
  let journeys = 0;
  const server = createServer((client) => {
    const upstream = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    let answered = true;
    client.on('data', (chunk) => {
      if (answered) journeys += 1;
      answered = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      setTimeout(() => {
        answered = true;
        client.write(chunk);
      }, ANSWER_AFTER_MS);
    });
    client.on('close', () => upstream.destroy());
    for (const socket of [client, upstream]) sockets.add(socket.setNoDelay().on('error', () => undefined));
  });
  const place = { host: '127.0.0.1', port: await listen(server) };
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { target: { ...target, hosts: [place] }, journeys: () => journeys };
}
