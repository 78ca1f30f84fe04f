/** Bytes of a message's type and length. */
const HEAD = 5;

/** No first message of a server is longer: libpq takes a longer one for something else as well. */
const LONGEST = 30_000;

/** Ways to log in that the driver knows: none, a clear or an MD5 password, SASL and its two continuations. */
const LOGINS = new Set([0, 3, 5, 10, 11, 12]);

/** Ways to log in that it does not know, by the number in the server's request. */
const FOREIGN_LOGINS: Readonly<Record<number, string>> = {
  2: 'Kerberos V5',
  6: 'SCM credentials',
  7: 'GSSAPI',
  8: 'GSSAPI',
  9: 'SSPI',
};

/** How servers of other kinds begin. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d|^<(?:!doctype|html|\?xml)/i, 'an HTTP server'],
  [/^SSH-/, 'an SSH server'],
  [/^(?:\+OK|-(?:ERR|NOAUTH|DENIED))/, 'Redis or a mail server'],
  [/^220[ -]/, 'a mail or FTP server'],
];

/** What a server is that did not answer as PostgreSQL would; undefined for one that did, or as long as it may have. */
export function nameProtocol(answer: Buffer): string | undefined {
  if (answer.length < HEAD) return undefined;
  const type = String.fromCharCode(answer[0] ?? 0);
  const length = answer.readUInt32BE(1);
  // Authentication, an error, a notice, or a word about the version of the protocol.
  if ('RENv'.includes(type) && length >= 4 && length <= LONGEST) return undefined;
  return nameKind(answer);
}

/** The kind of a server, from the bytes it began with. */
export function nameKind(answer: Buffer): string {
  const text = answer.toString('latin1');
  const kind = KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? nameBinary(answer);
  const line = /^[\x20-\x7e]{3,60}/.exec(text)?.[0];
  if (line !== undefined) return `${kind ?? 'another server'} ("${line.trim()}")`;
  return kind ?? `another server (bytes ${answer.subarray(0, 8).toString('hex')})`;
}

function nameBinary(answer: Buffer): string | undefined {
  const [first, second, , fourth, fifth] = answer;
  // A record of TLS 1.x, an alert or a handshake: what speaks TLS from the first byte on takes a question for garbage.
  if ((first === 0x15 || first === 0x16) && second === 3) {
    return 'a server that speaks TLS from the first byte on, as HTTPS and some proxies do';
  }
  // Packet 0 of the MySQL protocol: three bytes of length, then a greeting or an error.
  return fourth === 0 && (fifth === 0x0a || fifth === 0xff) ? 'MySQL or MariaDB' : undefined;
}

/** The login that the server asks for, where the driver does not know it: it would print its number and wait. */
export function nameForeignLogin(answer: Buffer): string | undefined {
  if (answer.length < HEAD + 4 || answer[0] !== 'R'.charCodeAt(0)) return undefined;
  const number = answer.readUInt32BE(HEAD);
  return LOGINS.has(number) ? undefined : (FOREIGN_LOGINS[number] ?? `method ${number}`);
}
