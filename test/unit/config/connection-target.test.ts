import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveTarget, type Surroundings } from '../../../src/config/connection-target.ts';
import { parseUrl } from '../../../src/config/parse-url.ts';
import { errorOf } from './errors.ts';
import { withFolder } from './folder.ts';

const bare: Surroundings = { env: {}, home: '/nowhere', baseDir: '/', osUser: 'me', socketDirectories: [] };

function resolve(url: string, surroundings: Partial<Surroundings> = {}) {
  return resolveTarget(parseUrl(url, 'DATABASE_URL'), 'DATABASE_URL', { ...bare, ...surroundings });
}

describe('what a URL leaves open', () => {
  test('is what libpq takes', async () => {
    expect(await resolve('postgres://')).toEqual({
      target: {
        hosts: [{ host: 'localhost', port: 5432 }],
        database: 'me',
        user: 'me',
        ssl: 'prefer',
        settings: {},
        connectTimeoutMs: 10_000,
        source: 'DATABASE_URL',
        label: 'me@localhost:5432/me',
      },
      warnings: [],
      secrets: [],
    });
  });

  test('comes from PG variables, one by one', async () => {
    const env = {
      PGHOST: 'ignored',
      PGPORT: '6432',
      PGUSER: 'app',
      PGPASSWORD: 'secret',
      PGDATABASE: 'shop',
      PGSSLMODE: 'require',
      PGCONNECT_TIMEOUT: '3',
      PGAPPNAME: 'deploy',
      PGOPTIONS: '-c statement_timeout=5s',
      PGTARGETSESSIONATTRS: 'read-write',
    };
    const { target, secrets } = await resolve('postgres://db', { env });
    expect(target).toEqual({
      hosts: [{ host: 'db', port: 6432 }],
      database: 'shop',
      user: 'app',
      password: 'secret',
      ssl: 'require',
      settings: { statement_timeout: '5s', application_name: 'deploy' },
      connectTimeoutMs: 3_000,
      targetSessionAttrs: 'read-write',
      source: 'DATABASE_URL',
      label: 'app@db:6432/shop',
    });
    expect(secrets).toEqual(['secret']);
  });

  test('comes from a service before the PG variables', async () => {
    await withFolder({ '.pg_service.conf': '[shop]\nhost=db\ndbname=shop\npassword=secret\n' }, async (home) => {
      const env = { PGDATABASE: 'other', PGUSER: 'app', PGSERVICE: 'none' };
      const { target, secrets } = await resolve('postgres://?service=shop', { home, env });
      expect(target.label).toBe('app@db:5432/shop');
      expect(secrets).toEqual(['secret']);
    });
  });
});

describe('the hosts', () => {
  test.each([
    [
      'postgres://h1,h2:2/d',
      [
        ['h1', 5432],
        ['h2', 2],
      ],
    ],
    [
      'postgres://h1,h2/d?port=7',
      [
        ['h1', 7],
        ['h2', 7],
      ],
    ],
    [
      'postgres://[::1]:1,h2/d',
      [
        ['::1', 1],
        ['h2', 5432],
      ],
    ],
    ['postgres:///d?host=/tmp', [['/tmp', 5432]]],
    [
      'host=h1,h2 port=1,2',
      [
        ['h1', 1],
        ['h2', 2],
      ],
    ],
    ['host=h1 hostaddr=10.0.0.1', [['10.0.0.1', 5432]]],
    [
      'hostaddr=10.0.0.1,10.0.0.2',
      [
        ['10.0.0.1', 5432],
        ['10.0.0.2', 5432],
      ],
    ],
  ])('of %s', async (url, hosts) => {
    const { target } = await resolve(url);
    expect(target.hosts.map(({ host, port }) => [host, port])).toEqual(hosts);
  });

  test.each([
    ['postgres://h1:1,h2:2/d?port=1,2,3', 'There are 2 hosts, and 3 values of port.'],
    ['postgres://h1/d?port=1,2', 'There is 1 host, and 2 values of port.'],
    ['host=h1,h2 hostaddr=10.0.0.1', 'There are 2 hosts, and 1 value of hostaddr.'],
    ['postgres://db:0/d', 'The port is not a number from 1 to 65535.'],
    ['postgres://db:99999/d', 'The port is not a number from 1 to 65535.'],
    ['host=db port=five', 'The port is not a number from 1 to 65535.'],
  ])('of %s are refused', async (url, why) => {
    const error = await errorOf(() => resolve(url));
    expect(error.code).toBe('MSGDB_URL_INVALID');
    expect(error.why).toBe(why);
  });

  test('are a local socket when none is named and one is there', async () => {
    await withFolder({ 'run/.s.PGSQL.5433': '' }, async (folder) => {
      const socketDirectories = [join(folder, 'none'), join(folder, 'run')];
      const { target } = await resolve('postgres://?port=5433', { socketDirectories });
      expect(target.hosts).toEqual([{ host: join(folder, 'run'), port: 5433 }]);
      expect(target.ssl).toBe(false);
    });
  });

  test('that a URL names are not redirected by a left-over PGHOSTADDR', async () => {
    const env = { PGHOSTADDR: '10.0.0.1' };
    expect((await resolve('postgres://db/shop', { env })).target.hosts).toEqual([{ host: 'db', port: 5432 }]);
    expect((await resolve('postgres:///shop', { env })).target.hosts).toEqual([{ host: '10.0.0.1', port: 5432 }]);
    const both = { ...env, PGHOST: 'db' };
    const { target } = await resolve('postgres:///shop', { env: both });
    expect(target.hosts).toEqual([{ host: '10.0.0.1', port: 5432 }]);
    expect(target.label).toBe('me@db:5432/shop');
  });
});

