import { readExtensionSchema } from '../../catalog/read-extension-schema.ts';
import { readChangedCollations, readInvalidIndexes } from '../../catalog/read-health.ts';
import { type HistoryRow, isHalfUndone, readHistory } from '../../catalog/read-history.ts';
import { readLeftovers } from '../../catalog/read-leftovers.ts';
import { readForeignObjects } from '../../catalog/read-schema-owner.ts';
import { adviseOnForeignObjects, describeForeignObjects, lackOfHistory } from '../../catalog/schema-owners.ts';
import { findWorkTables } from '../../catalog/work-tables.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { KeptFence } from '../../model/kept-fence.ts';
import { isScratchIndex } from '../../model/scratch-index.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { readAllObstacles } from '../../session/blockers.ts';
import { keepsSession } from '../../session/keeps-session.ts';
import { readOnly } from '../../session/read-only.ts';
import { isRunLockHeld } from '../../session/run-lock.ts';
import type { Workplace } from '../../session/workplace.ts';
import { findInterrupted } from '../find-interrupted.ts';
import { failed, type Verdict } from './verdict.ts';

/** Looks at everything around the rules that can make a run fail or a rule untrue. Nothing is changed. */
export async function diagnose(workplace: Workplace): Promise<readonly Verdict[]> {
  const pooler = await checkPooler(workplace);
  const abandoned = await findAbandoned(workplace);
  const rest = await readOnly(workplace, async (db) => [
    checkServer(workplace),
    await checkRole(db, workplace),
    ...(await checkSchemaOwners(db)),
    ...(await checkIndexes(db)),
    ...(await checkLeftovers(db, abandoned)),
    await checkCollations(db, workplace),
    await checkObstacles(db),
    await checkAmcheck(db),
  ]);
  return [pooler, ...rest];
}

async function checkPooler({ session, openSession }: Workplace): Promise<Verdict> {
  const common = { name: 'session', table: null, title: 'the connection keeps its session' };
  const second = await openSession('second session');
  try {
    if (await keepsSession(session, second)) {
      return { ...common, status: 'ok', code: null, detail: 'locks and settings hold' };
    }
  } finally {
    await second.close();
  }
  const detail =
    'a pooler in transaction mode is in between: looking works, changing needs the direct URL of the server';
  return failed(common, 'MSGDB_POOLER_UNSAFE', detail);
}

function checkServer({ server }: Workplace): Verdict {
  const kind = server.standby
    ? ', a standby: only looking is possible'
    : server.readOnly
      ? ', set to be read-only'
      : '';
  const common = { name: 'server', table: null, title: 'server', code: null };
  return { ...common, status: kind ? 'info' : 'ok', detail: `PostgreSQL ${server.version}${kind}` };
}

async function checkRole(db: Queryable, { server }: Workplace): Promise<Verdict> {
  const common = { name: 'role', table: null, title: 'the role can keep history and archive' };
  const lack = await lackOfHistory(db, server);
  if (!lack) return { ...common, status: 'ok', code: null, detail: `as ${server.user}, in schema ${server.history}` };
  const detail = `${server.user} may not make or write to the schema ${server.history}`;
  return { ...failed(common, 'MSGDB_PERMISSION_DENIED', detail), fix: lack.fix };
}

async function checkSchemaOwners(db: Queryable): Promise<readonly Verdict[]> {
  const others = await readForeignObjects(db);
  if (others.length === 0) return [];
  const common = {
    name: 'schema-owner',
    table: null,
    title: 'all of the schema msgdb belongs to roles that may run msgdb',
  };
  const verdict = failed(common, 'MSGDB_PERMISSION_DENIED', describeForeignObjects(others));
  return [{ ...verdict, fix: adviseOnForeignObjects(others) }];
}

async function checkIndexes(db: Queryable): Promise<readonly Verdict[]> {
  const common = { name: 'indexes', table: null, title: 'every index is valid' };
  const invalid = (await readInvalidIndexes(db)).filter(({ bare }) => !isScratchIndex(bare));
  if (invalid.length === 0)
    return [{ ...common, status: 'ok', code: null, detail: 'no build has failed or is unfinished' }];
  return invalid.map(({ table, name, partitioned, ready, building }): Verdict => {
    const about = { name: `index-${name}`, table, title: `index ${name} is valid` };
    if (building) return { ...about, status: 'info', code: null, detail: 'it is being built now' };
    const debris = /_cc(?:new|old)\d*$/.test(name) ? ', left by a REINDEX CONCURRENTLY that failed' : '';
    const does = ready
      ? 'no query can use it, though it rejects duplicates and slows writes down'
      : 'no query can use it, and it does not reject duplicates';
    const drop = `drop index ${partitioned ? '' : 'concurrently '}${name};`;
    const fix = `Drop it: \`${drop}\` If a migration asks for it, \`msgdb migrate\` then builds it again.`;
    return { ...failed(about, 'MSGDB_INDEX_INVALID', `${does}${debris}`), fix };
  });
}

