import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { DedupeReport } from '../../../src/model/report.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import type { TestDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { expectNoDebris } from './project.ts';

export const RULE = { table: 't', key: ['k'], keep: ['id'], limit: { share: 1 } } as const;

/** Four groups of two: (1, 2), (3, 4), (5, 6), (7, 8). */
export const FOUR_GROUPS = `
  create table t (id int primary key, k text, n int);
  insert into t select n, chr(96 + (n + 1) / 2), 0 from generate_series(1, 8) n`;

/** Writes a plan for a rule, and checks that nothing in the database was changed. */
export async function writePlan(
  db: TestDatabase,
  rule: UniqueKeyOptions,
): Promise<{ readonly file: string; readonly folder: string; readonly report: DedupeReport }> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-plan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'dedupe.plan');
  const before = await fingerprint(db.sql, { physical: true });
  const options = { rule: uniqueKey(rule), dryRun: true, yes: false, samples: 0, planOut: file };
  const report = await dedupe(await makeContext(db), options);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  return { file, folder, report };
}

/** Applies a plan file without asking. */
export async function apply(db: TestDatabase, file: string, overrides: ContextOverrides = {}): Promise<DedupeReport> {
  const report = await applyPlan(await makeContext(db, overrides), { file, dryRun: false, yes: true });
  await expectNoDebris(db.sql);
  return report;
}

/** Ids of the rows that a plan file lists as losers. */
export async function readLosers(file: string): Promise<readonly number[]> {
  return (await readFile(file, 'utf8')).split('\n').flatMap((line) => {
    const { rank, key } = line.startsWith('{"group"') ? JSON.parse(line) : { rank: 1, key: {} };
    return rank > 1 ? [Number(key.id)] : [];
  });
}
