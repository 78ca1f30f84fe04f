import type { ConnectionTarget } from '../../model/connection.ts';
import { MsgdbError } from '../../model/errors.ts';

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

/** Turns a failed connection attempt into an error a person can act on. */
export function connectionError(thrown: unknown, target: ConnectionTarget): MsgdbError {
  if (thrown instanceof MsgdbError) return thrown;
  const error = (thrown ?? {}) as DriverError;
  const advice = connectionAdvice(error, target);
  return new MsgdbError('MSGDB_CONNECTION_FAILED', {
    what: `Cannot connect to ${target.label} (named by ${target.source}).`,
    why: advice.why,
    fix: advice.fix,
    data: { ...(error.code ? { code: error.code } : {}) },
  });
}

function connectionAdvice(
  error: DriverError,
  target: ConnectionTarget,
): { readonly why: string; readonly fix: string } {
  const where = target.hosts.map(({ host, port }) => (host.startsWith('/') ? host : `${host}:${port}`)).join(', ');
  switch (error.code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return { why: `No server listens at ${where}.`, fix: 'Start the server, or correct host and port.' };
    case 'ECONNRESET':
      return /secure TLS/.test(error.message ?? '')
        ? { why: 'The server does not speak TLS, and sslmode asks for it.', fix: 'Use sslmode=prefer, or turn TLS on.' }
        : { why: 'The server closed the connection.', fix: 'Look into its log.' };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { why: `The host name cannot be resolved: ${where}.`, fix: 'Correct the host name.' };
    case 'CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return { why: `No answer from ${where}.`, fix: 'Check the address and the firewall.' };
    case '28P01':
    case '28000':
      return { why: `${sentence(error.message)}`, fix: 'Correct the user name or the password.' };
    case '3D000':
      return { why: sentence(error.message), fix: 'Correct the database name, or create the database.' };
    case '53300':
      return { why: sentence(error.message), fix: 'Try again when fewer clients are connected.' };
    default:
      return {
        why: sentence(error.message ?? 'the server gave no reason'),
        fix: 'Check host, port, user, password and TLS settings.',
      };
  }
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

function sentence(text: string | undefined): string {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return 'No reason was given.';
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