test('a socket never uses TLS, not even when sslmode asks for it', async () => {
  const { target } = await resolve('postgres:///shop?host=/tmp&sslmode=verify-full');
  expect(target.ssl).toBe(false);
});

describe('the label shows where the connection goes, without the password', () => {
  test.each([
    ['postgres://app:secret@db/shop', 'app@db:5432/shop'],
    ['postgres://app@[::1]:5433/shop', 'app@[::1]:5433/shop'],
    ['postgres://app@h1:1,h2:2/shop', 'app@h1:1,h2:2/shop'],
    ['postgres://app@/shop?host=/tmp', 'app@/tmp:5432/shop'],
  ])('%s: %s', async (url, label) => {
    expect((await resolve(url)).target.label).toBe(label);
  });
});

describe('the password', () => {
  const pgpass = 'h2:*:*:app:two\nlocalhost:*:*:app:socket\n/run/pg:*:*:app:elsewhere\n';
  test.each([
    ['of the URL goes first', 'postgres://app:one@h2/d', 'one'],
    ['comes from the password file', 'postgres://app@h2/d', 'two'],
    ['comes from the first host that has one', 'postgres://app@h1,h2/d', 'two'],
    ['is missing for an unknown host', 'postgres://app@h1/d', undefined],
    ['of a socket in a usual place is that of localhost', 'postgres://app@/d?host=/tmp', 'socket'],
    ['of another socket is under its folder', 'postgres://app@/d?host=/run/pg', 'elsewhere'],
    ['is looked up by name, not by address', 'user=app host=h2 hostaddr=10.0.0.1', 'two'],
  ])('%s', async (_, url, password) => {
    await withFolder({ '.pgpass': pgpass }, async (home) => {
      const { target } = await resolve(url, { home, socketDirectories: ['/tmp'] });
      expect(target.password).toBe(password);
    });
  });

  test('comes from the file that PGPASSFILE names', async () => {
    await withFolder({ 'my.pgpass': '*:*:*:*:mine', '.pgpass': '*:*:*:*:usual' }, async (home) => {
      const env = { PGPASSFILE: join(home, 'my.pgpass') };
      expect((await resolve('postgres://db', { home, env })).target.password).toBe('mine');
      const passfile = encodeURIComponent(join(home, '.pgpass'));
      expect((await resolve(`postgres://db?passfile=${passfile}`, { home, env })).target.password).toBe('usual');
    });
  });
});

describe('parameters', () => {
  test.each([
    ['connect_timeout=0', { connectTimeoutMs: 0 }],
    ['connect_timeout=-1', { connectTimeoutMs: 0 }],
    ['connect_timeout=7', { connectTimeoutMs: 7_000 }],
    ['application_name=a&fallback_application_name=b', { settings: { application_name: 'a' } }],
    ['fallback_application_name=b', { settings: { application_name: 'b' } }],
    ['options=-c%20search_path%3Da%20-c%20x.y%3D1', { settings: { search_path: 'a', 'x.y': '1' } }],
    ['target_session_attrs=standby', { targetSessionAttrs: 'standby' }],
    ['schema=tenant&pgbouncer=true&supa=x', { settings: {} }],
  ])('%s', async (parameters, expected) => {
    const { target, warnings } = await resolve(`postgres://db/shop?${parameters}`);
    expect(target).toMatchObject(expected);
    expect(warnings).toEqual([]);
  });

  test('target_session_attrs=any asks for nothing', async () => {
    const { target } = await resolve('postgres://db/shop?target_session_attrs=any');
    expect(target.targetSessionAttrs).toBeUndefined();
  });

  test.each([
    ['connect_timeout=soon', 'a whole number of seconds'],
    ['target_session_attrs=write', 'not one of any, read-write'],
    ['sslmode=sometimes', 'not one of disable, allow'],
  ])('%s is refused', async (parameters, why) => {
    const error = await errorOf(() => resolve(`postgres://db/shop?${parameters}`));
    expect(error.code).toBe('MSGDB_URL_INVALID');
    expect(error.why).toContain(why);
  });

  test('an error in a variable names the variable', async () => {
    const error = await errorOf(() => resolve('postgres://db', { env: { PGSSLMODE: 'on' } }));
    expect(error.message).toContain('PGSSLMODE');
  });

  test.each(['gssencmode=require', 'require_auth=scram-sha-256', 'client_encoding=latin1'])(
    '%s cannot be honoured, which gives a warning',
    async (parameter) => {
      const { warnings } = await resolve(`postgres://db/shop?${parameter}`);
      expect(warnings).toEqual([
        `${parameter.split('=')[0]} asks for something the driver cannot do; the connection is made without it.`,
      ]);
    },
  );

  test('channel_binding=require, which Neon writes into its URLs, is answered with what protects as well', async () => {
    const { warnings } = await resolve('postgres://db/shop?channel_binding=require');
    expect(warnings.join()).toContain('sslmode=verify-full');
  });

  test.each(['channel_binding=prefer', 'gssencmode=disable', 'client_encoding=UTF8', 'keepalives=0'])(
    '%s gives no warning',
    async (parameter) => {
      expect((await resolve(`postgres://db/shop?${parameter}`)).warnings).toEqual([]);
    },
  );
});
