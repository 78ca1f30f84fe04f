import { readFileSync } from 'node:fs';

function pem(name: string): string {
  return readFileSync(new URL(`./certificates/${name}`, import.meta.url), 'utf8');
}

/** The authority that signed the two below. */
export const rootCertificate = pem('root.crt');

/** For db.example.com and 127.0.0.1. */
export const server = { cert: pem('server.crt'), key: pem('server.key') };

/** The encrypted key opens with "open-sesame". */
export const client = { cert: pem('client.crt'), key: pem('client.key'), encryptedKey: pem('client-encrypted.key') };
