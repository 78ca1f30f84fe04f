import { describe, expect, test } from 'vitest';
import { statementError } from '../../../src/session/database-error.ts';

const target = {
  hosts: [{ host: 'db', port: 5432 }],
  database: 'shop',
  user: 'app',
  password: 'hush-hush',
  ssl: false,
  settings: {},
  connectTimeoutMs: 0,
  source: 'the test',
  label: 'app@db:5432/shop',
} as const;

interface Fields {
  readonly severity?: string | undefined;
  readonly [field: string]: string | undefined;
}

function becomes(code: string, { message = 'something failed', ...fields }: Fields = {}, interrupted = false) {
  const thrown = Object.assign(new Error(message), { code, severity: 'ERROR', ...fields });
  return statementError(thrown, { target, text: 'select 1', interrupted });
}

/** Appendix A of the manual, every class, and the states that are told apart. */
const EVERY: readonly (readonly [string, string, number, RegExp])[] = [
  ['00000', 'MSGDB_DATABASE_ERROR', 5, /proxy or pooler/],
  ['01000', 'MSGDB_DATABASE_ERROR', 5, /-v shows/],
  ['02000', 'MSGDB_DATABASE_ERROR', 5, /STRICT/],
  ['03000', 'MSGDB_DATABASE_ERROR', 5, /before it/],
  ['08001', 'MSGDB_DATABASE_ERROR', 5, /ALTER SERVER/],
  ['09000', 'MSGDB_DATABASE_ERROR', 5, /trigger/],
  ['0A000', 'MSGDB_DATABASE_ERROR', 5, /another way|version/],
  ['0B000', 'MSGDB_DATABASE_ERROR', 5, /BEGIN/],
  ['0F001', 'MSGDB_DATABASE_ERROR', 5, /pg_largeobject_metadata/],
  ['0LP01', 'MSGDB_PERMISSION_DENIED', 3, /owner/],
  ['0P000', 'MSGDB_DATABASE_ERROR', 5, /pg_roles/],
  ['0Z002', 'MSGDB_DATABASE_ERROR', 5, /EXCEPTION/],
  ['10608', 'MSGDB_DATABASE_ERROR', 5, /xpath/],
  ['20000', 'MSGDB_DATABASE_ERROR', 5, /ELSE/],
  ['21000', 'MSGDB_DATABASE_ERROR', 5, /LIMIT 1/],
  ['22012', 'MSGDB_DATABASE_ERROR', 5, /NULLIF/],
  ['22P02', 'MSGDB_DATABASE_ERROR', 5, /Correct the value/],
  ['22P05', 'MSGDB_DATABASE_ERROR', 5, /UTF8/],
  ['23502', 'MSGDB_DATABASE_ERROR', 5, /constraint/],
  ['23P01', 'MSGDB_DATABASE_ERROR', 5, /constraint/],
  ['24000', 'MSGDB_DATABASE_ERROR', 5, /OPEN/],
  ['25001', 'MSGDB_DATABASE_ERROR', 5, /transaction: false/],
  ['25006', 'MSGDB_PERMISSION_DENIED', 3, /primary/],
  ['26000', 'MSGDB_DATABASE_ERROR', 5, /through the pooler/],
  ['27000', 'MSGDB_DATABASE_ERROR', 5, /trigger/],
  ['28000', 'MSGDB_PERMISSION_DENIED', 3, /role/],
  ['2BP01', 'MSGDB_DATABASE_ERROR', 5, /CASCADE/],
  ['2D000', 'MSGDB_DATABASE_ERROR', 5, /transaction: false/],
  ['2F005', 'MSGDB_DATABASE_ERROR', 5, /VOLATILE/],
  ['34000', 'MSGDB_DATABASE_ERROR', 5, /DECLARE/],
  ['38000', 'MSGDB_DATABASE_ERROR', 5, /function/],
  ['39000', 'MSGDB_DATABASE_ERROR', 5, /RETURNS/],
  ['3B001', 'MSGDB_DATABASE_ERROR', 5, /SAVEPOINT/],
  ['3D000', 'MSGDB_DATABASE_ERROR', 5, /psql -l/],
  ['3F000', 'MSGDB_DATABASE_ERROR', 5, /create schema/],
  ['40001', 'MSGDB_TRANSACTION_CONFLICT', 4, /again/],
  ['40P01', 'MSGDB_TRANSACTION_CONFLICT', 4, /again/],
  ['42601', 'MSGDB_DATABASE_ERROR', 5, /place that the message points to/],
  ['42501', 'MSGDB_PERMISSION_DENIED', 3, /grant/],
  ['42701', 'MSGDB_DATABASE_ERROR', 5, /msgdb baseline --dry-run/],
  ['42710', 'MSGDB_DATABASE_ERROR', 5, /msgdb baseline --dry-run/],
  ['42P07', 'MSGDB_DATABASE_ERROR', 5, /msgdb baseline --dry-run/],
  ['44000', 'MSGDB_DATABASE_ERROR', 5, /view/],
  ['53000', 'MSGDB_OUT_OF_RESOURCES', 5, /--jobs/],
  ['53100', 'MSGDB_OUT_OF_RESOURCES', 5, /Make room/],
  ['53200', 'MSGDB_OUT_OF_RESOURCES', 5, /--memory.*max_locks_per_transaction/],
  ['53300', 'MSGDB_OUT_OF_RESOURCES', 5, /--jobs/],
  ['53400', 'MSGDB_OUT_OF_RESOURCES', 5, /limit/],
  ['54000', 'MSGDB_DATABASE_ERROR', 5, /md5/],
  ['54001', 'MSGDB_DATABASE_ERROR', 5, /Simplify/],
  ['54011', 'MSGDB_DATABASE_ERROR', 5, /fewer columns/],
  ['54023', 'MSGDB_DATABASE_ERROR', 5, /100 arguments/],
  ['55000', 'MSGDB_DATABASE_ERROR', 5, /pg_stat_activity/],
  ['55006', 'MSGDB_DATABASE_ERROR', 5, /pg_terminate_backend/],
  ['55P03', 'MSGDB_LOCK_TIMEOUT', 4, /--lock-retries/],
  ['57014', 'MSGDB_STATEMENT_CANCELLED', 5, /again/],
  ['57P04', 'MSGDB_SERVER_FAILED', 5, /psql -l/],
  ['58030', 'MSGDB_SERVER_FAILED', 5, /disk/],
  ['58P01', 'MSGDB_SERVER_FAILED', 5, /log of the server/],
  ['72000', 'MSGDB_SERVER_FAILED', 5, /again/],
  ['F0001', 'MSGDB_SERVER_FAILED', 5, /pg_file_settings/],
  ['HV00N', 'MSGDB_DATABASE_ERROR', 5, /ALTER FOREIGN TABLE/],
  ['P0001', 'MSGDB_DATABASE_ERROR', 5, /function/],
  ['XX000', 'MSGDB_SERVER_FAILED', 5, /amcheck/],
  ['XX001', 'MSGDB_DATA_CORRUPTED', 5, /^Stop.*copy/],
  ['XX002', 'MSGDB_DATA_CORRUPTED', 5, /REINDEX/],
  ['ZZ999', 'MSGDB_DATABASE_ERROR', 5, /manual of the extension/],
];

