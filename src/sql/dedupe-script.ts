import { archivedImages } from '../model/archived-images.ts';
import type { Dedupe, PlannedDedupe } from '../model/dedupe.ts';
import type { Step } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { absorbLosers } from './dedupe/absorb.ts';
import { lockAndRank, rankedTable } from './dedupe/rank.ts';
import { stageGroups } from './dedupe/stage.ts';
import type { BatchStatement } from './dedupe/statements.ts';
import { createArchive, dropEmptyEntries, type Origin } from './history-schema.ts';
import { inlineValues } from './inline-values.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteTable } from './quote.ts';
import { rowsOf, sameRow } from './relation.ts';
import { tryKeyInScript } from './trial-key.ts';

/** All groups in one batch: their numbers begin with 1. */
const EVERY_GROUP = { from: 1, to: Number.MAX_SAFE_INTEGER };
/** Where a script ranks rows. */
export const SCRIPT_RANKED = rankedTable(0);

/**
 * Removes all excess rows in one batch of the transaction around it. What the engine looks at between two statements, the
 * script asserts: where something is not as planned, it fails, and with it the transaction.
 */
export function dedupeInScript(
  { dedupe, before }: Extract<Step, { kind: 'dedupe' }>,
  origin: Origin,
): readonly Statement[] {
  return [
    ...tryKeyInScript(dedupe),
    ...archivedImages(dedupe).flatMap(createArchive),
    ...rankAllInScript(dedupe),
    ...(dedupe.limit < Number.MAX_SAFE_INTEGER ? [scripted(assertLimit(dedupe))] : []),
    ...absorbLosers(dedupe, 0, origin).map(scripted),
    ...(typeof dedupe.losers === 'object' ? [] : [scripted(assertRemoved(dedupe))]),
    // An index that is built next finds copies itself.
    ...(before ? [] : [...rankAllInScript(dedupe), scripted(assertSettled(dedupe))]),
    dropEmptyEntries(origin.runId),
    dropWorkTables(),
  ];
}

/** Drops all that a script has made for a time. */
export function dropWorkTables(): Statement {
  return statement(`
      do $$
      declare work name;
      begin
        for work in select relname from pg_catalog.pg_class
                     where relnamespace = '${OWN}'::regnamespace and relkind = 'r' and relname like 'work\\_%'
        loop execute format('drop table ${OWN}.%I', work); end loop;
      end $$`);
}

/** Stages and ranks all groups: one batch. */
export function rankAllInScript(dedupe: Dedupe): readonly Statement[] {
  return [...stageGroups(dedupe), ...lockAndRank(dedupe, EVERY_GROUP, SCRIPT_RANKED).map(scripted)];
}

function assertLimit({ key, limit }: PlannedDedupe): BatchStatement {
  return {
    role: 'assert-none',
    statement: statement(
      `select greatest(count(*) filter (where rank > 1) - ${limit}, 0) as rows from ${SCRIPT_RANKED}`,
    ),
    message: `More rows of ${key.table.name} than the limit of ${limit} would be removed: copies have come since this script was written.`,
    fix: 'Write the script again, with the plan of now.',
  };
}

/** The engine compares what was chosen with what was removed; a script looks for what was kept. */
export function assertRemoved({ key }: Dedupe): BatchStatement {
  return {
    role: 'assert-none',
    statement: statement(
      `select count(*) as rows from ${SCRIPT_RANKED} r join ${rowsOf(key)} t on ${sameRow('t', 'r')} where r.rank > 1`,
    ),
    message: `Rows of ${key.table.name} that were to be removed are still there.`,
    fix: `A trigger keeps them: alter table ${quoteTable(key.table)} disable trigger user, or mark the losers with losers: { set: … }.`,
  };
}

/** The engine makes passes until one finds nothing; a script looks whether its one pass was the last. */
function assertSettled({ key }: PlannedDedupe): BatchStatement {
  return {
    role: 'assert-none',
    statement: statement(`select count(*) filter (where rank > 1) as rows from ${SCRIPT_RANKED}`),
    message: `New copies came into ${key.table.name} while the script removed the old ones.`,
    fix: 'Run `msgdb dedupe` instead of a script: it makes passes until one finds nothing.',
  };
}

/** What the engine asserts of a statement's result, as a statement that fails, or warns. */
export function scripted(each: BatchStatement): Statement {
  if (each.onlyFor !== undefined || each.compared) return executed(each, each.compared ?? []);
  if (each.role !== 'assert-none') return each.statement;
  return statement(`
      do $msgdb$ declare found bigint; begin
        execute $msgdb_assert$${inlineValues(each.statement).replace(/;$/, '')}$msgdb_assert$ into found;
        if found > 0 then
          raise exception using message = ${quoteLiteral(each.message)}, hint = ${quoteLiteral(each.fix)};
        end if;
      end $msgdb$`);
}

/** A statement that is sent only where it has a row to write, or whose result is looked at. */
function executed({ onlyFor, statement: sent, writes, role }: BatchStatement, compared: readonly string[]): Statement {
  const rows = role === 'merged' ? 'survivors' : 'marked rows';
  const warnings = compared.map(
    (column, place) => `
        if (done.differing ->> ${place})::bigint > 0 then
          raise warning using message = concat(done.differing ->> ${place}, ${quoteLiteral(` ${rows} of ${writes?.table.name} have another value in ${column} than was set`)}),
            hint = 'A trigger BEFORE UPDATE sets it: what it wrote stays.';
        end if;`,
  );
  const into = compared.length > 0 ? ' into done' : '';
  const write = `execute $msgdb_write$${inlineValues(sent).replace(/;$/, '')}$msgdb_write$${into};${warnings.join('')}`;
  return statement(`
      do $msgdb$ ${compared.length > 0 ? 'declare done record; ' : ''}begin
        ${onlyFor === undefined ? write : `if exists (select ${onlyFor}) then\n          ${write}\n        end if;`}
      end $msgdb$`);
}
