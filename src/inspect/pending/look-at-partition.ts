import { z } from 'zod';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { type PartitionedTable, readPartitionScheme } from '../../catalog/read-partition-scheme.ts';
import { readTable } from '../../catalog/read-table.ts';
import type { Ask, Demand, OtherPartition } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { PartitionBound, PartitionScheme } from '../../model/partition-bound.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { findOverlap, isTaken } from '../../sql/pending/partitions.ts';
import { readBoundText } from '../../sql/pending/read-bound.ts';
import { lookAtRows } from './look-at-rows.ts';
import { findingOn, type Seen } from './looked.ts';

type PartitionDemand = Demand & { readonly ask: Extract<Ask, { kind: 'partition' }> };

/** A partition whose bound is known. */
type Other = OtherPartition & { readonly bound: PartitionBound };

/** Does a new partition take rows that another one takes, and are there rows that it cannot have, or must? */
export async function lookAtPartition(db: Queryable, demand: PartitionDemand, samples: number): Promise<Seen> {
  const { bound, parent } = demand.ask;
  if (!parent) return { status: 'ok', detail: 'an earlier statement makes the table' };
  const found = await readPartitionScheme(db, parent);
  const label = tableLabel(parent);
  if (!found) return refuse(demand, '42P17', `${label} is not partitioned`, 'Name a partitioned table.');
  if (!found.scheme) return { status: 'unresolved', detail: `how ${label} is partitioned is not looked into` };
  if (bound.kind !== 'default' && bound.kind !== found.scheme.strategy) {
    const detail = `${label} is partitioned by ${found.scheme.strategy}, and the bound is one of a ${bound.kind}`;
    return refuse(demand, '42P16', detail, `Say which ${found.scheme.strategy} it takes.`);
  }
  const others = await othersOf(demand, found);
  const clash = await lookAtBounds(db, demand, found.scheme, others);
  if (clash) return demand.basis.kind === 'unresolved' ? { status: 'unresolved', detail: demand.basis.reason } : clash;
  return await lookAtPresentRows(db, demand, { parent, scheme: found.scheme, others }, samples);
}

async function othersOf({ ask }: PartitionDemand, { partitions }: PartitionedTable): Promise<readonly Other[]> {
  const others: Other[] = [];
  for (const { table, bound, ...each } of ask.others) {
    const text = table && partitions.find((one) => isSameTable(one.table, table))?.bound;
    const known = bound ?? (text === undefined ? undefined : await readBoundText(text));
    if (known) others.push({ ...each, table, bound: known });
  }
  return others;
}

async function lookAtBounds(
  db: Queryable,
  demand: PartitionDemand,
  { key }: PartitionScheme,
  others: readonly Other[],
): Promise<Seen | undefined> {
  const { bound } = demand.ask;
  for (const value of valuesOf(bound)) await parseExpression(value);
  const query = findOverlap(
    key,
    bound,
    others.map((each) => each.bound),
  );
  const [row] = await withSavepoint(db, async () => db.query(query)).catch((error: unknown) => {
    const code = error instanceof MsgdbError ? sqlstateOf(error) : undefined;
    if (code?.startsWith('22')) return [code];
    throw error;
  });
  if (typeof row === 'string') return refuse(demand, row, 'a value of the bound does not fit into the key', MEND);
  const { empty, overlap } = z.object({ empty: z.boolean(), overlap: z.number().nullable() }).parse(row);
  if (empty) return refuse(demand, '42P17', 'the range is empty: its end is not above its beginning', MEND);
  const other = overlap === null ? undefined : others[overlap];
  if (!other) return undefined;
  const detail =
    bound.kind === 'default' ? `${other.name} is the default partition already` : `it would overlap ${other.name}`;
  return refuse(demand, '42P17', detail, MEND);
}

const MEND = 'Change the bound, or detach the other partition first.';

interface Placed {
  readonly parent: TableName;
  readonly scheme: PartitionScheme;
  readonly others: readonly Other[];
}

/** Rows of the table that is attached must be taken; rows of the default partition must not. */
async function lookAtPresentRows(
  db: Queryable,
  demand: PartitionDemand,
  { parent, scheme: { key }, others }: Placed,
  samples: number,
): Promise<Seen> {
  const { bound, heir } = demand.ask;
  const taken = (each: PartitionBound): string => (each.kind === 'default' ? 'false' : isTaken(parent, key, each));
  const theirs = others.map((each) => taken(each.bound)).join(' or ');
  if (heir) {
    const violating = bound.kind === 'default' ? theirs || 'false' : `(${taken(bound)}) is not true`;
    const rule = bound.kind === 'default' ? 'another partition takes it' : 'the partition does not take it';
    const seen = await lookAt(db, demand, heir, { violating, rule, key }, samples);
    if (seen) return seen;
  }
  const spare = others.find((each) => each.bound.kind === 'default');
  if (spare && bound.kind !== 'default') {
    const rule = `the new partition takes it, in the default partition ${spare.name}`;
    const seen = await lookAt(db, demand, spare, { violating: taken(bound), rule, key }, samples);
    if (seen) return seen;
  }
  return { status: 'ok', detail: 'it takes no row that another partition takes' };
}

/** Undefined where no row stands in the way. */
async function lookAt(
  db: Queryable,
  demand: PartitionDemand,
  { table, basis, where, changed }: Omit<OtherPartition, 'name' | 'bound'>,
  { violating, rule, key }: { readonly violating: string; readonly rule: string } & Pick<PartitionScheme, 'key'>,
  samples: number,
): Promise<Seen | undefined> {
  if (basis.kind === 'holds') return undefined;
  if (basis.kind === 'unresolved' || !table) {
    return { status: 'unresolved', detail: 'reason' in basis ? basis.reason : 'nothing is known of its rows' };
  }
  const touched = changed.find((column) => key.some(({ text }) => text.includes(column)));
  if (touched !== undefined)
    return { status: 'unresolved', detail: `an earlier statement makes or changes ${table.name}.${touched}` };
  const condition = where === undefined ? violating : `(${where}) and (${violating})`;
  const ask = { kind: 'rows', as: 'partition', rule, violating: condition, sqlstate: '23514', heirs: true } as const;
  const seen = await lookAtRows(db, { ...demand, ask }, await readTable(db, table), samples);
  if (basis.kind === 'fewer' && seen.status === 'fails')
    return { status: 'unresolved', detail: `now ${seen.detail}; ${basis.reason}` };
  if (basis.kind === 'more' && seen.status === 'ok') return { status: 'unresolved', detail: basis.reason };
  return seen.status === 'ok' ? undefined : seen;
}

function valuesOf(bound: PartitionBound): readonly string[] {
  if (bound.kind === 'list') return bound.values;
  if (bound.kind !== 'range') return [];
  return [...bound.from, ...bound.to].flatMap((end) => (typeof end === 'string' ? [] : [end.value]));
}

function refuse(demand: Demand, sqlstate: string, detail: string, fix: string): Seen {
  const message = `The statement will fail (${sqlstate}): ${detail}.`;
  return { status: 'fails', detail, findings: [findingOn(demand, 'MSGDB_PENDING_REFUSED', message, { fix })] };
}
