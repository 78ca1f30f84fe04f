import { MsgdbError } from '../../model/errors.ts';
import type { Dedupe, IndexBuild } from '../../model/plan.ts';
import { tableLabel } from '../../plan/names.ts';
import { sqlstateOf } from '../session/database-error.ts';

/** Says in the words of the rule why an index could not be built. */
export function explainFailure(error: unknown, build: IndexBuild, dedupe: Dedupe | undefined): unknown {
  const table = tableLabel(build.table);
  const why = error instanceof Error ? { why: error.message } : {};
  switch (sqlstateOf(error)) {
    case '23505':
      if (dedupe && dedupe.agree.length > 0) {
        return new MsgdbError('MSGDB_GROUP_DISAGREES', {
          what: `${build.name} could not be built: copies in ${table} differ in ${dedupe.agree.join(', ')}.`,
          cause: error,
        });
      }
      return new MsgdbError('MSGDB_DUPLICATES_FOUND', {
        what: `${build.name} could not be built: ${table} still has copies, or new ones came while it was built.`,
        ...why,
        fix: 'Run the same command again, with --fence reject to keep copies out meanwhile, or with --strategy locked.',
        cause: error,
      });
    case '42P17':
      return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
        what: `${build.name} cannot be built: its expressions and predicate must be IMMUTABLE.`,
        ...why,
        fix: 'Use functions whose result depends on their arguments alone.',
        cause: error,
      });
    case '53100':
      return new MsgdbError('MSGDB_DATABASE_ERROR', {
        what: `${build.name} could not be built: the disk of the server is full.`,
        ...why,
        fix: 'Make room there (the index takes about as much as its columns do), then run the same command again.',
        data: { sqlstate: '53100' },
        cause: error,
      });
    default:
      return error;
  }
}
