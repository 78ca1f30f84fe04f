import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDotenv, readDotenv } from '../../../src/config/dotenv.ts';
import { withFolder } from './folder.ts';

describe('a .env file', () => {
  test.each([
    ['DATABASE_URL=postgres://db/shop', 'postgres://db/shop'],
    ['export DATABASE_URL=postgres://db/shop', 'postgres://db/shop'],
    ["DATABASE_URL='postgres://app:a#b@db/shop'", 'postgres://app:a#b@db/shop'],
    ['DATABASE_URL="postgres://db/shop" # comment', 'postgres://db/shop'],
    ['DATABASE_URL=postgres://db/shop # comment', 'postgres://db/shop'],
    ['\uFEFFDATABASE_URL=postgres://db/shop\r\nA=1', 'postgres://db/shop'],
  ])('%j is read without a warning', (text, url) => {
    const { values, warnings } = parseDotenv(text);
    expect(values.DATABASE_URL).toBe(url);
    expect(warnings).toEqual([]);
  });

  test('a URL that is cut off at a # gives a warning without the URL', () => {
    const { warnings } = parseDotenv('A=1#2\nDATABASE_URL=postgres://app:hu#sh@db/shop\n');
    expect(warnings).toEqual([
      '.env: DATABASE_URL is cut off at a "#", which begins a comment; put the value in single quotes.',
    ]);
  });

  test('is taken from the first folder that has one', async () => {
    await withFolder({ 'a/.env': 'X=a', 'b/.env': 'X=b' }, async (folder) => {
      const [none, a, b] = ['none', 'a', 'b'].map((name) => join(folder, name)) as [string, string, string];
      expect(await readDotenv([none, a, b])).toEqual({ file: join(a, '.env'), values: { X: 'a' }, warnings: [] });
    });
  });

  test('is passed over when it is a folder, and may be missing', async () => {
    await withFolder({}, async (folder) => {
      await mkdir(join(folder, '.env'));
      expect(await readDotenv([folder, join(folder, 'none')])).toEqual({ values: {}, warnings: [] });
    });
  });
});
