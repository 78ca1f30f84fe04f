import { expect, test } from 'vitest';
import { orderMigrations } from '../../../src/plan/order-migrations.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';

const FILES = ['0001-a', '0002-b', '0003-c'].map((name) => ({ name, checksum: 'x' }));
type State = 'running' | 'done' | 'failed' | 'rolled back';
type Row = readonly [name: string, state: State, checksum?: string];

test.each<[what: string, history: readonly Row[], to: string | undefined, allow: boolean, order: object]>([
  ['an empty history', [], undefined, false, { pending: ['0001-a', '0002-b', '0003-c'], later: [], refusals: [] }],
  [
    'all but the last',
    [
      ['0001-a', 'done'],
      ['0002-b', 'done'],
    ],
    undefined,
    false,
    { pending: ['0003-c'], later: [], refusals: [] },
  ],
  ['up to a name', [], '0002-b', false, { pending: ['0001-a', '0002-b'], later: ['0003-c'], refusals: [] }],
  [
    'one that failed is tried again',
    [
      ['0001-a', 'failed'],
      ['0002-b', 'done'],
    ],
    undefined,
    false,
    { pending: ['0001-a', '0003-c'], later: [], refusals: [] },
  ],
  [
    'one that was rolled back is pending',
    [
      ['0001-a', 'done'],
      ['0002-b', 'rolled back'],
      ['0003-c', 'done'],
    ],
    undefined,
    false,
    { pending: ['0002-b'], later: [], refusals: [] },
  ],
  [
    'a new one before an applied one',
    [['0002-b', 'done']],
    undefined,
    false,
    { pending: ['0001-a', '0003-c'], later: [], refusals: ['MSGDB_OUT_OF_ORDER 0001-a'] },
  ],
  [
    'the same, allowed',
    [['0002-b', 'done']],
    undefined,
    true,
    { pending: ['0001-a', '0003-c'], later: [], refusals: [] },
  ],
  [
    'an edited one',
    [['0001-a', 'done', 'y']],
    undefined,
    false,
    { pending: ['0002-b', '0003-c'], later: [], refusals: ['MSGDB_MIGRATION_EDITED 0001-a'] },
  ],
  [
    'one that failed may be edited',
    [['0001-a', 'failed', 'y']],
    undefined,
    false,
    { pending: ['0001-a', '0002-b', '0003-c'], later: [], refusals: [] },
  ],
  [
    'one whose file is gone',
    [
      ['0000-z', 'done'],
      ['0001-a', 'done'],
    ],
    undefined,
    false,
    { pending: ['0002-b', '0003-c'], later: [], refusals: ['MSGDB_MIGRATION_MISSING 0000-z'] },
  ],
])('%s', (_, history, to, allowOutOfOrder, order) => {
  const rows = history.map(([name, state, checksum = 'x']) => ({ name, state, checksum }));
  const { refusals, ...rest } = orderMigrations(FILES, rows, { to, allowOutOfOrder });
  expect({ ...rest, refusals: refusals.map(({ code, migration }) => `${code} ${migration}`) }).toEqual(order);
});

test.each<
  [
    what: string,
    history: readonly Row[],
    to: string | undefined,
    pending: readonly string[],
    refused: readonly Refused[],
  ]
>([
  ['to the last', [], '0003-c', ['0001-a', '0002-b', '0003-c'], []],
  ['to one that is applied', [['0001-a', 'done']], '0001-a', [], []],
  [
    'to one before a late one',
    [['0003-c', 'done']],
    '0001-a',
    ['0001-a'],
    [['MSGDB_OUT_OF_ORDER', '0001-a sorts before 0003-c']],
  ],
  [
    'a late one that was begun is continued',
    [
      ['0001-a', 'running'],
      ['0002-b', 'done'],
    ],
    undefined,
    ['0001-a', '0003-c'],
    [],
  ],
  [
    'one whose file is gone, and was never applied',
    [
      ['0000-z', 'failed'],
      ['0000-y', 'rolled back'],
    ],
    undefined,
    ['0001-a', '0002-b', '0003-c'],
    [],
  ],
  [
    'reasons are collected',
    [
      ['0000-z', 'done'],
      ['0002-b', 'done', 'y'],
    ],
    undefined,
    ['0001-a', '0003-c'],
    [
      ['MSGDB_MIGRATION_EDITED', '0002-b was edited after it was applied.', 'msgdb repair 0002-b'],
      ['MSGDB_MIGRATION_MISSING', '0000-z was applied, but its file is missing.'],
      ['MSGDB_OUT_OF_ORDER', '0001-a sorts before 0002-b, which has been applied.'],
    ],
  ],
])('%s', (_, history, to, pending, refused) => {
  const rows = history.map(([name, state, checksum = 'x']) => ({ name, state, checksum }));
  const order = orderMigrations(FILES, rows, { to, allowOutOfOrder: false });
  expect(order.pending).toEqual(pending);
  expectRefusals(order.refusals, refused);
});
