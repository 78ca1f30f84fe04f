import type { MsgdbError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import { eventRecord } from './event-record.ts';
import { compactJson } from './json.ts';
import type { Look } from './look.ts';
import { redactErrorByLook } from './redact/by-look.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** A line of the log, without its time. */
export interface LogEntry {
  readonly level: LogLevel;
  /** What it is of: `step-done`, `waiting`, `error`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What is the same in every line of a log, or in all of a target. */
export interface LogOrigin {
  readonly command: string;
  readonly target?: string | undefined;
  readonly runId?: string | undefined;
}

/** One object in one line; undefined fields are left out. */
export function renderLogEntry({ level, event, ...fields }: LogEntry, origin: LogOrigin, at: Date): string {
  const { message, ...rest } = fields;
  return `${compactJson({ time: at.toISOString(), level, event, ...origin, message, ...rest })}\n`;
}

/** What happens in a run. What others run is there where more detail was asked for. */
export function entryOfEvent(event: RunEvent, about: { readonly verbose: boolean }): LogEntry {
  const { kind, title, message, ...rest } = eventRecord(event, about);
  const durationMs = 'durationMs' in event ? Math.round(event.durationMs) : undefined;
  return { level: levelOf(event), event: String(kind), message: message ?? title, ...rest, durationMs };
}

/** Where an error is, of what its data say of it. */
const PLACES = ['table', 'index', 'migration', 'sqlstate'] as const;

/** What ended a command: the same words that people get, and no statement. */
export function entryOfError(error: MsgdbError, look: Look): LogEntry {
  const { code, message, why, fix, exitCode, data } = redactErrorByLook(error, 'ndjson', look);
  const known: Readonly<Record<string, unknown>> = { ...data };
  const places = PLACES.filter((name) => typeof known[name] === 'string').map((name) => [name, known[name]]);
  return { level: 'error', event: 'error', message, code, why, fix, exitCode, ...Object.fromEntries(places) };
}

function levelOf(event: RunEvent): LogLevel {
  if (event.kind === 'waiting') return 'warn';
  return event.kind === 'server-message' && event.message.severity === 'WARNING' ? 'warn' : 'info';
}
