import type { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';

/** An error as one of a report's findings, where the report has more to say than the error. */
export function findingOfError(error: MsgdbError): Finding {
  const { migration, table, raised, sqlstate, statement } = error.data;
  return finding(error.code, error.message, {
    fix: error.fix,
    ...(typeof migration === 'string' ? { migration } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    // What a function of the database said: a redacted report hides it.
    data: {
      why: error.why,
      ...(Array.isArray(raised) ? { raised } : {}),
      ...(sqlstate ? { sqlstate, statement } : {}),
    },
  });
}
