import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPassword } from '../../../src/config/pgpass.ts';
import { withFolder } from './folder.ts';

const request = { host: 'db', port: 5432, database: 'shop', user: 'app' };

describe('a line of the password file', () => {
  test.each([
    ['db:5432:shop:app:secret', 'secret'],
    ['*:*:*:*:secret', 'secret'],
    ['*:*:*:app:with:colons', 'with:colons'],
    [String.raw`*:*:*:*:a\:b\\c`, 'a:b\\c'],
    ['*:*:*:*:secret\r', 'secret'],
    ['other:5432:shop:app:secret', undefined],
    ['db:5433:shop:app:secret', undefined],
    ['#db:5432:shop:app:secret', undefined],
    ['db:5432:shop:app', undefined],
    ['*:*:*:*:', undefined],
    ['db:*:*:*:first\n*:*:*:*:second', 'first'],
    ['\n\nno:*:*:*:first\n*:*:*:*:second\n', 'second'],
  ])('%j gives %j', async (content, password) => {
    await withFolder({ '.pgpass': content }, async (folder) => {
      const found = await findPassword(join(folder, '.pgpass'), request);
      expect(found).toEqual({ ...(password ? { password } : {}), warnings: [] });
    });
  });

  test('an escaped colon belongs to a field, an escaped star is a star', async () => {
    const line = String.raw`fe80\:\:1:*:\*:app:secret`;
    await withFolder({ '.pgpass': line }, async (folder) => {
      const file = join(folder, '.pgpass');
      expect((await findPassword(file, { ...request, host: 'fe80::1', database: '*' })).password).toBe('secret');
      expect((await findPassword(file, { ...request, host: 'fe80::1' })).password).toBeUndefined();
    });
  });
});

describe('the password file', () => {
  test('may be missing', async () => {
    expect(await findPassword('/nowhere/.pgpass', request)).toEqual({ warnings: [] });
  });

  test.each([0o640, 0o604, 0o660])('is ignored with a warning at mode %o', async (mode) => {
    await withFolder({ '.pgpass': '*:*:*:*:secret' }, async (folder) => {
      const file = join(folder, '.pgpass');
      await chmod(file, mode);
      const found = await findPassword(file, request);
      expect(found.password).toBeUndefined();
      expect(found.warnings.join()).toContain(`chmod 600 ${file}`);
    });
  });

  test('is ignored with a warning when it is a folder', async () => {
    await withFolder({}, async (folder) => {
      expect((await findPassword(folder, request)).warnings.join()).toContain('not a plain file');
    });
  });
});
