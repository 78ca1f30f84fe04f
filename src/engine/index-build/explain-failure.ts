import { countOf } from '../../model/count-of.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { sqlstateOf } from '../../session/database-error.ts';

/** How things stood when a build met copies for the last time. */
export interface Standing {
  /** What the last passes came to. */
  readonly outcome: Outcome;
  readonly fenced: boolean;
}

/** Says in the words of the rule why an index could not be built. */
export function explainFailure(
  error: unknown,
  build: IndexBuild,
  dedupe: PlannedDedupe | undefined,
  standing?: Standing,
): unknown {
  const table = tableLabel(build.table);
  const why = error instanceof Error ? { why: error.message } : {};
  switch (sqlstateOf(error)) {
    case '23505':
      if (dedupe && dedupe.agree.length > 0 && standing?.outcome.disagreeing !== 0) {
        return new MsgdbError('MSGDB_GROUP_DISAGREES', {
          what: `${build.name} could not be built: copies in ${table} differ in ${dedupe.agree.join(', ')}.`,
          cause: error,
        });
      }
      return explainCopies(error, build, standing);
    case '42P17':
      return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
        what: `${build.name} cannot be built: its expressions and predicate must be IMMUTABLE.`,
        ...why,
        fix: 'Use functions whose result depends on their arguments alone.',
        cause: error,
      });
    case '54000':
      return new MsgdbError('MSGDB_KEY_TOO_LONG', {
        what: `${build.name} could not be built: a new row of ${table} has a key that is too long for it.`,
        ...why,
        cause: error,
      });
    case '53100':
      return new MsgdbError('MSGDB_OUT_OF_RESOURCES', {
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

function explainCopies(error: unknown, build: IndexBuild, standing: Standing | undefined): MsgdbError {
  const table = tableLabel(build.table);
  const failed = `${build.name} could not be built:`;
  const why = error instanceof Error ? { why: error.message } : {};
  const { disagreeing = 0, unsettled = 0 } = standing?.outcome ?? {};
  if (disagreeing > 0) {
    return new MsgdbError('MSGDB_GROUP_DIFFERS', {
      what: `${failed} ${countOf(disagreeing, 'group of copies', 'groups of copies')} in ${table} ${disagreeing === 1 ? 'is' : 'are'} left alone, as the rows differ.`,
      cause: error,
    });
  }
  if (unsettled > 0) {
    return new MsgdbError('MSGDB_DUPLICATES_FOUND', {
      what: `${failed} rows of ${countOf(unsettled, 'group of copies', 'groups of copies')} in ${table} are changed all the time, and could not be removed.`,
      ...why,
      fix: 'Stop the writer that changes them and run the same command again, or run with --strategy locked.',
      cause: error,
    });
  }
  if (standing?.fenced) {
    return new MsgdbError('MSGDB_DUPLICATES_FOUND', {
      what: `${failed} copies came to ${table} in every round, in spite of the fence.`,
      why: 'The fence does not see all that REPEATABLE READ transactions, bulk writes and logical replication write.',
      fix: 'Stop the writer that makes them and run the same command again, or run with --strategy locked.',
      cause: error,
    });
  }
  return new MsgdbError('MSGDB_DUPLICATES_FOUND', {
    what: `${failed} ${table} still has copies, or new ones came while it was built.`,
    ...why,
    fix: 'Run the same command again, with --fence reject to keep copies out meanwhile, or with --strategy locked.',
    cause: error,
  });
}
