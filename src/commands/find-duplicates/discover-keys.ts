import { readStatistics, type StatisticsScope } from '../../catalog/read-statistics.ts';
import { readTable } from '../../catalog/read-table.ts';
import { resolveTable } from '../../catalog/resolve-table.ts';
import { type Confirmation, confirmKey } from '../../inspect/discover/confirm-key.ts';
import { passOver } from '../../inspect/discover/pass-over.ts';
import { proposeKeys } from '../../inspect/discover/propose-keys.ts';
import { rankKey } from '../../inspect/discover/rank-keys.ts';
import { showCommand } from '../../inspect/discover/show-command.ts';
import { countOf } from '../../model/count-of.ts';
import type { Alike, Candidate, DiscoveredKey, Discovery, TableStatistics } from '../../model/discovery.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import type { FindDuplicatesReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { refuseTarget } from '../../resolve/refuse-target.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface DiscoverOptions {
  /** Look at this table only. */
  readonly table: string | undefined;
  /** Look at the tables of this schema only. */
  readonly schema: string | undefined;
  /** How long one statement of counting may take; 0 for as long as it does. */
  readonly timeLimitMs: number;
}

/** Each is a pass over a table. */
const MOST_COUNTED = 40;

/** Looks for columns that are unique, or nearly, without a unique index. It proposes and judges nothing. */
export async function discoverKeys(context: Context, options: DiscoverOptions): Promise<FindDuplicatesReport> {
  return await makeReport(context, async () => {
    return await connectToRead(context, 'find-duplicates', async (workplace) => {
      context.emit({ kind: 'step-started', title: 'reading the statistics' });
      const tables = await readTables(workplace, options);
      const passedOver = tables.flatMap((table) => passOver(table) ?? []);
      const seen = tables.filter((table) => passOver(table) === undefined);
      const { found, notCounted } = await confirmAll(workplace, seen.flatMap(proposeKeys), options.timeLimitMs);
      const candidates = found.flatMap((each) => describe(each, workplace.settings.schema) ?? []);
      candidates.sort((a, b) => b.points - a.points);
      const discovery = {
        tables: seen.length,
        candidates: candidates.map(({ key }) => key),
        ruledOut: found.length - candidates.length,
        notCounted,
        passedOver,
      };
      return {
        command: 'find-duplicates' as const,
        targets: [],
        discovery,
        ...conclude({
          findings: [],
          summary: summarize(discovery),
          next: discovery.candidates[0]?.next,
        }),
      };
    });
  });
}

async function readTables(workplace: Workplace, options: DiscoverOptions): Promise<readonly TableStatistics[]> {
  const tables = await readOnly(workplace, async (db) => {
    const scope: StatisticsScope =
      options.table === undefined
        ? { schema: options.schema, table: undefined }
        : await chooseTable(db, options.table, workplace.settings.schema);
    return await readStatistics(db, scope);
  });
  if (tables.length > 0) return tables;
  if (options.table !== undefined) {
    throw new MsgdbError('MSGDB_TABLE_REFUSED', {
      what: `${options.table} is a partition.`,
      why: 'A key is looked for in all rows of a partitioned table.',
      fix: 'Name the table that the partition belongs to.',
    });
  }
  if (options.schema === undefined) return [];
  throw new MsgdbError('MSGDB_TABLE_NOT_FOUND', {
    what: `There is no table in schema ${options.schema}.`,
    fix: 'Correct the name, or leave --schema out to look at all tables.',
  });
}

async function chooseTable(db: Queryable, wanted: string, defaultSchema: string): Promise<StatisticsScope> {
  const table = await resolveTable(db, wanted, defaultSchema);
  refuseTarget(await readTable(db, table));
  return { schema: table.schema, table: table.name };
}

interface Confirmed {
  readonly candidate: Candidate;
  readonly confirmation: Confirmation;
}

/** The likeliest first. A column comes before its pairs: where it is unique by itself, they say nothing new. */
async function confirmAll(
  workplace: Workplace,
  candidates: readonly Candidate[],
  timeLimitMs: number,
): Promise<{ readonly found: readonly Confirmed[]; readonly notCounted: number }> {
  const found: Confirmed[] = [];
  let counted = 0;
  let notCounted = 0;
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score)) {
    const single = found.find(({ candidate: each }) => isPartOf(each, candidate));
    if (single && excessOf(single) === 0) continue;
    if (counted >= MOST_COUNTED) {
      notCounted += 1;
      continue;
    }
    counted += 1;
    const label = `${tableLabel({ schema: candidate.schema, name: candidate.table })} (${candidate.key.join(', ')})`;
    workplace.emit({ kind: 'step-started', title: `counting ${label}` });
    const pair = { candidate, confirmation: await confirmKey(workplace, candidate, timeLimitMs) };
    // As many copies within the tenant as without it: the tenant makes no difference.
    if (single && (excessOf(pair) ?? 0) >= (excessOf(single) ?? Number.POSITIVE_INFINITY)) continue;
    found.push(pair);
  }
  return { found, notCounted };
}

