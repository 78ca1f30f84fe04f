import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactSecrets, redactUrl, redactUrls } from '../../../src/config/redact.ts';

describe('a URL that is shown', () => {
  test.each([
    ['postgres://app:secret@db:5432/shop', 'postgres://app:***@db:5432/shop'],
    ['postgresql://app@db/shop', 'postgresql://app@db/shop'],
    ['postgres://db:5432/shop', 'postgres://db:5432/shop'],
    ['postgres://[::1]:5432/shop', 'postgres://[::1]:5432/shop'],
    ['postgres://h1:1,h2:2/shop', 'postgres://h1:1,h2:2/shop'],
    ['postgres:///shop?host=/tmp', 'postgres:///shop?host=/tmp'],
    ['postgres://app:se@cret@db/shop', 'postgres://app:***@db/shop'],
    ['postgres://app:se/cr?et@db/shop', 'postgres://app:***@db/shop'],
    ['postgres://app:se', 'postgres://app:***'],
    ['postgres://db/shop?password=secret&sslmode=require', 'postgres://db/shop?password=***&sslmode=require'],
    ['postgres://db/shop?sslpassword=secret', 'postgres://db/shop?sslpassword=***'],
    ['host=db password=secret dbname=shop', 'host=db password=*** dbname=shop'],
    ["host=db password='two words' dbname=shop", 'host=db password=*** dbname=shop'],
    ['host=db password=two words dbname=shop', 'host=db password=*** dbname=shop'],
    ['password = secret', 'password = ***'],
    ['', ''],
  ])('%j becomes %j', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });

  test('every URL within a text loses its password', () => {
    const text = 'cannot use postgres://a:one@h/d, nor "postgres://b:two@h/d".';
    expect(redactUrls(text)).toBe('cannot use postgres://a:***@h/d, nor "postgres://b:***@h/d".');
  });

  test('no password of a well-formed URL survives', () => {
    fc.assert(
      fc.property(password(), (secret) => {
        expect(redactUrl(`postgres://app:${encodeURIComponent(secret)}@db:5432/shop`)).toBe(
          'postgres://app:***@db:5432/shop',
        );
      }),
    );
  });
});

describe('a secret within a text', () => {
  test.each([
    ['as it is', 'login hunter2! failed', 'login *** failed'],
    ['percent-encoded', 'at app:hunter2%21@db', 'at app:***@db'],
    ['several times', 'hunter2! hunter2!', '*** ***'],
    ['not at all', 'nothing to hide', 'nothing to hide'],
  ])('is hidden when it stands there %s', (_, text, shown) => {
    expect(redactSecrets(text, ['hunter2!'])).toBe(shown);
  });

  test.each([
    ['percent-encoded in lower case', 'pa%2fss%c3%a9'],
    ['percent-encoded in upper case', 'pa%2Fss%C3%A9'],
    ['percent-encoded in part', 'pa/ss%C3%A9'],
  ])('is hidden when it is %s', (_, written) => {
    expect(redactSecrets(`<${written}>`, ['pa/ssé'])).toBe('<***>');
  });

  test('is hidden in JSON, where quotes and backslashes are escaped', () => {
    const secret = 'a"b\\c"d';
    expect(redactSecrets(JSON.stringify({ secret }), [secret])).toBe('{"secret":"***"}');
  });

  test('an empty one hides nothing', () => {
    expect(redactSecrets('all of this', [''])).toBe('all of this');
  });

  test('a very short one is hidden only where a password stands', () => {
    const text = 'a table: postgres://a:a@a/a password=a "password":"a" PASSWORD: a';
    expect(redactSecrets(text, ['a'])).toBe(
      'a table: postgres://a:***@a/a password=*** "password":"***" PASSWORD: ***',
    );
  });

  test('the longer of two that overlap goes first', () => {
    expect(redactSecrets('secretive secret', ['secret', 'secretive'])).toBe('*** ***');
  });

  test('is never left over, whatever it is and whatever is around it', () => {
    fc.assert(
      fc.property(password(), fc.string(), fc.string(), (secret, before, after) => {
        for (const written of [
          secret,
          encodeURIComponent(secret),
          encodeURI(secret),
          JSON.stringify(secret).slice(1, -1),
        ]) {
          expect(redactSecrets(`${before}${written}${after}`, [secret])).not.toContain(written);
        }
      }),
    );
  });
});

/** At least four characters, none of which could be part of the stars. */
function password(): fc.Arbitrary<string> {
  return fc
    .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
    .filter((text) => text.trim() === text && !text.includes('*') && [...text].length >= 4);
}
