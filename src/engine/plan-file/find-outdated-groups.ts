import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { type LeftOut, NUMBERS_SHOWN } from '../../model/left-out.ts';
import { isSurvivor } from '../../model/plan-file.ts';
import type { Queryable } from '../../model/statement.ts';
import { stopIfInterrupted } from '../../session/interrupt.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { readFrom } from '../../sql/dedupe/keyed.ts';
import { closeMembers, fetchMembers, openMembers, type PlannedTable } from '../../sql/dedupe/plan-members.ts';
import { lookAtPlanned, reasonOfMissing } from '../../sql/dedupe/planned-groups.ts';
import { rankInBulk } from '../../sql/dedupe/ranked-members.ts';
import { type PlanFile, readMembers } from './read-plan-file.ts';
import { readPlannedTable } from './read-planned-table.ts';

/** What has become of the groups of a plan. */
export interface Outdated {
  readonly leftOut: readonly LeftOut[];
  /** Groups that are as the plan has them, and all their rows. */
  readonly current: { readonly groups: number; readonly rows: number };
}

type Reason = LeftOut['reason'];

const REASONS = ['changed', 'done', 'gone', 'gone or changed', 'regrouped'] as const satisfies readonly Reason[];

const rowSchema = z.object({
  grp: z.coerce.number(),
  rows: z.coerce.number(),
  gone: z.coerce.number(),
  changed: z.coerce.number(),
  open: z.coerce.number(),
});
const memberSchema = z.object({
  group: z.number(),
  rank: z.number(),
  row: z.string(),
  key: z.record(z.string(), z.unknown()),
});
const FETCHED = 2_000;

/** Which groups of a plan a run would leave out, by looking alone, in one moment. */
export async function findOutdatedGroups(
  workplace: Workplace,
  plan: PlanFile,
  place: number,
  dedupe: PlannedDedupe,
): Promise<Outdated> {
  return await readOnly(workplace, async (db) => {
    const table = await readPlannedTable(db, plan, dedupe);
    const reasons = await findChangedRows(workplace, db, table, readMembers(plan, place));
    const present = await readPresent(workplace, db, table);
    let [groups, rows] = [0, 0];
    for await (const each of digestGroups(readMembers(plan, place), dedupe)) {
      if (present.has(each.digest)) {
        groups += 1;
        rows += each.rows;
      } else reasons.set(each.group, { reason: reasons.get(each.group)?.reason ?? 'regrouped', rows: each.rows - 1 });
    }
    return {
      leftOut: REASONS.flatMap((reason) => describeReason(reason, reasons)),
      current: { groups, rows },
    };
  });
}

/** What has become of a group, and how many losers the plan has in it. */
interface Changed {
  readonly reason: Reason;
  readonly rows: number;
}

/** Groups of which a row is not there any more or has other contents. */
async function findChangedRows(
  { signal }: Workplace,
  db: Queryable,
  table: PlannedTable,
  members: AsyncIterable<readonly string[]>,
): Promise<Map<number, Changed>> {
  const found = new Map<number, Changed>();
  let last: z.output<typeof rowSchema> | undefined;
  const judge = (): void => {
    const reason = last && reasonOf(last, table);
    if (last && reason) found.set(last.grp, { reason, rows: last.rows - 1 });
  };
  for await (const lines of members) {
    stopIfInterrupted(signal);
    for (const raw of await db.query(lookAtPlanned(table, lines))) {
      const part = rowSchema.parse(raw);
      if (last?.grp === part.grp) last = join(last, part);
      else {
        judge();
        last = part;
      }
    }
  }
  judge();
  return found;
}

/** The lines of a group may be read in two parts. */
function join(a: z.output<typeof rowSchema>, b: z.output<typeof rowSchema>): z.output<typeof rowSchema> {
  return {
    grp: a.grp,
    rows: a.rows + b.rows,
    gone: a.gone + b.gone,
    changed: a.changed + b.changed,
    open: a.open + b.open,
  };
}

function reasonOf(
  { open, gone, changed }: z.output<typeof rowSchema>,
  { dedupe: { image } }: PlannedTable,
): Reason | undefined {
  if (open === 0) return 'done';
  if (gone > 0) return reasonOfMissing(image);
  return changed > 0 ? 'changed' : undefined;
}

/** Digests of the groups that a run would find now. */
async function readPresent(workplace: Workplace, db: Queryable, table: PlannedTable): Promise<ReadonlySet<string>> {
  await db.query(readFrom(table.dedupe.key));
  await db.query(rankInBulk());
  await db.query(openMembers(table));
  const present = new Set<string>();
  for await (const { digest } of digestGroups(fetchAll(workplace, db), table.dedupe)) present.add(digest);
  await db.query(closeMembers());
  return present;
}

async function* fetchAll({ signal }: Workplace, db: Queryable): AsyncGenerator<readonly string[]> {
  for (;;) {
    stopIfInterrupted(signal);
    const lines = (await db.query(fetchMembers(FETCHED))).map((row) => String(row.line));
    if (lines.length === 0) return;
    yield lines;
  }
}

interface GroupDigest {
  readonly group: number;
  readonly rows: number;
  /** Of its members' ranks and contents: 22 letters, so that a plan of millions of groups fits into memory. */
  readonly digest: string;
}

async function* digestGroups(
  chunks: AsyncIterable<readonly string[]>,
  { image }: Pick<PlannedDedupe, 'image'>,
): AsyncGenerator<GroupDigest> {
  let hash = createHash('sha256');
  let [group, rows] = [0, 0];
  const end = (): GroupDigest => ({ group, rows, digest: hash.digest('base64').slice(0, 22) });
  for await (const lines of chunks) {
    for (const line of lines) {
      const member = memberSchema.parse(JSON.parse(line));
      if (isSurvivor(line)) {
        if (rows > 0) yield end();
        hash = createHash('sha256');
        group = member.group;
        rows = 0;
      }
      rows += 1;
      // Contents include a primary key, which JSON has in the session's time zone; without one, the place counts.
      const at = image.identity.length > 0 ? '' : JSON.stringify(member.key);
      hash.update(`${member.rank} ${member.row} ${at}\n`);
    }
  }
  if (rows > 0) yield end();
}

function describeReason(reason: Reason, found: ReadonlyMap<number, Changed>): readonly LeftOut[] {
  const own = [...found].filter(([, each]) => each.reason === reason);
  if (own.length === 0) return [];
  const rows = own.reduce((sum, [, each]) => sum + each.rows, 0);
  return [{ reason, groups: own.length, rows, first: own.map(([group]) => group).slice(0, NUMBERS_SHOWN) }];
}
