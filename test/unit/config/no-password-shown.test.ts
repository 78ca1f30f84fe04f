import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { type LoadConfigInput, loadConfig } from '../../../src/config/load-config.ts';
import { redactUrl } from '../../../src/config/redact.ts';
import { wordsOf } from './errors.ts';

/** Marks every piece of a password, so that a piece of one is recognised wherever it appears. */
const MARK = 'hush';

/** Pieces of a password between the characters that have a meaning in URLs and connection strings. */
const password = fc
  .array(
    fc.constantFrom('@', '/', '#', '?', '&', '=', ':', '%', ' ', "'", '"', '\\', '%4', '12', '[', ']', ',', '+', 'é'),
    {
      minLength: 0,
      maxLength: 4,
    },
  )
  .map((separators) => `${MARK}${separators.map((separator) => `${separator}${MARK}`).join('')}`);

const sources: Readonly<Record<string, (secret: string) => Partial<LoadConfigInput>>> = {
  'in a URL as it is': (secret) => ({ env: { DATABASE_URL: `postgres://app:${secret}@db.example.com:5432/shop` } }),
  'in a URL with parameters': (secret) => ({
    env: { DATABASE_URL: `postgres://app:${secret}@db/shop?sslmode=on&a=b` },
  }),
  // What follows an "@" cannot be told from a host.
  'in a URL that was cut off': (secret) => ({ env: { DATABASE_URL: `postgres://app:${secret.replaceAll('@', '')}` } }),
  'in a URL parameter': (secret) => ({ flags: { databaseUrl: `postgres://db/shop?password=${secret}&sslmode=x` } }),
  'in a URL of another kind': (secret) => ({ env: { DATABASE_URL: `mysql://app:${secret}@db/shop` } }),
  'in a keyword/value string': (secret) => ({ flags: { databaseUrl: `host=db password=${secret} dbname=shop` } }),
  'in a quoted keyword/value string': (secret) => ({ flags: { databaseUrl: `host=db password='${secret}' x=1` } }),
  'as the whole value': (secret) => ({ env: { DATABASE_URL: secret } }),
  'in PGPASSWORD': (secret) => ({ env: { PGHOST: 'db', PGPASSWORD: secret, PGSSLMODE: 'on' } }),
};

describe('no part of a password is shown when it stands', () => {
  test.each(Object.keys(sources))('%s', async (place) => {
    await fc.assert(
      fc.asyncProperty(password, async (secret) => {
        const outside = { cwd: '/', home: '/nowhere', env: {}, flags: {}, osUser: 'me', socketDirectories: [] };
        expect(shownOf(await loadConfig({ ...outside, ...sources[place]?.(secret) }))).not.toContain(MARK);
      }),
      { numRuns: 300 },
    );
  });

  test('in a URL that is redacted, well-formed or not', () => {
    fc.assert(
      fc.property(password, (secret) => {
        expect(redactUrl(`postgres://app:${secret}@db:5432/shop?sslmode=require`)).not.toContain(MARK);
        expect(redactUrl(`postgres://db:5432/shop?password=${secret}&sslmode=require`)).not.toContain(MARK);
        expect(redactUrl(`host=db password=${secret} dbname=shop`)).not.toContain(MARK);
        expect(redactUrl(`host=db password='${secret}' dbname=shop`)).not.toContain(MARK);
      }),
      { numRuns: 500 },
    );
  });
});

test('a password that is percent-encoded arrives as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), async (secret) => {
      const env = { DATABASE_URL: `postgres://app:${encodeURIComponent(secret)}@db/shop` };
      const outside = { cwd: '/', home: '/nowhere', flags: {}, osUser: 'me', socketDirectories: [] };
      const { database, secrets, warnings } = await loadConfig({ ...outside, env });
      expect(database.kind === 'url' && database.target.password).toBe(secret);
      expect(secrets).toEqual([secret]);
      expect(warnings).toEqual([]);
    }),
  );
});

/** Everything of a configuration that is meant to be shown. */
function shownOf({ database, warnings }: Config): string {
  const shown = database.kind === 'url' ? [database.target.label, database.target.source] : [];
  return [...shown, ...warnings, ...(database.kind === 'none' ? [wordsOf(database.error)] : [])].join('\n');
}
