import type { ErrorCode } from '../model/codes.ts';
import type { ConnectionTarget } from '../model/connection.ts';
import type { ErrorFacts } from '../model/error-data.ts';
import { MsgdbError } from '../model/errors.ts';
import { quoteName } from '../sql/quote.ts';
import type { Advice } from './advice-by-message.ts';
import { grantFor } from './denied.ts';
import { endsSession, type Farewell, lostConnection } from './lost-connection.ts';
import { sentence } from './sentence.ts';
import { adviceOn } from './sqlstate-advice.ts';

/** The SQLSTATE of an error msgdb threw for a statement, if it has one. */
export function sqlstateOf(error: unknown): string | undefined {
  return error instanceof MsgdbError ? error.data.sqlstate : undefined;
}

/** What the driver throws: PostgreSQL's error fields, or a code of node's or the driver's own. */
interface DriverError {
  readonly code?: string;
  readonly severity?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  /** A statement of a function, and the place in it. */
  readonly internal_query?: string;
  readonly internal_position?: string;
  readonly routine?: string;
  /** The functions it came from, the innermost first, a line each. */
  readonly where?: string;
  readonly schema_name?: string;
  readonly table_name?: string;
  readonly column_name?: string;
  readonly constraint_name?: string;
}

interface StatementContext {
  readonly target: ConnectionTarget;
  readonly text: string;
  readonly interrupted: boolean;
  /** Of the interruption. */
  readonly reason?: unknown;
  /** What the server said last, if it ended the session. */
  readonly farewell?: Farewell | undefined;
}

/** Turns a failed statement into an error with its SQLSTATE in `data.sqlstate`, and what the server said besides. */
export function statementError(thrown: unknown, context: StatementContext): MsgdbError {
  if (thrown instanceof MsgdbError) return thrown;
  const { target, text, interrupted, reason, farewell } = context;
  const error = (thrown ?? {}) as DriverError;
  const data = { ...fieldsOf(error), statement: text };
  const cause = thrown;
  if (endsSession(error)) return lostConnection(target, farewell ?? error, { data, cause });
  if (error.code === '57014' && interrupted) {
    if (reason instanceof MsgdbError && reason.code === 'MSGDB_TIMEOUT') return reason;
    return new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted.', data, cause });
  }
  const advice = isRaised(error)
    ? RAISED
    : (specific(error, target.user) ?? adviceOn(error.code ?? '', error.message ?? ''));
  const said = [error.detail, error.hint].filter(Boolean).map(sentence);
  const why = [...said, placeOf(error)].filter(Boolean).join(' ');
  const what = sentence(error.message ?? String(thrown));
  return new MsgdbError(advice.code, {
    what: error.code && SAYS_SQLSTATE.has(advice.code) ? `${what} (SQLSTATE ${error.code})` : what,
    why: why || advice.why,
    fix: advice.fix,
    data,
    cause,
  });
}

/** Of the others the code says as much. */
const SAYS_SQLSTATE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MSGDB_DATABASE_ERROR',
  'MSGDB_OUT_OF_RESOURCES',
  'MSGDB_SERVER_FAILED',
  'MSGDB_DATA_CORRUPTED',
]);

function fieldsOf(error: DriverError): ErrorFacts {
  return {
    sqlstate: error.code ?? '',
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.where ? { context: error.where } : {}),
    ...(error.routine ? { routine: error.routine } : {}),
    ...(error.schema_name ? { schema: error.schema_name } : {}),
    ...(error.table_name ? { relation: error.table_name } : {}),
    ...(error.column_name ? { column: error.column_name } : {}),
    ...(error.constraint_name ? { constraint: error.constraint_name } : {}),
    ...(error.position ? { position: Number(error.position) } : {}),
    ...(error.internal_query ? { query: error.internal_query } : {}),
    ...(error.internal_position ? { queryPosition: Number(error.internal_position) } : {}),
    // A user's function writes what it likes, row contents too; a report without them cannot show it.
    ...(isRaised(error) ? { raised: [error.message, error.detail, error.hint].flatMap((each) => each || []) } : {}),
  };
}

/** RAISE takes any SQLSTATE: what a trigger forbids is not for a privilege to allow, nor for a retry. */
function isRaised({ routine }: DriverError): boolean {
  return routine === 'exec_stmt_raise';
}

const RAISED: Advice = {
  code: 'MSGDB_DATABASE_ERROR',
  why: 'A function of the database raised it.',
  fix: 'Do what the message asks for, or change the function that raised it (-v shows where, under CONTEXT).',
};

/** The function that it happened in, where it was one: `PL/pgSQL function f() line 3 at RAISE`. */
function placeOf({ where }: DriverError): string | undefined {
  const line = where?.split('\n').find((each) => /function/.test(each));
  return line && sentence(line);
}

function specific({ code, message = '' }: DriverError, user: string): Advice | undefined {
  if (code === '42501') {
    const fix = grantFor(message, user);
    return fix === undefined ? undefined : { ...adviceOn(code, message), fix };
  }
  if (code === '57014' && /statement timeout/.test(message)) {
    return {
      ...adviceOn(code, message),
      why: 'statement_timeout of the role, the database, the connection or the pooler ended the statement.',
      fix: `alter role ${quoteName(user)} set statement_timeout = 0; or give it more time.`,
    };
  }
  return undefined;
}
