import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';

test('the data of a caught error follow from its code', () => {
  const thrown: unknown = new MsgdbError('MSGDB_URL_INVALID', { what: 'Hm.', data: { source: 'DATABASE_URL' } });
  if (!(thrown instanceof MsgdbError)) throw new Error('it is one by its class');
  // @ts-expect-error Only those of this code have it.
  expect(thrown.data.source).toBe('DATABASE_URL');
  if (thrown.code !== 'MSGDB_URL_INVALID') throw new Error('it has its code');
  const source: string | undefined = thrown.data.source;
  expect(source).toBe('DATABASE_URL');
});

test('the compiler takes the data of the code alone', () => {
  const errors = [
    // @ts-expect-error No failure has it.
    new MsgdbError('MSGDB_URL_INVALID', { what: 'Hm.', data: { sorce: 'DATABASE_URL' } }),
    // @ts-expect-error Those of another code have it.
    new MsgdbError('MSGDB_URL_INVALID', { what: 'Hm.', data: { service: 'prod' } }),
    // @ts-expect-error It is a number.
    new MsgdbError('MSGDB_URL_INVALID', { what: 'Hm.', data: { line: '3' } }),
  ];
  expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('MSGDB_URL_INVALID'));
});

describe('an error of which more is found out', () => {
  const first = new MsgdbError('MSGDB_STOPPED', { what: 'It stopped.', fix: 'Mend it.', data: { rows: 2, line: 1 } });

  test('stays of its code, and keeps what nothing else is said of', () => {
    const more = first.with({ why: 'A trigger did it.', data: { line: 3, takenBack: true } });
    const { code, message, why, fix, data, exitCode } = more;
    expect({ code, message, why, fix, data, exitCode }).toEqual({
      code: 'MSGDB_STOPPED',
      message: 'It stopped.',
      why: 'A trigger did it.',
      fix: 'Mend it.',
      data: { rows: 2, line: 3, takenBack: true },
      exitCode: first.exitCode,
    });
    expect(more.cause).toBe(first);
    expect(first.data).toEqual({ rows: 2, line: 1 });
  });

  test('is shown by its one name', () => {
    expect([first.name, MsgdbError.name, inspect(first).split(':')[0]]).toEqual(Array(3).fill('MsgdbError'));
  });
});
