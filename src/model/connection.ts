import type { ConnectionOptions } from 'node:tls';
import type { MsgdbError } from './errors.ts';

/** TLS options in the form that postgres.js hands to `tls.connect`. */
export type TlsOptions = Readonly<
  Pick<
    ConnectionOptions,
    | 'ca'
    | 'cert'
    | 'checkServerIdentity'
    | 'crl'
    | 'key'
    | 'maxVersion'
    | 'minVersion'
    | 'passphrase'
    | 'rejectUnauthorized'
    | 'servername'
  >
>;

/**
 * The `ssl` value for postgres.js. There is no `allow`: under that name postgres.js (3.4.9) never falls back to an
 * unencrypted connection, so libpq's `allow` is expressed as `prefer`.
 */
export type Ssl = false | 'prefer' | 'require' | TlsOptions;

export interface ConnectionHost {
  /** A name, an address, or the directory of a Unix-domain socket (then it starts with a slash and TLS is never used). */
  readonly host: string;
  readonly port: number;
}

export type TargetSessionAttrs = 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** One PostgreSQL database, with everything needed to connect to it. */
export interface ConnectionTarget {
  /** Tried in this order; never empty. */
  readonly hosts: readonly ConnectionHost[];
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  readonly ssl: Ssl;
  /** Server settings to SET after connecting; as start-up parameters PgBouncer would reject them. */
  readonly settings: Readonly<Record<string, string>>;
  /** 0 waits for ever. */
  readonly connectTimeoutMs: number;
  readonly targetSessionAttrs?: TargetSessionAttrs;
  /** Where it was named, for people: `--database-url`, `DATABASE_URL`, `.env: DATABASE_URL`, `msgdb.config.ts`. */
  readonly source: string;
  /** For messages, without secrets: `app@db.example.com:5432/shop`. */
  readonly label: string;
}

/** The database a command works on; `none` carries the error that a command in need of one throws. */
export type DatabaseChoice =
  | { readonly kind: 'url'; readonly target: ConnectionTarget }
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'none'; readonly error: MsgdbError };
