import { MsgdbError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';

/** A report of a change that was not done in whole, as the error that its call is rejected with. */
export function errorOfReport(report: Report): MsgdbError {
  const wrong = report.findings.filter(({ level }) => level !== 'warning');
  const [first] = wrong;
  if (!first) return new MsgdbError('MSGDB_STOPPED', { what: `${report.summary}.`, report });
  const { code, fix, migration, table, data: { why, ...data } = {} } = first;
  return new MsgdbError(code, {
    what: wrong.map(({ message }) => message).join(' '),
    ...(why === undefined ? {} : { why }),
    fix: wrong.length === 1 ? fix : [...new Set(wrong.map((each) => each.fix))].join(' '),
    data: {
      ...data,
      ...(migration === undefined ? {} : { migration }),
      ...(table === undefined ? {} : { table }),
      ...(wrong.length > 1 ? { refusals: wrong } : {}),
    },
    report,
  });
}
