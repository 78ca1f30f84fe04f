import type postgres from 'postgres';
import { withRun } from '../../../src/engine/run/with-run.ts';
import { inspectOperation } from '../../../src/inspect/inspect-operation.ts';
import type { Dedupe, Key } from '../../../src/model/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { IndexBuild } from '../../../src/model/plan.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { indexBuild } from '../../../src/resolve/index-build.ts';
import { resolveDedupe } from '../../../src/resolve/resolve-dedupe.ts';
import { resolveKey } from '../../../src/resolve/resolve-key.ts';
import type { Run } from '../../../src/session/workplace.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';

/** Works as a run does, with the run lock and the schema msgdb. */
export async function asRun<Result>(
  db: { readonly url: string },
  overrides: ContextOverrides,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const { database, settings, signal, emit } = await makeContext(db, overrides);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  return await withRun({ target: database.target, settings, signal, emit, command: 'test' }, async (run) => {
    await run.open();
    return await work(run);
  });
}

/** A rule's key and index, as its plan has them. */
export async function resolveRule(run: Run, rule: UniqueKeyOptions): Promise<{ key: Key; build: IndexBuild }> {
  const operation = uniqueKey(rule);
  const { facts } = await inspectOperation(run, operation);
  const key = resolveKey(operation, facts, new Refusals(''));
  return { key, build: indexBuild(operation, key) };
}

/** A rule's groups and what becomes of them, as its plan has them. */
export async function resolveGroups(run: Run, rule: UniqueKeyOptions): Promise<Dedupe> {
  const operation = uniqueKey(rule);
  const { facts, survey } = await inspectOperation(run, operation);
  const refusals = new Refusals('');
  return resolveDedupe(operation, resolveKey(operation, facts, refusals), facts, survey.census, refusals);
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
