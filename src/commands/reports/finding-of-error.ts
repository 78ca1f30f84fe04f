import type { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';

/** An error as a report's findings: each reason for which a plan was refused is one of its own; warnings of what was done come last. */
export function findingsOfError(error: MsgdbError): readonly Finding[] {
  const { migration, refusals = [], warnings = [] } = error.data;
  if (refusals.length === 0) return [findingOfError(error), ...warnings];
  return [...refusals.map((each) => ({ ...(migration === undefined ? {} : { migration }), ...each })), ...warnings];
}

/** An error as one of a report's findings, where the report has more to say than the error. */
export function findingOfError(error: MsgdbError): Finding {
  const { migration, table, raised, sqlstate, statement, file, line, column, excerpt, queryExcerpt } = error.data;
  return finding(error.code, error.message, {
    fix: error.fix,
    ...(migration === undefined ? {} : { migration }),
    ...(table === undefined ? {} : { table }),
    // What a function of the database said: a redacted report hides it.
    data: {
      why: error.why,
      ...(raised === undefined ? {} : { raised }),
      ...(sqlstate ? { sqlstate, statement } : {}),
      ...(file === undefined ? {} : { file }),
      ...(excerpt === undefined ? {} : { line, column, excerpt }),
      ...(queryExcerpt === undefined ? {} : { queryExcerpt }),
    },
  });
}
