import type { Build, Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { demandConstraint } from './demand-constraint.ts';
import { demandDomain } from './demand-domain.ts';
import { demandIndex } from './demand-index.ts';
import { demandInsert } from './demand-insert.ts';
import { demandName } from './demand-name.ts';
import { demandPartition } from './demand-partition.ts';
import { demandType } from './demand-type.ts';
import { followChange } from './follow-change.ts';
import { leaveOpen } from './follow-constraint.ts';
import { demandAct } from './objects/demand-act.ts';
import { type At, placeOf } from './place.ts';
import { beginWorld, findKnown, type Present, type World } from './world.ts';

/** What of the database the scripts are followed from. */
export interface Beginning extends Present {
  /** The statements that would add the constraints that are NOT VALID. */
  readonly notValid: readonly Change[];
}

/**
 * What the statements of pending scripts need to succeed. Tables and columns that an earlier one makes, renames or fills
 * are followed, so that each demand is in terms of the database as it is now.
 */
export function readDemands(scripts: readonly PendingScript[], { notValid, ...read }: Beginning): readonly Demand[] {
  const world = beginWorld(read);
  const { path } = read;
  for (const each of notValid) if (each.kind === 'add-constraint') leaveOpen(world, each);
  const demands: Demand[] = [];
  for (const script of scripts) {
    let begun: string | undefined;
    world.path = path;
    const own = ownTransaction(script);
    for (const statement of script.statements) {
      const at = {
        script,
        statement,
        // What an operation does has no line of its own.
        where: statement.line === 0 ? `in ${script.file}` : `at ${script.file}:${statement.line}`,
        inTransaction: begun !== undefined || own,
        transaction: begun ?? (own === false ? undefined : script.file),
      };
      for (const change of statement.changes) {
        if (change.kind === 'transaction') begun = change.state === 'begun' ? at.where : undefined;
      }
      demands.push(
        ...(script.applied
          ? statement.changes.flatMap((each) => demandsOfApplied(world, each, at))
          : follow(world, at)),
      );
    }
  }
  return demands;
}

/** Where PostgreSQL refuses a statement, or may, whatever the rows are, nothing else of it matters. */
function follow(world: World, at: At): readonly Demand[] {
  const refused: Demand[] = [];
  const demands: Demand[] = [];
  for (const change of at.statement.changes) {
    if (change.kind === 'object') {
      if (change.act.do === 'if-there' && !findKnown(world, change.act.table)) return refused;
      refused.push(...demandAct(world, change.act, at));
      continue;
    }
    demands.push(...demandsOf(world, change, at));
    followChange(world, change, at.where);
  }
  const first = refused.find(({ basis }) => basis.kind !== 'unresolved') ?? refused[0];
  return first ? [saidFirst(first, demands, at)] : demands;
}

/** Which of its reasons PostgreSQL gives. */
function saidFirst(refused: Demand, demands: readonly Demand[], { statement: { changes } }: At): Demand {
  const { ask } = refused;
  if (ask.kind !== 'refused') return refused;
  // A foreign key is added when the table is made; a query, of a view or of CREATE TABLE … AS, is read before.
  const queries = changes.some((each) =>
    each.kind === 'create-table' ? each.filled : each.kind === 'create-other' && each.what === 'view',
  );
  const taken = queries ? undefined : demands.find((each) => each.ask.kind === 'taken');
  if (ask.sqlstate === '42P01' && taken) return taken;
  const cast = demands.find((each) => each.ask.kind === 'cast');
  return ask.sqlstate === '0A000' && cast ? { ...refused, ask: { ...ask, first: cast } } : refused;
}

function ownTransaction({ transaction, statements }: PendingScript): Build['inTransaction'] {
  switch (transaction) {
    case 'one':
      return true;
    case 'none':
      return false;
    case 'message':
      return statements.length > 1;
    case 'by version':
      return statements.length > 1 && 'by version';
    case 'unknown':
      return 'unknown';
  }
}

/** What was run is asked of the tables as they are now called: neither names nor locks matter any more. */
function demandsOfApplied(world: World, change: Change, at: At): readonly Demand[] {
  return constraintsOf(change).flatMap((each) =>
    demandsOf(world, each, at).map((demand) => ({
      ...demand,
      index: undefined,
      build: { concurrently: false, inTransaction: 'unknown', blocks: 'nothing' } as const,
    })),
  );
}

function constraintsOf(change: Change): readonly Change[] {
  if (change.kind === 'build-index' || change.kind === 'add-constraint') return [change];
  if (change.kind !== 'add-column') return [];
  const { table, column } = change;
  return column.constraints.map((constraint) => ({
    kind: 'add-constraint',
    table,
    constraint,
    notValid: false,
    ifNotExists: false,
  }));
}

function demandsOf(world: World, change: Change, at: At): readonly Demand[] {
  switch (change.kind) {
    case 'build-index':
    case 'adopt-index':
    case 'drop-index':
      return demandIndex(world, change, at);
    case 'create-other':
    case 'rename-table':
    case 'rename-index':
    case 'rename-column':
      return demandName(world, change, at);
    case 'add-constraint':
    case 'add-column':
    case 'create-table': {
      const name = demandName(world, change, at);
      if (name.length > 0) return name;
      return [...demandPartitionOf(world, change, at), ...demandConstraint(world, change, at)];
    }
    case 'attach':
      return change.bound
        ? demandPartition(world, { parent: change.table, ...change, bound: change.bound }, 'attached', at)
        : [];
    case 'validate-constraint':
      return demandConstraint(world, change, at);
    case 'retype-column':
      return demandType(world, change, at);
    case 'insert':
      return demandInsert(world, change, at);
    case 'alter-domain':
      return [demandDomain(world, change, at)];
    case 'opaque':
      return change.asks ? [demandOpaque(change.what, at)] : [];
    default:
      return [];
  }
}

/** CREATE TABLE … PARTITION OF. */
function demandPartitionOf(world: World, change: Change, at: At): readonly Demand[] {
  if (change.kind !== 'create-table') return [];
  const [parent] = change.parents;
  if (!parent || !change.bound) return [];
  return demandPartition(world, { parent, heir: change.table, bound: change.bound }, 'made', at);
}

/** A constraint may be added by what is not looked into. */
function demandOpaque(what: string, at: At): Demand {
  return {
    ...placeOf(at, { schema: 'public', name: 'DO' }, undefined),
    computed: false,
    ask: { kind: 'index' },
    basis: { kind: 'unresolved', reason: `${what} may add a constraint or a unique index, and is not looked into` },
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
  };
}
