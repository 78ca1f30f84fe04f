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

/** What stands in the way of pending migrations. */
export const PENDING_CASES: readonly SqlCase[] = casesOf('pending/violations', [
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
