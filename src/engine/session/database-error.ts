import type { ConnectionTarget } from '../../model/connection.ts';
import { MsgdbError } from '../../model/errors.ts';
import { sentence } from './sentence.ts';

/** The SQLSTATE of an error msgdb threw for a statement, if it has one. */
export function sqlstateOf(error: unknown): string | undefined {
  if (!(error instanceof MsgdbError)) return undefined;
  const sqlstate = error.data.sqlstate;
  return typeof sqlstate === 'string' ? sqlstate : undefined;
}

/** What the driver throws: PostgreSQL's error fields, or a code of node's or the driver's own. */
interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly routine?: string;
  /** The functions it came from, the innermost first, a line each. */
  readonly where?: string;
  readonly table_name?: string;
  readonly constraint_name?: string;
}

interface StatementContext {
  readonly target: ConnectionTarget;
  readonly text: string;
  readonly interrupted: boolean;
}

const LOST = new Set(['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'CONNECTION_ENDED', 'ECONNRESET', 'EPIPE']);

/** Turns a failed statement into an error with its SQLSTATE in `data.sqlstate`. */
export function statementError(thrown: unknown, context: StatementContext): MsgdbError {
  if (thrown instanceof MsgdbError) return thrown;
  const error = (thrown ?? {}) as DriverError;
  const code = error.code ?? '';
  const data = {
    sqlstate: code,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.routine ? { routine: error.routine } : {}),
    ...(error.constraint_name ? { constraint: error.constraint_name } : {}),
    ...(error.position ? { position: Number(error.position) } : {}),
    statement: context.text,
  };
  const cause = thrown;
  if (LOST.has(code) || code.startsWith('57P') || code.startsWith('08')) {
    return new MsgdbError('MSGDB_CONNECTION_LOST', {
      what: `The connection to ${context.target.label} was lost.`,
      why: code.startsWith('57P') ? sentence(error.message) : 'The server stopped or the network failed.',
      data,
      cause,
    });
  }
  if (code === '57014' && context.interrupted) {
    return new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted.', data, cause });
  }
  const why = [sentence(error.message), error.detail && sentence(error.detail), error.hint && sentence(error.hint)];
  const what = sentence(error.message ?? String(thrown));
  // RAISE takes any SQLSTATE: what a trigger forbids is not for a privilege to allow.
  const raised = error.routine === 'exec_stmt_raise';
  const place = raised && error.where ? sentence(error.where.split('\n')[0]) : '';
  const more = [...why.slice(1), place].filter(Boolean).join(' ');
  if (code === '42501' && /\bmsgdb\b/.test(error.message ?? '')) {
    const fix =
      'As its owner: grant usage on schema msgdb to the role; grant select on all tables in schema msgdb to the role; That lets the role look; changing takes the owner itself.';
    return new MsgdbError('MSGDB_PERMISSION_DENIED', { what, fix, data, cause });
  }
  const denied = /permission denied for table (\S+)/.exec(error.message ?? '')?.[1];
  if (code === '42501' && denied !== undefined) {
    const fix = `grant select on ${denied} to the role, update and delete too where rows change; or connect as the owner.`;
    return new MsgdbError('MSGDB_PERMISSION_DENIED', { what, fix, data, cause });
  }
  if ((code === '42501' && !raised) || code === '25006') {
    return new MsgdbError('MSGDB_PERMISSION_DENIED', { what, ...(more ? { why: more } : {}), data, cause });
  }
  if (code === '55P03' && !raised) return new MsgdbError('MSGDB_LOCK_TIMEOUT', { what, data, cause });
  return new MsgdbError('MSGDB_DATABASE_ERROR', {
    what: code ? `${what} (SQLSTATE ${code})` : what,
    ...(more ? { why: more } : {}),
    data,
    cause,
  });
}
