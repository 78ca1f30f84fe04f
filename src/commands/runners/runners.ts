import { z } from 'zod';
import type { PreflightMigration } from '../../model/preflight-report.ts';
import {
  between,
  checksum,
  compareVersions,
  foldersIn,
  momentOf,
  nameOf,
  numbered,
  plainVersion,
} from './migration-files.ts';
import { asIs, type Runner } from './runner.ts';

type State = PreflightMigration['state'];

/** A folder for each migration, with its SQL in `migration.sql`. */
const PRISMA: Runner = {
  name: 'prisma',
  folders: ['prisma/migrations', 'prisma/schema/migrations', 'db/prisma/migrations'],
  recognises: (listing) =>
    listing.includes('migration_lock.toml') ||
    (listing.some((path) => /^[^/]+\/migration\.sql$/.test(path)) &&
      !listing.some((path) => /\/snapshot\.json$/.test(path))),
  list: (listing) => foldersIn(listing),
  history: { name: '_prisma_migrations', schema: undefined },
  judge: (listed, rows) => {
    const left = rows.filter((row) => row.rolled_back_at === null);
    return listed.map(({ name }) => {
      const own = left.filter((row) => row.migration_name === name);
      if (own.some((row) => row.finished_at === null)) return 'failed';
      return own.length > 0 ? 'applied' : 'pending';
    });
  },
  up: asIs,
  // As one message, or (since version 7) statement by statement where one of them cannot be in a transaction.
  transaction: () => 'by version',
};

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/** Files in the order of `meta/_journal.json`; a folder for each since version 1. */
const DRIZZLE: Runner = {
  name: 'drizzle',
  folders: ['drizzle', 'drizzle/migrations', 'src/db/migrations', 'src/drizzle', 'db/migrations', 'migrations'],
  recognises: (listing) =>
    listing.includes('meta/_journal.json') ||
    (listing.some((path) => /^\d{14}_[^/]+\/migration\.sql$/.test(path)) &&
      listing.some((path) => /\/snapshot\.json$/.test(path))),
  list: async (listing, read) => {
    if (!listing.includes('meta/_journal.json')) {
      return foldersIn(listing).map((each) => ({ ...each, version: String(momentOf(each.name)) }));
    }
    const { entries } = journalSchema.parse(JSON.parse(await read('meta/_journal.json')));
    return entries.map(({ tag, when }) => ({ name: tag, path: `${tag}.sql`, version: String(when) }));
  },
  history: { name: '__drizzle_migrations', schema: 'drizzle' },
  // What is newer than the newest that was run is run, whatever else is missing.
  judge: (listed, rows) => {
    const newest = Math.max(...rows.map((row) => Number(row.created_at)), Number.NEGATIVE_INFINITY);
    return listed.map(({ version }) => (Number(version) > newest ? 'pending' : 'applied'));
  },
  up: asIs,
  // All pending ones are run in one transaction.
  transaction: () => 'one',
};

const NUMBERED = /^(\d+)_[^/]*\.sql$/;

const SUPABASE: Runner = {
  name: 'supabase',
  folders: ['supabase/migrations'],
  recognises: (listing) => listing.some((path) => /^\d{14}_[^/]*\.sql$/.test(path)),
  // Its command-line tool makes names with a time, and runs any number.
  takes: (listing) => listing.some((path) => NUMBERED.test(path)),
  list: (listing) => numbered(listing, NUMBERED),
  history: { name: 'schema_migrations', schema: 'supabase_migrations' },
  judge: (listed, rows) => {
    const applied = new Set(rows.map((row) => String(row.version)));
    return listed.map(({ version }) => (applied.has(version) ? 'applied' : 'pending'));
  },
  up: asIs,
  // In one batch, or (since 2.109) what cannot be in a transaction by itself.
  transaction: () => 'by version',
};

const VERSIONED = /^(?:.*\/)?V([\d._]+?)__[^/]*\.sql$/;
const REPEATABLE = /^(?:.*\/)?(R__[^/]*)\.sql$/;

