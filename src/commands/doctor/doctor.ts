import { diagnose } from '../../inspect/verify/diagnose.ts';
import { CODES } from '../../model/codes.ts';
import { countOf } from '../../model/count-of.ts';
import { finding } from '../../model/finding.ts';
import type { Check, VerifyReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { summarizeChecks } from '../reports/summarize-checks.ts';

/** Looks at the server and at what runs have left, and says what would be in the way of a migration. */
export async function doctor(context: Context): Promise<VerifyReport> {
  return await makeReport(context, async () => {
    const verdicts = await connectToRead(context, 'doctor', diagnose);
    const checks = verdicts.map(
      ({ name, upsert: _, fix: __, ...rest }): Check => ({ id: `doctor/${name}`, migration: null, ...rest }),
    );
    const findings = verdicts.flatMap(({ status, code, title, detail, fix, table }) =>
      status === 'failed' && code !== null
        ? [
            finding(code, `${title}: ${detail}.`, {
              fix: fix ?? CODES[code].fix,
              ...(table === null ? {} : { table }),
            }),
          ]
        : [],
    );
    return {
      command: 'doctor',
      checks,
      upserts: [],
      ...conclude({
        findings,
        summary:
          findings.length === 0
            ? summarizeChecks(checks, () => 'nothing in the way')
            : `${countOf(findings.length, 'thing')} to look after`,
      }),
    };
  });
}
