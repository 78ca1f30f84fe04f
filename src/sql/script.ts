import type { TableImage } from '../model/dedupe.ts';
import type { DroppedObject, RowEntry } from '../model/ledger.ts';
import type { Step } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { isSameTable } from '../model/table-name.ts';
import { dedupeInScript, scripted } from './dedupe-script.ts';
import { createArchive, dropEmptyEntries, type Origin, openEntry, scriptChecksum } from './history-schema.ts';
import {
  attachConstraint,
  createIndex,
  createIndexConcurrently,
  dropConstraint,
  dropIndex,
  dropIndexConcurrently,
  lockTable,
  recreate,
  reindex,
} from './index-ddl.ts';
import { createPartitioned } from './partitioned-index.ts';
import { relinkRows } from './relink.ts';
import { restoreInScript } from './restore-script.ts';
import { limitTime, RESTORE_SESSION } from './script-frame.ts';
import { setLimits } from './script-limits.ts';
import { CHECK_DEFERRED } from './transaction.ts';
import { userSql } from './user-sql.ts';

/** Begins a step's own transaction. A script says more at this place (`openTransaction`). */
export const BEGIN = statement('begin');
export const COMMIT = statement('commit');
export const ROLLBACK = statement('rollback');

/** The statements of a step, as the engine sends them, with dedupe as one batch. */
export function statementsOf(step: Step, origin: Origin): readonly Statement[] {
  switch (step.kind) {
    case 'transaction':
      return inTransaction(stepsInside(step, origin));
    case 'dedupe':
      return inTransaction(dedupeInScript(step, origin));
    case 'build-index':
      return [openEntry(origin, 'built-index', { table: step.build.table, index: step.build.name }), ...build(step)];
    case 'index-references':
      return [...recordKept(step, origin), ...build({ ...step, concurrently: true })];
    case 'accept-index':
      return [openEntry(origin, 'accepted-index', { table: step.of, index: step.index, definition: step.definition })];
    case 'attach-constraint':
      return [
        attachConstraint(step.of, step.index),
        openEntry(origin, 'attached-constraint', { table: step.of, constraint: step.index }),
      ];
    case 'drop-constraint':
      return [...recordDropped(step.restore, origin), dropConstraint(step.of, step.constraint)];
    case 'drop-index':
      return [
        ...recordDropped(step.restore, origin),
        step.concurrently ? dropIndexConcurrently(step.index) : dropIndex(step.index),
      ];
    case 'rebuild-index':
      return [reindex(step.index)];
    case 'recreate':
      return recreate(step.dropped);
    case 'relink':
      return inTransaction(relinkAll(step, origin));
    case 'sql':
      return runScript(step, origin);
    case 'restore-rows':
      return inTransaction(step.entries.flatMap((entry) => restoreEntry(entry, step.images)));
  }
}

type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;

function stepsInside({ steps, lockTable: table, within }: StepOf<'transaction'>, origin: Origin): readonly Statement[] {
  const inner = steps.flatMap((each) => [...withoutTransaction(each, origin), CHECK_DEFERRED]);
  return [...(table ? [lockTable(table)] : []), ...(within ? limitTime(within.seconds, inner) : inner)];
}

function recordKept({ kept, build }: StepOf<'index-references'>, origin: Origin): readonly Statement[] {
  if (!kept || build.partitioned) return [];
  return [openEntry(origin, 'indexed-reference', { table: build.table, index: build.name })];
}

function relinkAll({ relink }: StepOf<'relink'>, origin: Origin): readonly Statement[] {
  return [
    ...[relink.child, relink.parent].flatMap(createArchive),
    ...relinkRows(relink, origin).map(scripted),
    dropEmptyEntries(origin.runId),
  ];
}

function restoreEntry(entry: RowEntry, images: readonly TableImage[]): readonly Statement[] {
  const table = images.find((each) => isSameTable(each.table, entry.table));
  return table ? restoreInScript({ entry, table, columns: table.columns, referencedBy: [] }) : [];
}

/** What ends the script's own settings ends its limits too. */
function runScript({ script, statements, transaction, limits = {} }: StepOf<'sql'>, origin: Origin) {
  const end = [RESTORE_SESSION, openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) })];
  if (!statements) return [...setLimits(limits, 'session'), userSql(script), ...end];
  const all = statements.map(({ text }) => userSql(text));
  if (!transaction || !statements.every(({ transactional }) => transactional)) {
    return [...setLimits(limits, 'session'), ...all, ...end];
  }
  return inTransaction([...setLimits(limits, 'transaction'), ...all, ...end]);
}

function build({
  build,
  concurrently,
  partitions,
}: Pick<StepOf<'build-index'>, 'build' | 'concurrently' | 'partitions'>): readonly Statement[] {
  if (!concurrently) return [createIndex(build)];
  return build.partitioned ? createPartitioned(build, partitions) : [createIndexConcurrently(build)];
}

function withoutTransaction(step: Step, origin: Origin): readonly Statement[] {
  return step.kind === 'dedupe' ? dedupeInScript(step, origin) : statementsOf(step, origin);
}

function inTransaction(statements: readonly Statement[]): readonly Statement[] {
  return [BEGIN, ...statements, COMMIT];
}

function recordDropped(dropped: DroppedObject | undefined, origin: Origin): readonly Statement[] {
  return dropped ? [openEntry(origin, 'dropped', { dropped })] : [];
}