test.each(EVERY)('%s is %s, exit %i, and says what mends it', (sqlstate, code, exit, fix) => {
  const error = becomes(sqlstate);
  expect([error.code, error.exitCode]).toEqual([code, exit]);
  expect(error.fix).toMatch(fix);
  expect(error.why.length).toBeGreaterThan(15);
  expect(error.data).toMatchObject({ sqlstate, statement: 'select 1' });
  expect(`${error.why} ${error.fix}`).not.toMatch(/no special advice|Read the message/);
});

test.each([
  ['40001', 'canceling statement due to conflict with recovery', /standby/, /hot_standby_feedback/],
  ['54011', 'target lists can have at most 1664 entries', /1,664/, /jsonb_build_object/],
  ['55006', 'database "shop" is being accessed by other users', /connected to that database/, /pg_terminate_backend/],
  ['55006', 'replication slot "copy" is active for PID 7', /subscriber/, /disable/],
  ['55006', 'das Objekt wird benutzt', /another session or by an earlier statement/, /migration of its own/],
  ['57014', 'canceling statement due to user request', /pg_cancel_backend/, /application_name/],
  ['57014', 'canceling statement due to statement timeout', /^statement_timeout of the role/, /statement_timeout = 0/],
  ['57014', 'Anfrage wird abgebrochen', /or a time limit/, /If it is a time limit/],
])('%s, "%s", is explained by its cause', (sqlstate, message, why, fix) => {
  const error = becomes(sqlstate, { message });
  expect(error.why).toMatch(why);
  expect(error.fix).toMatch(fix);
});

