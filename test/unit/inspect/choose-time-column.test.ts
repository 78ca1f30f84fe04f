import { describe, expect, test } from 'vitest';
import { chooseTimeColumn, takeTimeColumn } from '../../../src/inspect/explain/choose-time-column.ts';
import type { TimeCandidate, TimeForm } from '../../../src/model/why.ts';

const NOW = 'now()';

describe('of several columns', () => {
  test.each<{ readonly columns: readonly TimeCandidate[]; readonly taken: string | undefined; readonly why: string }>([
    { columns: [time('updated_at', NOW), time('created_at', NOW)], taken: 'created_at', why: 'set at the insert' },
    { columns: [time('updatedAt', NOW), time('createdAt')], taken: 'createdAt', why: 'named so, without a default' },
    { columns: [time('sent_at'), time('received_at')], taken: 'received_at', why: 'an arrival before an event' },
    { columns: [time('sent_at'), time('stamp', NOW)], taken: 'stamp', why: 'a default of now() before an event' },
    { columns: [time('updated_at'), time('sent_at')], taken: 'sent_at', why: 'an event before what changes later' },
    {
      columns: [time('created_on', undefined, 'date'), time('createdAt')],
      taken: 'createdAt',
      why: 'finer than a day',
    },
    { columns: [time('last_seen_at'), time('deleted_at')], taken: 'last_seen_at', why: 'anything but an end' },
    { columns: [time('deleted_at'), time('expires_at')], taken: undefined, why: 'neither says when the row came' },
    { columns: [time('amount', undefined, 'epoch')], taken: undefined, why: 'a number is a time by its name only' },
    { columns: [time('messageTimestamp', undefined, 'epoch')], taken: 'messageTimestamp', why: 'the name says time' },
    { columns: [], taken: undefined, why: 'it has no column' },
  ])('takes $taken: $why', ({ columns, taken }) => {
    expect(chooseTimeColumn(columns, [])?.column).toBe(taken);
  });

  test('never one of the key, in which all copies are equal', () => {
    expect(chooseTimeColumn([time('created_at', NOW), time('updated_at')], ['created_at'])?.column).toBe('updated_at');
  });
});

test.each([
  [time('created_at', NOW), 'inserted', /default is now\(\)/],
  [time('created_at', 'CURRENT_TIMESTAMP'), 'inserted', /default is CURRENT_TIMESTAMP/],
  [time('stamp', 'clock_timestamp()'), 'inserted', /default is clock_timestamp\(\)/],
  [time('updated_at', NOW), 'updated', /changes later/],
  [time('sent_at'), 'event', /something happened/],
  [time('stamp'), 'unknown', /not known/],
] as const)('says of %o that it is %s', (candidate, meaning, reason) => {
  expect(chooseTimeColumn([candidate], [])).toMatchObject({ meaning, reason: expect.stringMatching(reason) });
});

test('a column that was named is taken whatever it is, and keeps its meaning', () => {
  expect(takeTimeColumn(time('deleted_at'))).toMatchObject({ column: 'deleted_at', reason: 'named by --by' });
  expect(takeTimeColumn(time('updated_at')).meaning).toBe('updated');
});

function time(column: string, expression?: string, form: TimeForm = 'timestamptz'): TimeCandidate {
  return { column, type: form, form, default: expression };
}