const FLYWAY: Runner = {
  name: 'flyway',
  folders: ['src/main/resources/db/migration', 'db/migration', 'flyway/sql', 'sql', 'migrations'],
  recognises: (listing) => listing.some((path) => VERSIONED.test(path)),
  list: async (listing, read) => {
    const versioned = listing.flatMap((path) => {
      const version = VERSIONED.exec(path)?.[1];
      return version === undefined ? [] : [{ name: nameOf(path), path, version: plainVersion(version) }];
    });
    const repeatable = await Promise.all(
      listing
        .filter((path) => REPEATABLE.test(path))
        .toSorted()
        .map(async (path) => ({ name: nameOf(path), path, version: `R ${checksum(await read(path))}` })),
    );
    return [...versioned.toSorted((a, b) => compareVersions(a.version, b.version)), ...repeatable];
  },
  history: { name: 'flyway_schema_history', schema: undefined },
  judge: (listed, rows) => {
    const baseline = rows.find((row) => row.type === 'BASELINE' && typeof row.version === 'string')?.version;
    return listed.map(({ path, version }): State => {
      if (version.startsWith('R ')) {
        const own = rows.filter(
          (row) => String(row.script).endsWith(nameOf(path)) || row.script === `${nameOf(path)}.sql`,
        );
        return own.some((row) => row.checksum === Number(version.slice(2))) ? 'applied' : 'pending';
      }
      if (typeof baseline === 'string' && compareVersions(version, plainVersion(baseline)) <= 0) return 'applied';
      const own = rows.find((row) => typeof row.version === 'string' && plainVersion(row.version) === version);
      if (!own) return 'pending';
      return own.success === false ? 'failed' : 'applied';
    });
  },
  up: asIs,
  // What it finds cannot be in a transaction is run without one.
  transaction: (text) => (/\bconcurrently\b/i.test(text) ? 'none' : 'one'),
};

const GOLANG_MIGRATE: Runner = {
  name: 'golang-migrate',
  folders: [
    'migrations',
    'db/migrations',
    'db/migration',
    'database/migrations',
    'sql/migrations',
    'internal/db/migrations',
  ],
  recognises: (listing) => listing.some((path) => /^\d+_[^/]*\.up\.sql$/.test(path)),
  list: (listing) => numbered(listing, /^(\d+)_[^/]*\.up\.sql$/),
  history: { name: 'schema_migrations', schema: undefined },
  judge: (listed, rows) => {
    const [row] = rows;
    const current = row === undefined ? -1n : BigInt(String(row.version));
    return listed.map(({ version }) => {
      if (BigInt(version) > current) return 'pending';
      return row?.dirty === true && BigInt(version) === current ? 'failed' : 'applied';
    });
  },
  up: asIs,
  // It sends the file as one message.
  transaction: () => 'message',
};

const DBMATE: Runner = {
  name: 'dbmate',
  folders: ['db/migrations'],
  recognises: async (listing, read) => {
    const [first] = listing.filter((path) => /^\d[^/]*\.sql$/.test(path));
    return first !== undefined && /^--\s*migrate:up/m.test(await read(first));
  },
  list: (listing) => numbered(listing, /^(\d+)[^/]*\.sql$/),
  history: { name: 'schema_migrations', schema: undefined },
  judge: (listed, rows) => {
    const applied = new Set(rows.map((row) => String(row.version)));
    return listed.map(({ version }) => (applied.has(version) ? 'applied' : 'pending'));
  },
  up: (text) => between(text, /^--\s*migrate:up\b/, /^--\s*migrate:down\b/),
  transaction: (text) => (/^--\s*migrate:up\s.*transaction:false/m.test(text) ? 'message' : 'one'),
};

/** Diesel orders its folders by the digits of their names: `2024-01-02-030405_users/up.sql`. */
const DIESEL = /^(\d[\d-]*_[^/]*)\/up\.sql$/;

const orderOf = (path: string): string =>
  DIESEL.test(path) ? path.replace(/^[\d-]+/, (digits) => digits.replaceAll('-', '')) : path;

/** A folder of SQL files that are run in the order of their names, with no history that is known. */
export const SQL_FOLDER: Runner = {
  name: 'sql',
  folders: [],
  recognises: (listing) => listing.some((path) => path.endsWith('.sql')),
  list: (listing) =>
    listing
      .filter((path) => path.endsWith('.sql') && !/(?:^|[._/-])(?:down|undo|rollback)\.sql$/i.test(path))
      .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
      .map((path) => ({ name: DIESEL.exec(path)?.[1] ?? nameOf(path), path, version: path })),
  history: undefined,
  judge: (listed) => listed.map(() => 'pending'),
  up: (text) =>
    /^--\s*(?:migrate:up|\+goose Up|\+migrate Up)\b/m.test(text)
      ? between(
          text,
          /^--\s*(?:migrate:up|\+goose Up|\+migrate Up)\b/,
          /^--\s*(?:migrate:down|\+goose Down|\+migrate Down)\b/,
        )
      : text,
  transaction: () => 'unknown',
};

/** In the order in which a folder is tried. */
export const RUNNERS: readonly Runner[] = [PRISMA, DRIZZLE, FLYWAY, GOLANG_MIGRATE, DBMATE, SUPABASE, SQL_FOLDER];

/** Where a runner's migrations are by convention. */
export function foldersOf(name: string): readonly string[] {
  return RUNNERS.find((each) => each.name === name)?.folders ?? [];
}