function isPartOf(single: Candidate, pair: Candidate): boolean {
  return (
    single.key.length < pair.key.length &&
    single.schema === pair.schema &&
    single.table === pair.table &&
    single.key.every((name) => pair.key.includes(name))
  );
}

function excessOf({ confirmation }: Confirmed): number | undefined {
  return confirmation.kind === 'counted' ? confirmation.census.excessRows : undefined;
}

function describe(
  { candidate, confirmation }: Confirmed,
  defaultSchema: string,
): { readonly key: DiscoveredKey; readonly points: number } | undefined {
  const counted = confirmation.kind === 'counted' ? confirmation : undefined;
  const rank = rankKey(candidate, counted?.census);
  if (!rank) return undefined;
  const where = counted?.where ?? null;
  return {
    points: rank.points,
    key: {
      table: tableLabel({ schema: candidate.schema, name: candidate.table }),
      schema: candidate.schema,
      name: candidate.table,
      key: candidate.key,
      where,
      likelihood: rank.likelihood,
      reasons: [
        ...candidate.reasons,
        ...(where === null ? [] : [`'' stands for none: put where: "${where}" in the rule`]),
      ],
      counted: counted ? countsOf(counted.census) : null,
      unconfirmed: confirmation.kind === 'unconfirmed' ? confirmation.why : null,
      obstacle: obstacleOf(candidate, counted),
      next: nextFor(candidate, counted, defaultSchema),
    },
  };
}

type Counted = Extract<Confirmed['confirmation'], { readonly kind: 'counted' }>;

function countsOf({ covered, groups, excessRows }: Counted['census']): DiscoveredKey['counted'] {
  return { coveredRows: covered, groups, excessRows };
}

/** What is in the way of a unique index, besides duplicates. */
function obstacleOf(candidate: Candidate, counted: Counted | undefined): string | null {
  const missing = candidate.missingPartitionKey.join(', ');
  const obstacles = [
    ...(missing === '' ? [] : [`a unique index on the partitioned table needs its partition key, ${missing}, too`]),
    ...(counted?.alike ? [describeAlike(candidate, counted.alike)] : []),
  ];
  return obstacles.length === 0 ? null : obstacles.join('; ');
}

function nextFor(candidate: Candidate, counted: Counted | undefined, defaultSchema: string): string {
  const where = counted?.where ?? null;
  const excess = counted?.census.excessRows ?? 0;
  if (counted?.alike && excess === 0) {
    return showCommand({ ...candidate, key: keyAlike(candidate, counted.alike) }, 'count', { where, defaultSchema });
  }
  const step = !counted || candidate.missingPartitionKey.length > 0 ? 'count' : excess > 0 ? 'explain' : 'new';
  return showCommand(candidate, step, { where, defaultSchema });
}

function describeAlike({ identifier }: Candidate, { rows, but, expression }: Alike): string {
  const are = countOf(rows, 'row is', 'rows are');
  return `${are} a copy of another but for ${but}: a unique index on ${identifier} lets them in, one on ${expression} does not`;
}

function keyAlike({ key, identifier }: Candidate, { expression }: Alike): readonly KeyPart[] {
  return key.map((name) => (name === identifier ? { expression } : name));
}

function summarize({ candidates, tables, passedOver }: Discovery): string {
  const left = passedOver.length > 0 ? `; ${countOf(passedOver.length, 'table')} could not be looked at` : '';
  if (candidates.length === 0)
    return `no column of ${countOf(tables, 'table')} looks as if it lacked a unique index${left}`;
  const dirty = candidates.filter(({ counted }) => (counted?.excessRows ?? 0) > 0).length;
  const found = `${countOf(candidates.length, 'key')} of ${countOf(tables, 'table')} may lack a unique index`;
  return `${found}${dirty > 0 ? `, ${dirty} of them with duplicates` : ''}${left}`;
}
