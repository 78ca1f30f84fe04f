import type { KeyColumn } from '../../model/dedupe.ts';
import type { Ask, Basis, Demand } from '../../model/demand.ts';
import type { TableName } from '../../model/facts.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import type { ResolvedRelink } from '../../model/plan.ts';
import { readDemands } from '../../resolve/pending/read-demands.ts';
import { type ResolvedOperation, unresolved } from '../../resolve/resolve-operation.ts';
import type { Workplace } from '../../session/workplace.ts';
import { askAbout, askAboutIndex } from '../../sql/pending/ask-about.ts';
import { readStatements } from '../../sql/pending/read-changes.ts';
import { readBeginning } from '../pending/read-beginning.ts';

/** What comes before, in order, as it changes rows. */
export interface Followed {
  readonly workplace: Workplace;
  readonly before: readonly PendingScript[];
}

/** What an operation's rows are, in terms of the database as it is now. */
export interface FollowedRows {
  /** What the operation's table is called now; undefined where it is made by what comes before. */
  readonly origin: TableName | undefined;
  /** Of the key of a rule. */
  readonly ask: Extract<Ask, { kind: 'unique' }> | undefined;
  readonly basis: Basis;
}

const UNTOUCHED = { kind: 'holds', reason: 'it asks nothing of rows' } as const;

/** Follows what comes before, up to the rows that an operation will find. */
export async function followTo({ workplace, before }: Followed, operation: ResolvedOperation): Promise<FollowedRows> {
  if (unresolved(operation).length > 0) return { origin: undefined, ask: undefined, basis: UNTOUCHED };
  switch (operation.kind) {
    case 'unique-key':
    case 'index':
      return rowsOf(await demandOf(workplace, before, askAboutIndex(operation.build)));
    case 'drop-unique-key':
      return rowsOf(await demandOf(workplace, before, askAbout(operation.key.table, operation.key.columns)));
    case 'relink': {
      const { relink } = operation;
      if (!relink) return { origin: undefined, ask: undefined, basis: UNTOUCHED };
      return await followRelink(workplace, before, relink);
    }
  }
}

/** Both tables, and each column, have to be as they are. */
async function followRelink(
  workplace: Workplace,
  before: readonly PendingScript[],
  { child, column, parent, referenced, match }: ResolvedRelink,
): Promise<FollowedRows> {
  const sides = [
    { table: child.table, columns: [column, ...match.map((each) => each.child)] },
    { table: parent.table, columns: [referenced, ...match.map((each) => each.parent)] },
  ];
  let own: FollowedRows | undefined;
  for (const { table, columns } of sides) {
    const parts: readonly KeyColumn[] = columns.map((each) => ({ column: each }));
    const rows = rowsOf(await demandOf(workplace, before, askAbout(table, parts)));
    own ??= rows;
    const { basis } = rows;
    if (basis.kind !== 'rows') return { ...own, basis: basis.kind === 'unresolved' ? basis : unclear(reasonOf(basis)) };
    const changed = columns.find((each, place) => rows.ask?.key[place] !== each);
    if (changed !== undefined)
      return { ...own, basis: unclear(`${changed} of ${table.name} is made or changed before`) };
  }
  return own ?? { origin: undefined, ask: undefined, basis: UNTOUCHED };
}

function unclear(reason: string): Basis {
  return { kind: 'unresolved', reason };
}

function reasonOf(basis: Exclude<Basis, { kind: 'rows' }>): string {
  return basis.reason;
}

async function demandOf(
  workplace: Workplace,
  before: readonly PendingScript[],
  statement: string,
): Promise<Demand | undefined> {
  const asked: PendingScript = {
    migration: '',
    file: '',
    transaction: 'none',
    applied: false,
    statements: await readStatements(statement),
  };
  const scripts = [...before, asked];
  const demands = readDemands(scripts, await readBeginning(workplace, scripts));
  return demands.filter(({ migration }) => migration === '').at(-1);
}

function rowsOf(demand: Demand | undefined): FollowedRows {
  if (!demand) return { origin: undefined, ask: undefined, basis: unclear('nothing is known of its rows') };
  const { origin, ask, basis } = demand;
  return { origin, ask: ask.kind === 'unique' ? ask : undefined, basis };
}
