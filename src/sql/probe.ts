import type { TableFacts } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';

const PREPARED = 'msgdb_probe';
const ANALYSE = `prepare ${PREPARED} as `;

/** Immutable functions of constants in a target run while it is planned. */
const LONGEST_PROBE_MS = 5_000;

/** Names the arbiter of an ON CONFLICT target; plans, and inserts nothing. */
export function explainProbe(facts: TableFacts, target: string): Statement {
  return statement(`explain (format json) ${probe(facts, target)}`);
}

/** Reads the statement without planning it. */
export function parseProbe(facts: TableFacts, target: string): Statement {
  return statement(`prepare ${PREPARED} as ${probe(facts, target)}; deallocate ${PREPARED}`);
}

/** Reads and rewrites a whole statement, as PREPARE does: nothing of it is planned, and no function is called. */
export function analyseStatement(text: string): Statement {
  return statement(`${ANALYSE}${text}; deallocate ${PREPARED}`);
}

/** Where the analysed statement begins in the text that the server was sent. */
export function startOfAnalysed(sent: string): number {
  return sent.indexOf(ANALYSE) + ANALYSE.length;
}

/** One of these in a READ ONLY transaction of its own: the statements of one simple query are one. */
export function apart({ text }: Statement, lockTimeoutMs: number): Statement {
  return statement(`${readOnly('set transaction read only', lockTimeoutMs)}; ${text}`);
}

/** Begins a READ ONLY transaction in which the statement is prepared, and gives the number of its parameters. */
export function prepareProbe(facts: TableFacts, target: string, lockTimeoutMs: number): Statement {
  return statement(`${readOnly('begin read only', lockTimeoutMs)};
    set local plan_cache_mode = force_generic_plan;
    prepare ${PREPARED} as ${probe(facts, target)};
    select cardinality(parameter_types) as parameters from pg_catalog.pg_prepared_statements where name = '${PREPARED}'`);
}

/** Plans it as it is planned from the sixth execution on: for any values. */
export function explainPrepared(parameters: number): Statement {
  const values = Array.from({ length: parameters }, () => 'null').join(', ');
  return statement(`explain (format json) execute ${PREPARED}${values === '' ? '' : `(${values})`}`);
}

/** In one simple query, so that behind a pooler too it is the connection that has it. */
export function forgetPrepared(): Statement {
  return statement(`rollback; deallocate ${PREPARED}`);
}

function readOnly(begin: string, lockTimeoutMs: number): string {
  return `${begin};
    set local lock_timeout = ${Math.round(lockTimeoutMs)};
    set local statement_timeout = ${LONGEST_PROBE_MS}`;
}

function probe(facts: TableFacts, target: string): string {
  return `insert into ${quoteTable(facts.table)} ${nullRow(facts)} on conflict ${target} do nothing`;
}

/** A DEFAULT could fail while planning (22012), so every column that takes a value is given NULL. */
function nullRow({ kind, columns }: TableFacts): string {
  const given = kind === 'view' ? [] : columns.filter((column) => !column.generated && !column.identityAlways);
  if (given.length === 0) return 'default values';
  return `(${given.map((column) => quoteName(column.name)).join(', ')}) values (${given.map(() => 'null').join(', ')})`;
}
