import { expect, test } from 'vitest';
import { orderMigrations } from '../../../src/plan/order-migrations.ts';

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
