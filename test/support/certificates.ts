import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in PEM, made by openssl for the time of a test. */
export interface Certificates {
  /** The authority that signed the others. */
  readonly root: string;
  /** Of a server at localhost, 127.0.0.1 and ::1. */
  readonly server: { readonly cert: string; readonly key: string };
  /** Of the role `user`. */
  readonly client: { readonly cert: string; readonly key: string };
  /** An authority that has signed none of them. */
  readonly stranger: string;
}

/** Makes an authority, a server's certificate and a client's in a folder. */
export function makeCertificates(folder: string, user: string): Certificates {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const authority = (name: string): void =>
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', `/CN=${name}`],
    );
  const signed = (name: string, subject: string, names: string): void => {
    openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`],
      ...['-out', `${name}.csr`, '-subj', `/CN=${subject}`],
    );
    writeFileSync(path(`${name}.ext`), `subjectAltName=${names}\n`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'root.crt', '-CAkey', 'root.key', '-CAcreateserial'],
      ...['-out', `${name}.crt`, '-days', '2', '-extfile', `${name}.ext`],
    );
  };
  authority('root');
  authority('stranger');
  signed('server', 'localhost', 'DNS:localhost,IP:127.0.0.1,IP:::1');
  signed('client', user, `DNS:${user}`);
  const pair = (name: string) => ({ cert: path(`${name}.crt`), key: path(`${name}.key`) });
  return { root: path('root.crt'), server: pair('server'), client: pair('client'), stranger: path('stranger.crt') };
}