describe('what the server says besides', () => {
  test('detail, hint and function are the reason; all are in the data', () => {
    const error = becomes('23514', {
      message: 'new row violates check constraint "positive"',
      detail: 'Failing row contains (1)',
      hint: 'Use another',
      where: 'SQL statement "insert"\nPL/pgSQL function add(integer) line 3 at SQL statement',
      schema_name: 'public',
      table_name: 'orders',
      constraint_name: 'positive',
    });
    expect(error.message).toBe('New row violates check constraint "positive". (SQLSTATE 23514)');
    expect(error.why).toBe(
      'Failing row contains (1). Use another. PL/pgSQL function add(integer) line 3 at SQL statement.',
    );
    expect(error.data).toMatchObject({
      schema: 'public',
      relation: 'orders',
      constraint: 'positive',
      hint: 'Use another',
    });
  });

  test.each(['42501', '55P03', '57014', '57P01', '40001', '08006'])(
    'what a function raised as %s is the function’s',
    (sqlstate) => {
      expect(becomes(sqlstate, { routine: 'exec_stmt_raise' }).code).toBe('MSGDB_DATABASE_ERROR');
    },
  );
});

describe('a privilege that is missing is named with its grant', () => {
  test.each([
    ['permission denied for table orders', /^grant select on orders to "app";/],
    ['permission denied for view v', /^grant select on v to "app";/],
    ['permission denied for schema shut', /^grant usage on schema shut to "app";/],
    ['permission denied for sequence s', /^grant usage, select on sequence s to "app";/],
    ['permission denied for function f', /^grant execute on function f to "app";/],
    ['permission denied for database shop', /^grant create, temporary on database shop to "app";/],
    ['permission denied for foreign server far', /^grant usage on foreign server far to "app";/],
    ['must be owner of table orders', /^Connect as the owner of table orders/],
    ['must be owner of materialized view m', /^Connect as the owner of materialized view m/],
    ['new row violates row-level security policy for table "orders"', /BYPASSRLS/],
    ['permission denied for schema msgdb', /select on all tables in schema msgdb to "app"/],
    ['permission denied to do this', /^Run `grant PRIVILEGE on OBJECT to ROLE`/],
  ])('%s', (message, fix) => {
    expect(becomes('42501', { message }).fix).toMatch(fix);
  });
});

describe('the end of the session', () => {
  test.each([
    ['25P03', 'idle_in_transaction_session_timeout'],
    ['25P04', 'transaction_timeout'],
    ['57P05', 'idle_session_timeout'],
  ])('%s names the setting %s', (sqlstate, setting) => {
    const error = becomes(sqlstate, { severity: 'FATAL' });
    expect([error.code, error.exitCode]).toEqual(['MSGDB_CONNECTION_LOST', 3]);
    expect(error.fix).toContain(`set ${setting} = 0`);
  });

  test.each(['57P01', '57P02', '08P01', 'XX000'])('%s as FATAL is a lost connection with the reason', (sqlstate) => {
    expect(becomes(sqlstate, { severity: 'FATAL', message: 'the end' })).toMatchObject({
      code: 'MSGDB_CONNECTION_LOST',
      why: 'The end.',
    });
  });

  test.each(['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE'])('%s is one too', (code) => {
    expect(becomes(code, { severity: undefined })).toMatchObject({ code: 'MSGDB_CONNECTION_LOST' });
  });
});

test('a statement limit is named; a cancel of our own is an interruption', () => {
  const late = becomes('57014', { message: 'canceling statement due to statement timeout' });
  expect([late.why, late.fix]).toEqual([
    expect.stringContaining('statement_timeout'),
    expect.stringContaining('set statement_timeout = 0'),
  ]);
  expect(becomes('57014', {}, true).code).toBe('MSGDB_INTERRUPTED');
});
