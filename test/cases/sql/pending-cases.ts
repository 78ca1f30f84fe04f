import * as converted from '../../../src/sql/pending/converted.ts';
import * as inserted from '../../../src/sql/pending/inserted.ts';
import * as partitions from '../../../src/sql/pending/partitions.ts';
import * as violations from '../../../src/sql/pending/violations.ts';
import { casesOf, type SqlCase } from './sql-case.ts';

const T = { table: { schema: 'public', name: 't' }, partitioned: false };
const NULLS: violations.Violation = { ...T, condition: '"k" is null', identity: ['id'] };
/** `child` (10, 11, 12, 13, 14) has t_id 1, 2, 2, 3 and 6; as n it has 1, 1, 2, 1 and 3. */
const DANGLING: violations.Dangling = {
  table: { schema: 'public', name: 'child' },
  partitioned: false,
  values: [
    { name: 't_id', sql: '"t_id"' },
    { name: 'n', sql: 'n' },
  ],
  parent: T,
  referenced: ['id', 'k'],
  where: undefined,
  full: false,
  identity: ['id'],
};

const VIOLATIONS = casesOf('pending/violations', [
  { of: 'countViolations', sends: violations.countViolations(NULLS), gives: [{ rows: '1' }] },
  { of: 'sampleViolations', sends: violations.sampleViolations(NULLS, 3), gives: [{ id: '7' }] },
  {
    of: 'sampleViolations',
    what: 'of a table without a primary key',
    sends: violations.sampleViolations({ ...NULLS, identity: [] }, 3),
    gives: [{ ctid: '(0,7)' }],
  },
  { of: 'countDangling', sends: violations.countDangling(DANGLING), gives: [{ rows: '2' }] },
  {
    of: 'countDangling',
    what: 'of which one value is NULL, with MATCH FULL',
    sends: violations.countDangling({ ...DANGLING, full: true }),
    after: ['update child set n = null where id = 10'],
    gives: [{ rows: '3' }],
  },
  {
    of: 'sampleDangling',
    sends: violations.sampleDangling({ ...DANGLING, where: 'id < 13' }, 3),
    gives: [{ id: '12', t_id: '2', n: '2' }],
  },
]);

const CONVERTED = casesOf('pending/converted', [
  { of: 'convertAll', sends: converted.convertAll(T, 'k', 'text'), gives: [{ rows: '6' }] },
  { of: 'typeOfValue', sends: converted.typeOfValue(T, 'length(k::text)'), gives: [{ type: 'integer' }] },
]);

const ID: inserted.MetIndex = { rows: T, key: ['id'], predicate: 'id > 0', nullsNotDistinct: false };
const IDS = { columns: [{ name: 'id', type: 'integer' }] } as const;

const INSERTED = casesOf('pending/inserted', [
  {
    of: 'countCollisions',
    sends: inserted.countCollisions(ID, {
      ...IDS,
      written: { columns: ['id'], rows: [['90'], ['91'], ['90'], ['1'], ['-1']] },
      from: 1,
    }),
    gives: [{ rows: '2', first: 2 }],
  },
  {
    of: 'countCollisions',
    what: 'of a new table, where NULLs are not distinct, of a column that is not written',
    sends: inserted.countCollisions(
      { ...ID, rows: undefined, predicate: undefined, nullsNotDistinct: true },
      { ...IDS, written: { columns: ['k'], rows: [["'a'"], ["'b'"]] }, from: 0 },
    ),
    gives: [{ rows: '1', first: 1 }],
  },
  {
    of: 'countRefused',
    sends: inserted.countRefused('id is null', {
      ...IDS,
      written: { columns: ['id'], rows: [['null'], ['1'], ['null']] },
      from: 1,
    }),
    gives: [{ rows: '1', first: 2 }],
  },
  {
    of: 'countLost',
    sends: inserted.countLost(
      {
        rows: T,
        columns: ['id'],
        referenced: ['id'],
        written: { ...IDS, written: { columns: ['id'], rows: [['90']] } },
      },
      { ...IDS, written: { columns: ['id'], rows: [['1'], ['90'], ['91'], ['null']] }, from: 0 },
    ),
    gives: [{ rows: '1', first: 2 }],
  },
]);

const RANGE = (from: string, to: string) =>
  ({ kind: 'range', from: [{ value: from }, 'minvalue'], to: [{ value: to }, { value: "'m'" }] }) as const;

const PARTITIONS = casesOf('pending/partitions', [
  {
    of: 'findOverlap',
    sends: partitions.findOverlap(
      [
        { text: 'id', type: 'integer', collation: undefined },
        { text: 'k', type: 'text', collation: 'pg_catalog."C"' },
      ],
      RANGE('1', '5'),
      [RANGE('7', '9'), RANGE('4', '7')],
    ),
    gives: [{ empty: false, overlap: 1 }],
  },
  {
    of: 'findOverlap',
    what: 'of lists',
    sends: partitions.findOverlap(
      [{ text: 'id', type: 'integer', collation: undefined }],
      { kind: 'list', values: ['1', 'null'] },
      [
        { kind: 'list', values: ['2'] },
        { kind: 'list', values: ['null'] },
      ],
    ),
    gives: [{ empty: false, overlap: 1 }],
  },
]);

/** What stands in the way of pending migrations. */
export const PENDING_CASES: readonly SqlCase[] = [...VIOLATIONS, ...CONVERTED, ...INSERTED, ...PARTITIONS];
