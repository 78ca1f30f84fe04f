import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import type { Census } from '../../model/facts.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Dedupe } from '../../model/plan.ts';
import type { GroupSample, TargetReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import { judgeIndexes } from '../../plan/judge-index.ts';
import { tableLabel } from '../../plan/names.ts';
import { indexBuild } from '../../plan/plan-unique-key.ts';
import { Refusals } from '../../plan/refusals.ts';
import { resolveDedupe } from '../../plan/resolve-dedupe.ts';
import { partLabel, resolveKey } from '../../plan/resolve-key.ts';
import { sampleGroups } from '../../sql/dedupe/find-groups.ts';
import { keyNames } from '../../sql/dedupe/keyed.ts';
import { sampleRows } from '../../sql/dedupe/sample-rows.ts';
import type { Inspected } from './make-plan.ts';

/** What is known of a rule's duplicates, with samples of the groups as they would be ranked. */
export async function describeTarget(
  db: Queryable,
  rule: UniqueKey,
  { facts, survey }: Pick<Inspected, 'facts' | 'survey'>,
  options: { readonly samples: number; readonly migration: string | undefined },
): Promise<TargetReport> {
  const refusals = new Refusals(tableLabel(facts.table.table));
  const key = resolveKey(rule, facts, refusals);
  // Removing may be refused for other reasons; looking needs the names alone.
  const dedupe = resolveDedupe({ ...rule, merge: {} }, key, facts, survey.census, new Refusals(''));
  refuseNames(refusals);
  const build = indexBuild(rule, key);
  return {
    table: tableLabel(facts.table.table),
    key: key.columns.map(partLabel),
    where: rule.where ?? null,
    index: judgeIndexes(build, facts).serving?.name ?? build.name,
    ...(options.migration === undefined ? {} : { migration: options.migration }),
    coveredRows: survey.census.covered,
    groups: survey.census.groups,
    excessRows: survey.census.excessRows,
    samples: survey.census.groups > 0 ? await readSamples(db, dedupe, survey.census, options.samples) : [],
  };
}

function refuseNames(refusals: Refusals): void {
  const [first] = refusals.all;
  if (first) throw new MsgdbError(first.code, { what: first.message, fix: first.fix });
}

const groupSchema = z.looseObject({
  copies: z.coerce.number(),
  tabs: z.array(z.coerce.string()),
  tids: z.array(z.string()),
});

async function readSamples(
  db: Queryable,
  dedupe: Dedupe,
  { suspects }: Census,
  limit: number,
): Promise<readonly GroupSample[]> {
  if (limit === 0) return [];
  const samples: GroupSample[] = [];
  for (const raw of await db.query(sampleGroups(dedupe.key, limit, suspects?.largest))) {
    const group = groupSchema.parse(raw);
    const places = group.tids.map((tid, place) => ({ tab: group.tabs[place] ?? '', tid }));
    const rows = (await db.query(sampleRows(dedupe, places))).map(asTexts);
    const names = keyNames(dedupe.key);
    const key = dedupe.key.columns.map((part, place) => [partLabel(part), textOf(group[names[place] ?? ''])] as const);
    samples.push(sampleOf(dedupe, Object.fromEntries(key), group.copies, rows));
  }
  return samples;
}

type TextRow = Readonly<Record<string, string | null>>;

function sampleOf(dedupe: Dedupe, key: TextRow, copies: number, rows: readonly TextRow[]): GroupSample {
  const inKey = new Set(dedupe.key.columns.map(partLabel));
  const { identity } = dedupe.image;
  const outside = dedupe.image.columns.map((column) => column.name).filter((name) => !inKey.has(name));
  const differs = outside.filter(
    (name) => !identity.includes(name) && rows.some((row) => row[name] !== rows[0]?.[name]),
  );
  const shown = [...identity, ...differs];
  return {
    key,
    copies,
    differs,
    rows: rows.map((row) => Object.fromEntries(shown.map((name) => [name, row[name] ?? null]))),
  };
}

function asTexts(row: Readonly<Record<string, unknown>>): TextRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
