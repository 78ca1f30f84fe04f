import { describe, expect, test } from 'vitest';
import { readParts, readWay, refuseDirectives } from '../../../src/sql/script-file/read-parts.ts';
import { errorOf } from '../config/errors.ts';

describe('directives of the header say how a script is run', () => {
  test.each<[string, object]>([
    ['-- msgdb:no-transaction\nselect 1;', { transaction: false }],
    [
      '-- msgdb:timeout 30m\n-- msgdb:lock-timeout 5s\nselect 1;',
      { transaction: true, timeout: '30m', lockTimeout: '5s' },
    ],
    ['-- Add it\r\n--msgdb:timeout 1.5h\r\nselect 1;\r\n', { transaction: true, timeout: '1.5h' }],
    [
      '/* -- msgdb:timeout 1s\n*/ -- a\n\n  -- msgdb: lock-timeout   0  \nselect 1;',
      { transaction: true, lockTimeout: '0' },
    ],
    ['\n\n-- MSGDB:timeout 1s\nselect 1;', { transaction: true, timeout: '1s' }],
    ['-- msgdb:timeout = 1s\n-- msgdb:lock-timeout=2s', { transaction: true, timeout: '1s', lockTimeout: '2s' }],
    ['-- msgdb:timeout 1s', { transaction: true, timeout: '1s' }],
    ["-- é\n-- msgdb:timeout 1s\nselect '\n-- msgdb:tiemout 1s\n';", { transaction: true, timeout: '1s' }],
    ['-- msgdb: what it is for\n-- msgdb runs it at night\nselect 1;', { transaction: true }],
    ['do $$\n-- msgdb:no-transaction\nbegin end $$;', { transaction: true }],
  ])('%j', async (text, way) => {
    expect((await readParts(text)).way).toEqual(way);
    expect(await readWay(text)).toEqual(way);
  });

  test('those above the first part of a file are for both parts, those within for their own', async () => {
    const file = [
      '-- msgdb:timeout 30m',
      '-- migrate:up transaction:false',
      '-- msgdb:lock-timeout 1s',
      'select 1;',
      '-- migrate:down',
      '-- msgdb:timeout 2m',
      'select 2;',
    ];
    expect(await readParts(file.join('\n'))).toMatchObject({
      way: { transaction: false, timeout: '30m', lockTimeout: '1s' },
      downWay: { transaction: false, timeout: '2m' },
    });
  });
});

describe('a directive that cannot be followed is refused by its line, with what was meant', () => {
  test.each<[string, number, RegExp, RegExp]>([
    ['-- msgdb:no-transation\nselect 1;', 1, /the directive "no-transation"/, /Write `-- msgdb:no-transaction`/],
    ['-- a\n-- msgdb:tiemout 30m\nselect 1;', 2, /the directive "tiemout"/, /Write `-- msgdb:timeout 30m`/],
    ['-- msgdb:lock_timeout 5s\nselect 1;', 1, /"lock_timeout"/, /Write `-- msgdb:lock-timeout 5s`/],
    ['-- msgdb:Timeout 5s\nselect 1;', 1, /"Timeout"/, /Write `-- msgdb:timeout 5s`/],
    ['-- msgdb:whatever\nselect 1;', 1, /"whatever"/, /Write one of them, or take the line out/],
    ['-- msgdb:\nselect 1;', 1, /the directive ""/, /Write one of them/],
    ['-- msgdb:timeout 30\nselect 1;', 1, /has "30" for timeout/, /Write 30s or 30ms/],
    ['-- msgdb:timeout soon\nselect 1;', 1, /has "soon" for timeout/, /a number and a unit/],
    ['-- msgdb:timeout 25d\nselect 1;', 1, /has "25d" for timeout/, /a number and a unit/],
    ['-- msgdb:lock-timeout\nselect 1;', 1, /says lock-timeout and not how long/, /`-- msgdb:lock-timeout 30s`/],
    ['-- msgdb:no-transaction true\nselect 1;', 1, /the value "true"/, /Write `-- msgdb:no-transaction`/],
    ['-- msgdb:timeout 1s\n-- msgdb:timeout 2s\nselect 1;', 2, /a second time/, /Keep one/],
    [
      'select 1;\n-- msgdb:timeout 1s\nselect 2;',
      2,
      /below the first statement/,
      /Move `-- msgdb:timeout 1s` above line 1/,
    ],
    ['-- msgdb timeout 30m\nselect 1;', 1, /reads like a directive/, /Write `-- msgdb:timeout 30m`/],
    ['-- msgdb-no-transaction\nselect 1;', 1, /reads like a directive/, /Write `-- msgdb:no-transaction`/],
    [
      '-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n-- msgdb:timeout 1s',
      5,
      /below the first statement/,
      /line 4/,
    ],
  ])('%j', async (text, line, message, fix) => {
    const error = await errorOf(() => readParts(text));
    expect(error).toMatchObject({ code: 'MSGDB_MIGRATION_INVALID', data: { line, column: 1 } });
    expect(error.message).toMatch(message);
    expect(error.fix).toMatch(fix);
    expect(error.data.excerpt).toMatch(/^LINE \d+: -- msgdb.*\n +\^$/);
  });

  test('in SQL of a file of code it is an option', async () => {
    const error = await errorOf(() => refuseDirectives('\n  -- msgdb:timeout 1s\n select 1'));
    expect(error).toMatchObject({ code: 'MSGDB_MIGRATION_INVALID', data: { line: 2 } });
    expect(error.fix).toMatch(/sql\(\{ up, transaction: false, timeout, lockTimeout \}\)/);
    await refuseDirectives("select '\n-- msgdb:timeout 1s\n'");
  });
});
