import { z } from 'zod';
import type { Dedupe } from '../model/dedupe.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Census } from '../model/facts.ts';
import { COMPARED_COPIES, type GroupSample, SHOWN_COPIES } from '../model/group-sample.ts';
import type { Refusals } from '../model/refusals.ts';
import type { Queryable, Row } from '../model/statement.ts';
import { tableLabel } from '../model/table-label.ts';
import type { TargetReport } from '../model/target-report.ts';
import { partLabel } from '../resolve/resolve-key.ts';
import type { ResolvedRule } from '../resolve/resolve-rule.ts';
import { sampleGroups } from '../sql/dedupe/find-groups.ts';
import { keyNames } from '../sql/dedupe/keyed.ts';
import { sampleRows } from '../sql/dedupe/sample-rows.ts';
import type { Inspected } from './inspect-operation.ts';

/** The places of this many rows are looked up one by one; the rows of larger groups are found by their keys. */
const MOST_PLACES = 1000;

/** What is known of a rule's duplicates, with samples of the groups as they would be ranked. */
export async function describeTarget(
  db: Queryable,
  { facts, resolved, survey }: Inspected<ResolvedRule>,
  options: { readonly samples: number; readonly migration: string | undefined },
): Promise<TargetReport> {
  const { operation: rule, key, build, judgement, refusals } = resolved;
  const unranked = refusals.order.all.length > 0;
  const dedupe = unranked ? { ...resolved.dedupe, order: [] } : resolved.dedupe;
  // Removing may be refused for other reasons; looking needs the names alone.
  refuseNames(refusals.key);
  const samples = survey.census.groups > 0 ? await readSamples(db, dedupe, survey.census, options.samples) : [];
  return {
    table: tableLabel(facts.table.table),
    key: key.columns.map(partLabel),
    where: rule.where ?? null,
    index: judgement.serving?.name ?? build.name,
    ...(options.migration === undefined ? {} : { migration: options.migration }),
    coveredRows: survey.census.covered,
    groups: survey.census.groups,
    excessRows: survey.census.excessRows,
    samples: samples.map((sample) => (unranked ? { ...sample, unranked } : sample)),
  };
}

function refuseNames(refusals: Refusals): void {
  const [first] = refusals.all;
  if (!first) return;
  const why = first.code === 'MSGDB_USAGE' ? { why: 'A column counts once in a key: another one may be meant.' } : {};
  throw new MsgdbError(first.code, { what: first.message, ...why, fix: first.fix });
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
  const found = sampleGroups(
    dedupe.key,
    { groups: limit, mostPlaces: MOST_PLACES },
    { hashes: suspects?.largest, places: suspects?.rows?.places },
  );
  const groups = (await db.query(found)).map((raw) => groupSchema.parse(raw));
  if (groups.length === 0) return [];
  const sampled = groups.map(({ copies, tabs, tids }) => ({
    copies,
    places: tids.map((tid, place) => ({ tab: tabs[place] ?? '', tid })),
  }));
  const rows = await db.query(sampleRows(dedupe, sampled, { rows: SHOWN_COPIES, compared: COMPARED_COPIES }));
  const names = keyNames(dedupe.key);
  return groups.map((group, place) => {
    const key = dedupe.key.columns.map((part, at) => [partLabel(part), textOf(group[names[at] ?? ''])] as const);
    const ofGroup = rows.filter((row) => row.msgdb_group === place);
    return sampleOf(dedupe, Object.fromEntries(key), group.copies, ofGroup);
  });
}

type TextRow = Readonly<Record<string, string | null>>;

const differsSchema = z.object({ msgdb_differs: z.array(z.boolean()) });

function sampleOf(dedupe: Dedupe, key: TextRow, copies: number, found: readonly Row[]): GroupSample {
  const { identity } = dedupe.image;
  const [first] = found;
  const differing = first ? differsSchema.parse(first).msgdb_differs : [];
  const differs = dedupe.image.columns
    .filter(({ name }, place) => differing[place] && !identity.includes(name))
    .map(({ name }) => name);
  const shown = [...identity, ...differs];
  const rows = found.map(asTexts);
  return {
    key,
    copies,
    differs,
    rows: rows.map((row) => Object.fromEntries(shown.map((name) => [name, row[name] ?? null]))),
  };
}

function asTexts(row: Row): TextRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
