import { describe, expect, test } from 'vitest';
import { parseUrl } from '../../../src/config/parse-url.ts';
import { errorOf, wordsOf } from './errors.ts';

describe('a database URL is read as libpq reads it', () => {
  test.each([
    ['postgres://', {}],
    ['postgresql://db.example.com', { host: 'db.example.com' }],
    ['POSTGRES://db', { host: 'db' }],
    ['postgres://app@db', { user: 'app', host: 'db' }],
    [
      'postgres://app:secret@db:6432/shop',
      { user: 'app', password: 'secret', host: 'db', port: '6432', dbname: 'shop' },
    ],
    ['  postgres://db/shop\n', { host: 'db', dbname: 'shop' }],
    ['postgres://:secret@db', { password: 'secret', host: 'db' }],
    ['postgres://app:a:b:c@db', { user: 'app', password: 'a:b:c', host: 'db' }],
    ['postgres://app:a?b&c=d@db', { user: 'app', password: 'a?b&c=d', host: 'db' }],
    ['postgres://my%20app:p%40s%2Fs%23%25@db', { user: 'my app', password: 'p@s/s#%', host: 'db' }],
    ['postgres://app:a+b@db', { user: 'app', password: 'a+b', host: 'db' }],
    ['postgres://app%40tenant@db/sh%2Fop', { user: 'app@tenant', host: 'db', dbname: 'sh/op' }],
    ['postgres://[::1]:5433/shop', { host: '::1', port: '5433', dbname: 'shop' }],
    ['postgres://[2001:db8::1]', { host: '2001:db8::1' }],
    ['postgres://h1:1,h2:2/shop', { host: 'h1,h2', port: '1,2', dbname: 'shop' }],
    ['postgres://h1,h2:2,[::1]/shop', { host: 'h1,h2,::1', port: ',2,', dbname: 'shop' }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/shop', { host: '/var/run/postgresql', dbname: 'shop' }],
    ['postgres:///shop?host=/tmp&port=5433', { host: '/tmp', port: '5433', dbname: 'shop' }],
    ['postgres://app@/shop?host=/cloudsql/p:r:i', { user: 'app', host: '/cloudsql/p:r:i', dbname: 'shop' }],
    [
      'postgres://db?user=app&password=p%40ss&dbname=shop',
      { host: 'db', user: 'app', password: 'p@ss', dbname: 'shop' },
    ],
    ['postgres://db/shop?user=other%40tenant', { host: 'db', dbname: 'shop', user: 'other@tenant' }],
    ['postgres://db/shop?options=-c%20search_path%3Da', { host: 'db', dbname: 'shop', options: '-c search_path=a' }],
    ['postgres://db/shop?ssl=true', { host: 'db', dbname: 'shop', sslmode: 'require' }],
    ['postgres://db/shop?ssl=false', { host: 'db', dbname: 'shop', sslmode: 'disable' }],
  ])('%j', (url, keywords) => {
    expect(parseUrl(url, 'DATABASE_URL')).toEqual({ keywords, warnings: [] });
  });
});

describe('a keyword/value string is read as libpq reads it', () => {
  test.each([
    ['host=db dbname=shop', { host: 'db', dbname: 'shop' }],
    ['  host = db   port= 5433 ', { host: 'db', port: '5433' }],
    ["host=db password='two words' user=app", { host: 'db', password: 'two words', user: 'app' }],
    [String.raw`password='it\'s' user=app`, { password: "it's", user: 'app' }],
    [String.raw`password=a\ b\\c user=app`, { password: 'a b\\c', user: 'app' }],
    [String.raw`host=db password=a\ `, { host: 'db', password: 'a ' }],
    [String.raw`host=db password=a\\`.slice(0, -1), { host: 'db', password: 'a' }],
    ["password='' host=db", { password: '', host: 'db' }],
    ['host=h1,h2 port=1,2', { host: 'h1,h2', port: '1,2' }],
    ['host=db options=--search_path=a', { host: 'db', options: '--search_path=a' }],
  ])('%j', (text, keywords) => {
    expect(parseUrl(text, 'DATABASE_URL')).toEqual({ keywords, warnings: [] });
  });

  test.each([
    ['an unquoted space', 'host=db password=two words'],
    ['a quote that is not closed', "host=db password='two words"],
    ['an unknown keyword', 'host=db password=two words=1'],
  ])('with %s it is refused, and no word of it is shown', async (_, text) => {
    const error = await errorOf(() => parseUrl(text, 'DATABASE_URL'));
    expect(error.code).toBe('MSGDB_URL_INVALID');
    expect(error.message).toContain('DATABASE_URL');
    expect(wordsOf(error)).not.toMatch(/\bwords\b(?!')/);
  });

  test('a mistyped keyword is answered with the right one', async () => {
    const error = await errorOf(() => parseUrl('host=db sslmod=require', 'DATABASE_URL'));
    expect(error.fix).toBe('Write "sslmode".');
  });
});

describe('parameters that other programs put into URLs', () => {
  test.each([
    'pgbouncer=true',
    'connection_limit=5',
    'pool_timeout=10',
    'sslaccept=accept_invalid_certs',
    'supa=base-pooler.x',
    'statement_cache_size=0',
    'keepalives=1',
  ])('%s gives no warning', (parameter) => {
    expect(parseUrl(`postgres://db/shop?${parameter}`, 'DATABASE_URL').warnings).toEqual([]);
  });

  test.each([
    ['schema=tenant_a', 'tenant_a'],
    ['schema=', undefined],
    ['pgbouncer=true&schema=Tenant%20A', 'Tenant A'],
  ])('%s names the default schema %j', (parameters, schema) => {
    expect(parseUrl(`postgres://db/shop?${parameters}`, 'DATABASE_URL').schema).toBe(schema);
  });

  test('an unknown one gives a warning with its name, the nearest known one, and not its value', () => {
    const { warnings, keywords } = parseUrl('postgres://db/shop?sslmod=hush&frobnicate=hush', 'DATABASE_URL');
    expect(keywords).toEqual({ host: 'db', dbname: 'shop' });
    expect(warnings).toEqual([
      'The parameter "sslmod" is not one of libpq\'s and is not sent to the server. Did you mean "sslmode"?',
      'The parameter "frobnicate" is not one of libpq\'s and is not sent to the server. A server setting is written options=-c%20name=value.',
    ]);
  });

  test('an unknown one after a password is not named, it could be the rest of it', () => {
    const { warnings } = parseUrl('postgres://db/shop?password=two&words=x', 'DATABASE_URL');
    expect(warnings.join()).not.toContain('words');
  });
});

describe('a URL that cannot be read', () => {
  test.each([
    ['an unescaped @ in the password', 'postgres://app:hush@hush@db/shop', '@ as %40'],
    ['an unescaped / in the password', 'postgres://app:hush/hush@db/shop', '/ as %2F'],
    ['an unescaped / after digits', 'postgres://app:123/hush@db/shop', '/ as %2F'],
    ['both', 'postgres://app:hush@hush/hush@db/shop', '/ as %2F'],
    ['an unescaped / and ?', 'postgres://app:12/hu?hush=1@db/shop', '/ as %2F'],
    ['an unescaped @, / and ?', 'postgres://app:a@b/hu?hush=hush@db/shop', '/ as %2F'],
    ['a password cut off at a #', 'postgres://app:hush', 'single quotes'],
    ['a # behind the @', 'postgres://app:hush@db#hush', '# as %23'],
    ['a # in the database', 'postgres://app:hush@db/shop#hush', '# as %23'],
    ['a lone %', 'postgres://app:hush%hush@db/shop', '%25'],
    ['a % at the end', 'postgres://app:hush%@db/shop', '%25'],
    ['a zero byte', 'postgres://app:hush%00@db/shop', '%25'],
    ['bytes that are not UTF-8', 'postgres://app:hush%E9@db/shop', '%25'],
    ['a port that is no number', 'postgres://app:hush@db:port/shop', 'IPv6'],
    ['an IPv6 address without brackets', 'postgres://app:hush@::1/shop', '[::1]'],
    ['a parameter without a value', 'postgres://app:hush@db/shop?hush', 'name=value'],
    ["SQLAlchemy's scheme", 'postgresql+psycopg2://app:hush@db/shop', 'postgresql://'],
    ['the scheme of another database', 'mysql://app:hush@db/shop', 'postgresql://'],
    ['quotes around it', '"postgres://app:hush@db/shop"', 'postgresql://'],
    ['a bare word', 'hush', 'postgresql://'],
    ['nothing', '', 'postgresql://'],
  ])('because of %s is explained without its password', async (_, url, advice) => {
    const error = await errorOf(() => parseUrl(url, 'DATABASE_URL'));
    expect(error.code).toBe('MSGDB_URL_INVALID');
    expect(error.message).toBe('The database connection given by DATABASE_URL cannot be read.');
    expect(error.fix).toContain(advice);
    expect(wordsOf(error)).not.toContain('hush');
  });

  test('a # in a password is taken as libpq takes it, with a warning', () => {
    const { keywords, warnings } = parseUrl('postgres://app:hu#sh@db/shop', 'DATABASE_URL');
    expect(keywords.password).toBe('hu#sh');
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).toContain('%23');
  });
});
