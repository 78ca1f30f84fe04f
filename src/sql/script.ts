import { archivedImages } from '../model/archived-images.ts';
import type { Dedupe } from '../model/dedupe.ts';
import type { DroppedObject } from '../model/ledger.ts';
import type { Step } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { absorbLosers } from './dedupe/absorb.ts';
import { lockAndRank, rankedTable } from './dedupe/rank.ts';
import { stageGroups } from './dedupe/stage.ts';
import type { BatchStatement } from './dedupe/statements.ts';
import { createArchive, dropEmptyEntries, type Origin, openEntry, scriptChecksum } from './house.ts';
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
import { quoteLiteral, quoteTable } from './quote.ts';
import { rowsOf, sameRow } from './relation.ts';
import { relinkRows } from './relink.ts';
import { restoreInScript } from './restore-script.ts';

/** All groups in one batch: their numbers begin with 1. */
const EVERY_GROUP = { from: 1, to: Number.MAX_SAFE_INTEGER };

/** The statements of a step, as the engine sends them, with dedupe as one batch. */
export function statementsOf(step: Step, origin: Origin): readonly Statement[] {
  switch (step.kind) {
    case 'transaction':
      return inTransaction([
        ...(step.lockTable ? [lockTable(step.lockTable)] : []),
        ...step.steps.flatMap((each) =>
          each.kind === 'dedupe' ? dedupeAll(each, origin) : statementsOf(each, origin),
        ),
      ]);
    case 'dedupe':
      return inTransaction(dedupeAll(step, origin));
    case 'build-index':
      return [openEntry(origin, 'built-index', { table: step.build.table, index: step.build.name }), ...build(step)];
    case 'index-references':
      return [
        ...(step.kept && !step.build.partitioned
          ? [openEntry(origin, 'indexed-reference', { table: step.build.table, index: step.build.name })]
          : []),
        ...build({ ...step, concurrently: true }),
      ];
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
      return inTransaction([
        ...[step.relink.child, step.relink.parent].flatMap(createArchive),
        ...relinkRows(step.relink, origin).map((each) => each.statement),
        dropEmptyEntries(origin.runId),
      ]);
    case 'sql':
      return runScript(step, origin);
    case 'restore-rows':
      return inTransaction(
        step.entries.flatMap((entry) => {
          const table = step.images.find(
            (image) => image.table.schema === entry.table.schema && image.table.name === entry.table.name,
          );
          return table ? restoreInScript({ entry, table, columns: table.columns, referencedBy: [] }) : [];
        }),
      );
  }
}

function runScript({ script, statements, transaction }: Extract<Step, { kind: 'sql' }>, origin: Origin) {
  const record = openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) });
  if (!statements) return [statement(script), record];
  const all = [...statements.map(({ text }) => statement(text)), record];
  return transaction && statements.every(({ transactional }) => transactional) ? inTransaction(all) : all;
}

/** A statement with its values written into it, as a script has it. */
export function inlineValues({ text, values }: Statement): string {
  const inlined =
    values.length === 0
      ? text
      : text.replaceAll(/\$(\d+)/g, (_, number: string) => {
          const value = values[Number(number) - 1];
          return value === null || value === undefined ? 'null' : quoteLiteral(String(value));
        });
  // A comment at its end would take the semicolon with it.
  if (/--[^\n]*$/.test(inlined)) return `${inlined}\n;`;
  return inlined.endsWith(';') ? inlined : `${inlined};`;
}

function build({
  build,
  concurrently,
  partitions,
}: Pick<Extract<Step, { kind: 'build-index' }>, 'build' | 'concurrently' | 'partitions'>): readonly Statement[] {
  if (!concurrently) return [createIndex(build)];
  return build.partitioned ? createPartitioned(build, partitions) : [createIndexConcurrently(build)];
}

function inTransaction(statements: readonly Statement[]): readonly Statement[] {
  return [statement('begin'), ...statements, statement('commit')];
}

function dedupeAll({ dedupe }: Extract<Step, { kind: 'dedupe' }>, origin: Origin): readonly Statement[] {
  return [
    ...archivedImages(dedupe).flatMap(createArchive),
    ...stageGroups(dedupe),
    ...lockAndRank(dedupe, EVERY_GROUP, rankedTable(0)).map(scripted),
    ...absorbLosers(dedupe, 0, origin).map(scripted),
    ...(typeof dedupe.losers === 'object' ? [] : [scripted(assertRemoved(dedupe))]),
    dropEmptyEntries(origin.runId),
    statement(`
      do $$
      declare work name;
      begin
        for work in select relname from pg_catalog.pg_class
                     where relnamespace = 'msgdb'::regnamespace and relkind = 'r' and relname like 'work\\_%'
        loop execute format('drop table msgdb.%I', work); end loop;
      end $$`),
  ];
}

/** The engine compares what was chosen with what was removed; a script looks for what was kept. */
function assertRemoved({ key }: Dedupe): BatchStatement {
  return {
    role: 'assert-none',
    statement: statement(
      `select count(*) as rows from ${rankedTable(0)} r join ${rowsOf(key)} t on ${sameRow('t', 'r')} where r.rank > 1`,
    ),
    message: `Rows of ${key.table.name} that were to be removed are still there.`,
    fix: `A trigger keeps them: alter table ${quoteTable(key.table)} disable trigger user, or mark the losers with losers: { set: … }.`,
  };
}

/** What the engine looks at after a statement, a script has to look at itself. */
function scripted(each: BatchStatement): Statement {
  if (each.role !== 'assert-none') return each.statement;
  return statement(`
      do $msgdb$ begin
        if (select rows from (${inlineValues(each.statement).replace(/;$/, '')}) asserted) > 0 then
          raise exception using message = ${quoteLiteral(each.message)}, hint = ${quoteLiteral(each.fix)};
        end if;
      end $msgdb$`);
}

function recordDropped(dropped: DroppedObject | undefined, origin: Origin): readonly Statement[] {
  return dropped ? [openEntry(origin, 'dropped', { dropped })] : [];
}
