import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readService } from '../../../src/config/service-file.ts';
import { errorOf, wordsOf } from './errors.ts';
import { withFolder } from './folder.ts';

const own =
  '# mine\n[shop]\nhost=db\nport = 6432\n\n[other]\nhost=elsewhere\n[bad]\npassword hush\n[loop]\nservice=shop\n';

describe('a connection service', () => {
  test('is read from ~/.pg_service.conf, its own section only', async () => {
    await withFolder({ '.pg_service.conf': own }, async (home) => {
      expect(await readService({ service: 'shop', env: {}, home })).toEqual({ host: 'db', port: '6432' });
    });
  });

  test('is read from PGSERVICEFILE before the home directory', async () => {
    await withFolder({ '.pg_service.conf': own, 'mine.conf': '[shop]\nhost=mine\n' }, async (home) => {
      const env = { PGSERVICEFILE: join(home, 'mine.conf') };
      expect(await readService({ service: 'shop', env, home })).toEqual({ host: 'mine' });
    });
  });

  test('is read from the system folder when the own file does not define it', async () => {
    await withFolder({ '.pg_service.conf': own, 'etc/pg_service.conf': '[wide]\ndbname=shop\n' }, async (home) => {
      const env = { PGSYSCONFDIR: join(home, 'etc') };
      expect(await readService({ service: 'wide', env, home })).toEqual({ dbname: 'shop' });
    });
  });

  test('that nobody defines is an error naming the files that were read', async () => {
    await withFolder({ '.pg_service.conf': own }, async (home) => {
      const error = await errorOf(() => readService({ service: 'shp', env: {}, home }));
      expect(error.code).toBe('MSGDB_SERVICE_NOT_FOUND');
      expect(error.why).toContain(join(home, '.pg_service.conf'));
    });
  });

  test.each([
    ['bad', 9],
    ['loop', 11],
  ])('with a bad line (%s) is an error naming the line, not its content', async (service, line) => {
    await withFolder({ '.pg_service.conf': own }, async (home) => {
      const error = await errorOf(() => readService({ service, env: {}, home }));
      expect(error.code).toBe('MSGDB_CONFIG_INVALID');
      expect(error.message).toContain(`.pg_service.conf:${line} `);
      expect(wordsOf(error)).not.toContain('hush');
    });
  });
});