/** What a run that was killed has left in schema msgdb: migrations in the middle, and work tables. */
interface Abandoned {
  readonly migrations: readonly HistoryRow[];
  readonly workTables: readonly string[];
}

async function findAbandoned(workplace: Workplace): Promise<Abandoned> {
  try {
    const history = await readOnly(workplace, readHistory);
    const interrupted = await findInterrupted(workplace, history);
    const workTables = await readOnly(workplace, async (db) =>
      workplace.server.standby || (await isRunLockHeld(db)) ? [] : findWorkTables(db),
    );
    return { migrations: history.filter(({ name }) => interrupted.has(name)), workTables };
  } catch (error) {
    // A role that may not read the history fails the check of the role.
    if (error instanceof MsgdbError && error.code === 'MSGDB_PERMISSION_DENIED') {
      return { migrations: [], workTables: [] };
    }
    throw error;
  }
}

const CONTINUE_ROLLBACK =
  'Run `msgdb rollback` again: it continues from there and drops them; or apply the migration again with `msgdb migrate`.';

async function checkLeftovers(db: Queryable, { migrations, workTables }: Abandoned): Promise<readonly Verdict[]> {
  const { fences, indexes, kept } = await readLeftovers(db);
  const common = { name: 'leftovers', title: 'no run has left anything behind' };
  const standing = kept.map(describeKept);
  if (fences.length + indexes.length + migrations.length + workTables.length === 0) {
    const detail = `no interrupted migration, no ${kept.length > 0 ? 'other ' : ''}fence, no index of a build, no work table`;
    return [{ ...common, table: null, status: 'ok', code: null, detail }, ...standing];
  }
  const fix = migrations.some(isHalfUndone) ? CONTINUE_ROLLBACK : undefined;
  const left = (table: TableName | undefined, detail: string): Verdict => {
    const verdict = failed({ ...common, table: table ? tableLabel(table) : null }, 'MSGDB_LEFT_BEHIND', detail);
    return fix === undefined ? verdict : { ...verdict, fix };
  };
  return [
    ...standing,
    ...fences.map(({ table, index, mode, kept: was }) => {
      if (was) return left(table, `a fence that was kept until ${was.until}, and does nothing any more`);
      const does = mode === 'skip' ? 'silently leaves out rows that would be copies,' : 'rejects copies';
      return left(table, `a fence ${does} for index ${index}`);
    }),
    ...indexes.map(({ table, name }) => left(table, `index ${name}`)),
    ...migrations.map((row) => {
      const what = isHalfUndone(row) ? `the rollback of migration ${row.name}` : `migration ${row.name}`;
      return left(undefined, `${what} is recorded as running, but no run is working`);
    }),
    ...(workTables.length === 0 ? [] : [left(undefined, `work tables ${workTables.join(', ')} in schema msgdb`)]),
  ];
}

/** It is where somebody wants it. */
function describeKept({ table, key, until, by }: KeptFence): Verdict {
  const label = tableLabel(table);
  const common = { name: 'fence', title: 'a fence is kept until a deploy', code: null, status: 'info' as const };
  const detail = `${label} ${key}, until ${until}, put up by ${by}; \`msgdb fence drop\` takes it down`;
  return { ...common, table: label, detail };
}

async function checkCollations(db: Queryable, { server }: Workplace): Promise<Verdict> {
  const common = { name: 'collations', table: null, title: 'collations are those the indexes were built with' };
  const changed = await readChangedCollations(db, server.versionNumber);
  if (changed.length === 0) return { ...common, status: 'ok', code: null, detail: 'no version has changed' };
  return failed(common, 'MSGDB_COLLATION_CHANGED', `changed: ${changed.join(', ')}`);
}

async function checkObstacles(db: Queryable): Promise<Verdict> {
  const common = { name: 'transactions', table: null, title: 'no transaction would delay a build', code: null };
  const obstacles = await readAllObstacles(db);
  if (obstacles.length === 0) return { ...common, status: 'ok', detail: 'no transaction is open for long' };
  return { ...common, status: 'info', detail: obstacles.map(({ name }) => name).join('\n') };
}

async function checkAmcheck(db: Queryable): Promise<Verdict> {
  const installed = (await readExtensionSchema(db, 'amcheck')) !== undefined;
  const detail = installed
    ? 'amcheck is installed: verify --heap compares indexes with tables'
    : 'amcheck is not installed: verify --heap reads the tables, and cannot compare';
  return {
    name: 'amcheck',
    table: null,
    title: 'indexes can be compared',
    code: null,
    status: installed ? 'ok' : 'info',
    detail,
  };
}
