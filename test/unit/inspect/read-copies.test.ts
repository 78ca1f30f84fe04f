import { describe, expect, test } from 'vitest';
import { readCopies } from '../../../src/inspect/explain/read-copies.ts';
import type { Gap, GapCount, TimeColumn, WhyReport } from '../../../src/model/why.ts';

const created: TimeColumn = {
  column: 'created_at',
  type: 'timestamp with time zone',
  form: 'timestamptz',
  meaning: 'inserted',
  reason: '',
};

describe('the distance of most copies', () => {
  test.each<{ readonly gaps: Partial<Record<Gap, number>>; readonly says: RegExp }>([
    { gaps: { '10ms': 80, '1h': 20 }, says: /^Most copies arrive within 10 ms of each other.*handled twice at once/ },
    { gaps: { '10ms': 100 }, says: /^All copies arrive within 10 ms/ },
    { gaps: { '10ms': 30, '1s': 30, '1day': 40 }, says: /^Most copies arrive within a second of each other/ },
    { gaps: { '1min': 90, '1h': 10 }, says: /^Most copies arrive within a minute of each other.*sent again/ },
    { gaps: { '1min': 45, '1h': 45, '1s': 10 }, says: /^Most copies arrive within an hour of each other.*sent again/ },
    { gaps: { '30days': 90, '10ms': 10 }, says: /^Most copies arrive days after each other.*imported/ },
    { gaps: { '1day': 40, more: 40, '10ms': 20 }, says: /^Most copies arrive an hour to months after each other/ },
    { gaps: { '10ms': 35, '1h': 35, more: 30 }, says: /^No cause stands out/ },
  ])('of $gaps', ({ gaps, says }) => {
    expect(read({ gaps: gapsOf(gaps) })[0]).toMatch(says);
  });

  test('says nothing without a time column, or without a pair', () => {
    expect(read({ time: null, gaps: gapsOf({ '10ms': 5 }) })).toEqual([]);
    expect(read({ gaps: [] })).toEqual([]);
  });

  test('warns where the column is not the time of the insert', () => {
    const [first] = read({ time: { ...created, column: 'sent_at', meaning: 'event' }, gaps: gapsOf({ '10ms': 5 }) });
    expect(first).toContain('This is by sent_at, which may not be the time of the insert.');
  });
});

describe('the same time twice', () => {
  const same = (sameTransaction: number): readonly GapCount[] => [{ gap: 'same', pairs: 10, sameTransaction }];

  test('in one transaction is a batch, which is said once', () => {
    const sameTransaction = { groups: 10, transactions: 10, mostGroups: 1 };
    expect(read({ gaps: same(10), sameTransaction })).toEqual([
      expect.stringMatching(/^All copies have the same created_at and .* the same transaction/),
    ]);
  });

  test('in one transaction of many groups, or by a time that is not of the insert, gives no distance', () => {
    const unknown = [
      expect.stringMatching(/^All copies have the same created_at, so it is not known how far apart they arrived/),
    ];
    const sameTransaction = { groups: 30, transactions: 1, mostGroups: 30 };
    expect(read({ gaps: same(10), sameTransaction }).slice(0, 1)).toEqual(unknown);
    expect(read({ gaps: same(10), time: { ...created, meaning: 'event' } })).toEqual(unknown);
  });

  test('in different transactions came with the data', () => {
    expect(read({ gaps: same(0) })[0]).toMatch(/it came with the data, so it does not say how far apart/);
  });

  test('of a column stored to the second says nothing within one', () => {
    expect(read({ gaps: same(0), precision: 'second' })[0]).toContain('stored to the second');
  });
});

describe('one transaction', () => {
  test('that wrote copies of one group is said to insert twice', () => {
    const sameTransaction = { groups: 30, transactions: 30, mostGroups: 1 };
    expect(read({ sameTransaction })).toEqual([expect.stringMatching(/^In 30 of 100 groups one transaction wrote/)]);
  });

  test('that wrote copies of most of them is a bulk load, from which nothing follows', () => {
    const sameTransaction = { groups: 40, transactions: 3, mostGroups: 38 };
    expect(read({ sameTransaction })).toEqual([expect.stringMatching(/bulk load.*says nothing about how/)]);
  });
});

describe('growth', () => {
  const last = '2024-03-01T00:00:00.000Z';
  const at = (lastAgeSeconds: number | null, newestRow = last): Partial<WhyReport> => ({
    growth: { per: 'day', periods: [], last, lastAgeSeconds, newestRow },
  });

  test.each([
    [at(0), ['It continues: the last copy came 0 seconds ago.']],
    [at(184), ['It continues: the last copy came 3 minutes ago.']],
    [at(3_599), ['It continues: the last copy came 59 minutes ago.']],
    [at(7_200, '2024-03-01T01:59:00.000Z'), ['The last copy came 2 hours ago; rows without a copy have come since.']],
    [at(-60), [expect.stringContaining('lies in the future')]],
    [at(864_000), [expect.stringContaining('nothing says that it has stopped')]],
    [at(864_000, '2024-03-05T00:00:00.000Z'), ['The last copy came 10 days ago; rows without a copy have come since.']],
    // Without a time zone nobody knows how long ago that was.
    [at(null), []],
  ])('%j', (why, says) => {
    expect(read(why)).toEqual(says);
  });
});

test('a value with most of the copies looks like a placeholder', () => {
  expect(read({ largestGroup: 5_000 }, 6_000)).toEqual([expect.stringMatching(/^One key has 5,000 copies.*--where/)]);
  expect(read({ largestGroup: 5_000 }, 60_000)).toEqual([]);
  expect(read({ largestGroup: 3 }, 2)).toEqual([]);
});

test('a value that some copies lack is worth a merge', () => {
  const differs = [
    { column: 'body', groups: 90, filledOnce: 0 },
    { column: 'media_url', groups: 50, filledOnce: 50 },
    { column: 'note', groups: 1, filledOnce: 1 },
  ];
  expect(read({ differs })).toEqual([expect.stringContaining("`merge: { media_url: 'first-non-null' }`")]);
});

function gapsOf(pairs: Partial<Record<Gap, number>>): readonly GapCount[] {
  return Object.entries(pairs).map(([gap, count]) => ({ gap: gap as Gap, pairs: count, sameTransaction: 0 }));
}

function read(why: Partial<WhyReport>, excessRows = 100): readonly string[] {
  return readCopies(
    {
      groups: 100,
      sample: false,
      rows: 200,
      mostRowsOfGroup: 100,
      largestGroup: 2,
      sizes: [],
      time: created,
      precision: 'microsecond',
      rowsWithoutTime: 0,
      gaps: [],
      sameTransaction: { groups: 0, transactions: 0, mostGroups: 0 },
      differs: [],
      growth: null,
      ...why,
    },
    excessRows,
  );
}
