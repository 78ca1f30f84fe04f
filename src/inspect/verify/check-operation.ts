import { concernsOneRule } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Queryable } from '../../model/statement.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { checkDropped } from './check-dropped.ts';
import { checkExpectedIndex } from './check-expected-index.ts';
import { checkIndex } from './check-index.ts';
import { checkRelink } from './check-relink.ts';
import { type CheckOptions, checkUniqueKey } from './check-unique-key.ts';
import { failed, type Verdict } from './verdict.ts';

/** Checks in the database whether what an operation declares is true. Nothing is changed. */
export async function checkOperation(
  workplace: Workplace,
  operation: Operation,
  options: CheckOptions = {},
): Promise<readonly Verdict[]> {
  try {
    return await readOnly(workplace, async (db) => check(db, workplace, operation, options));
  } catch (error) {
    // A table or column that is not there fails its own checks, not those of the other rules.
    if (!(error instanceof MsgdbError) || !concernsOneRule(error.code)) throw error;
    const { code, message, fix } = error;
    const common = { name: 'names', table: tableOf(operation), title: 'names' };
    return [{ ...failed(common, code, message.replace(/\.$/, '')), fix }];
  }
}

async function check(
  db: Queryable,
  workplace: Workplace,
  operation: Operation,
  options: CheckOptions,
): Promise<readonly Verdict[]> {
  switch (operation.kind) {
    case 'unique-key':
      return await checkUniqueKey(db, workplace, operation, options);
    case 'drop-unique-key':
      return await checkDropped(db, workplace, operation);
    case 'index':
      return await checkIndex(db, workplace, operation);
    case 'relink':
      return await checkRelink(db, workplace, operation);
    case 'expect-index':
      return await checkExpectedIndex(db, operation);
    case 'sql':
      return [];
  }
}

function tableOf(operation: Operation): string | null {
  return 'table' in operation ? operation.table : null;
}
