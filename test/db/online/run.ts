import type postgres from 'postgres';
import { withRun } from '../../../src/engine/run/with-run.ts';
import { inspectRule } from '../../../src/inspect/inspect-operation.ts';
import type { Key, PlannedDedupe } from '../../../src/model/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { IndexBuild } from '../../../src/model/plan.ts';
import { runLimit } from '../../../src/plan/refusals/limit-losers.ts';
import type { Run } from '../../../src/session/workplace.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';

/** Works as a run does, with the run lock and the schema msgdb. */
export async function asRun<Result>(
  db: { readonly url: string },
  overrides: ContextOverrides,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const { database, settings, signal, emit, now } = await makeContext(db, overrides);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  return await withRun({ target: database.target, settings, signal, emit, now, command: 'test' }, async (run) => {
    await run.record.open(run);
    return await work(run);
  });
}

/** A rule's key and index, as its plan has them. */
export async function resolveRule(run: Run, rule: UniqueKeyOptions): Promise<{ key: Key; build: IndexBuild }> {
  const { resolved } = await inspectRule(run, uniqueKey(rule));
  return resolved;
}

/** A rule's groups and what becomes of them, as its plan has them. */
export async function resolveGroups(run: Run, rule: UniqueKeyOptions): Promise<PlannedDedupe> {
  const { resolved, facts, survey } = await inspectRule(run, uniqueKey(rule));
  const { operation, dedupe } = resolved;
  return { ...dedupe, limit: runLimit(operation.limit, dedupe, facts, survey.census) };
}

/** What a statement comes to: `ok`, or its SQLSTATE. */
export async function sqlstate(work: PromiseLike<unknown>): Promise<string> {
  return await work.then(
    () => 'ok',
    (error: { code?: string }) => String(error.code),
  );
}

/** The same of several statements, one after the other. */
export async function attempt(app: postgres.Sql, statements: readonly string[]): Promise<readonly string[]> {
  const results: string[] = [];
  for (const each of statements) results.push(await sqlstate(app.unsafe(each)));
  return results;
}
