import fc from 'fast-check';
import { expect, test } from 'vitest';
import { preflight } from '../../src/commands/preflight/preflight.ts';
import type { PreflightReport } from '../../src/model/report.ts';
import { makeContext } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { seedOfRun } from '../support/form.ts';
import { type PendingCase, pendingArbitrary } from './pending.ts';

const db = useDatabase();
/** The same scripts each time, unless TEST_CASES asks for more: those are drawn from the seed of the run. */
const SEED = process.env.TEST_CASES ? seedOfRun() : 1;
/** A case costs a schema, a look and a run: a quarter of a second. */
const CASES = Number(process.env.TEST_CASES ?? 25);
/** How many in a hundred of the statements that were run may be left open. */
const OPEN = 10;

test('preflight says of a script what PostgreSQL does: it fails where it is said to, with that SQLSTATE, or passes', {
  timeout: 3_600_000,
}, async () => {
  let ran = 0;
  let open = 0;
  await fc.assert(
    fc.asyncProperty(pendingArbitrary, async (each) => {
      await db.sql.unsafe(`drop schema public cascade; create schema public; ${each.schema}`).simple();
      const report = await preflight(await makeContext(db), {
        paths: [],
        input: each.script.map((line) => `${line};`).join('\n'),
        all: false,
        samples: 0,
        strict: false,
      });
      const failure = await run(each);
      expect(judge(each, report, failure)).toBeUndefined();
      const last = failure?.line ?? each.script.length;
      ran += last;
      open += report.statements.filter(({ status, line }) => status === 'unresolved' && line <= last).length;
    }),
    { seed: SEED, numRuns: CASES },
  );
  expect((open * 100) / ran, `${open} of ${ran} statements are left open`).toBeLessThan(OPEN);
});

interface Failure {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Runs the script in a transaction that is undone. */
async function run({ script }: PendingCase): Promise<Failure | undefined> {
  await db.sql.unsafe('begin');
  try {
    for (const [place, line] of script.entries()) {
      try {
        await db.sql.unsafe(line);
      } catch (error) {
        const { code, message } = error as { readonly code: string; readonly message: string };
        return { line: place + 1, code, message };
      }
    }
    return undefined;
  } finally {
    await db.sql.unsafe('rollback');
  }
}

/** What is wrong with a report; undefined where nothing is. What comes after the first failure is not run. */
function judge({ script }: PendingCase, report: PreflightReport, failure: Failure | undefined): string | undefined {
  const last = failure?.line ?? script.length + 1;
  const early = report.statements.find(({ status, line }) => status === 'fails' && line < last);
  // IF NOT EXISTS passes over another index of that name: nothing fails, and the index that is asked for is not there.
  if (early && !/^create (?:unique )?index if not exists/.test(early.statement))
    return `${early.statement} is said to fail, and does not: ${early.detail}`;
  if (!failure) return undefined;
  const said = report.statements.filter(({ line }) => line === failure.line);
  const statement = script[failure.line - 1] ?? '';
  if (said.some(({ status }) => status === 'unresolved')) return undefined;
  if (!said.some(({ status }) => status === 'fails')) {
    // Of an INSERT it is said what the rows of the table ask; of other rows that are written, and of defaults, nothing.
    if (said.length === 0 && /^(?:insert|update|delete|truncate|alter table \w+ alter \w+ set default)/.test(statement))
      return undefined;
    return `${statement} fails (${failure.code} ${failure.message}), and it is said to be ${said[0]?.status ?? 'none of its business'}`;
  }
  const codes = report.findings
    .filter(({ data }) => data?.line === failure.line)
    .flatMap(({ message }) => /\((\w{5})\)/.exec(message)?.[1] ?? []);
  return codes.length === 0 || codes.includes(failure.code)
    ? undefined
    : `${statement} fails with ${failure.code} (${failure.message}), and it is said to fail with ${codes.join(', ')}`;
}
