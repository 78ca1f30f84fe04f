import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Ssl } from '../model/connection.ts';
import type { Attempt } from './attempt.ts';
import { closedFault, notPostgres, withoutTlsFault } from './host-fault.ts';
import { nameKind } from './name-protocol.ts';

/** int32 length 8, int32 code 80877103: "may we speak TLS?", before anything else. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * A socket to the server, with TLS where it is asked for, on which nothing else has been said. The driver's own way has
 * no end: it waits for ever for the rest of what another server said, and dials again without a pause when a connection
 * is closed before it was ready (3.4.9).
 * @throws what the socket reports, a HostFault, or the reason of the attempt's signal.
 */
export async function dial(ssl: Ssl, attempt: Attempt): Promise<Socket> {
  const { host, port } = attempt.place;
  const local = host.startsWith('/');
  const socket = connectSocket(local ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  try {
    await eventOf(socket, 'connect', attempt);
    attempt.enter('waiting');
    return local || ssl === false ? socket : await secure(socket, ssl, attempt);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secure(socket: Socket, ssl: Exclude<Ssl, false>, attempt: Attempt): Promise<Socket> {
  const { place } = attempt;
  socket.write(SSL_REQUEST);
  const answer = await eventOf(socket, 'data', attempt);
  switch (answer.toString('latin1')) {
    case 'S':
      break;
    case 'N':
      if (ssl === 'prefer') return socket;
      throw withoutTlsFault(place);
    default:
      // More than one byte is as wrong: it came unencrypted, from whoever is in between (CVE-2021-23222).
      throw notPostgres(place, nameKind(answer));
  }
  attempt.enter('securing');
  const options = typeof ssl === 'object' ? ssl : { rejectUnauthorized: false };
  const encrypted = connectTls({ ...(isIP(place.host) ? {} : { servername: place.host }), ...options, socket });
  await eventOf(encrypted, 'secureConnect', attempt);
  attempt.enter('waiting');
  return encrypted;
}

/** What comes with the next event; an error, the end of the connection and the end of the attempt are thrown. */
async function eventOf(socket: Socket, event: 'connect' | 'data' | 'secureConnect', attempt: Attempt): Promise<Buffer> {
  const { signal, place } = attempt;
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(error);
    const close = (): void => reject(closedFault(place));
    const abort = (): void => reject(signal.reason);
    function come(data: Buffer): void {
      socket.off('close', close);
      signal.removeEventListener('abort', abort);
      resolve(data);
    }
    // The listener for errors stays: a socket that is given up may report one later, which would end the process.
    socket.on('error', fail).once('close', close).once(event, come);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}
