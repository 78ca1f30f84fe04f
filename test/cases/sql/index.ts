import { FINDING_CASES } from './finding-cases.ts';
import { HISTORY_CASES } from './history-cases.ts';
import { INDEX_CASES } from './index-cases.ts';
import { PENDING_CASES } from './pending-cases.ts';
import { REMOVING_CASES } from './removing-cases.ts';
import { SESSION_CASES } from './session-cases.ts';
import type { SqlCase } from './sql-case.ts';

/** Every maker of `src/sql` whose statements are sent, with values, its text's results and effects. */
export const SQL_CASES: readonly SqlCase[] = [
  ...FINDING_CASES,
  ...PENDING_CASES,
  ...REMOVING_CASES,
  ...HISTORY_CASES,
  ...INDEX_CASES,
  ...SESSION_CASES,
];
