import { MsgdbError } from '../../model/errors.ts';
import type { RunEvent } from '../../model/event.ts';
import type { Finding } from '../../model/finding.ts';
import type { Redactor } from './redactor.ts';

/** The error without the values PostgreSQL quotes in its messages, and without what functions of the database raise. */
export function redactError(error: MsgdbError, redactor: Redactor): MsgdbError {
  const hide = hiding(error.data, redactor);
  return new MsgdbError(error.code, {
    what: hide(error.message),
    why: hide(error.why),
    fix: hide(error.fix),
    data: redactData(error.data, hide),
  });
}

export function redactFindings(findings: readonly Finding[], redactor: Redactor): readonly Finding[] {
  return findings.map((finding) => {
    const hide = hiding(finding.data ?? {}, redactor);
    return {
      ...finding,
      message: hide(finding.message),
      ...(finding.data && { data: redactData(finding.data, hide) }),
    };
  });
}

/** An event without what others run, and without the values in what the server said. */
export function redactEvent(event: RunEvent, redactor: Redactor): RunEvent {
  if (event.kind === 'server-message') {
    const { text, from } = event.message;
    return {
      ...event,
      message: {
        ...event.message,
        text: from === 'function' ? redactor.mask(text) : maskQuotedRows(text, redactor),
      },
    };
  }
  return 'queries' in event ? { ...event, queries: [] } : event;
}

/**
 * PostgreSQL puts values into messages in these forms: `Key (email)=(a@b.c) already exists` (23505, 23503),
 * `Partition key of the failing row contains (day) = (…)` and `Failing row contains (1, a@b.c)` (23502, 23514),
 * `invalid input syntax for type integer: "a"` and `Token "a" is invalid` (22P02). Only those of the first kind say of
 * which columns they are. A value may hold parentheses, so everything up to the last one of the line goes.
 */
export function maskQuotedRows(text: string, { mask, hidesIn }: Redactor): string {
  return text
    .replace(/(\(.+?\) ?= ?\()(.*)(\))/gs, (all, before, value, after) =>
      hidesIn(before + value) ? before + mask(value) + after : all,
    )
    .replace(/(Failing row contains \()(.*)(\))/gs, (_, before, value, after) => before + mask(value) + after)
    .replace(
      /((?:invalid input|malformed)[^:\n]+: "|out of range[^:\n]*: "|value "|Token ")(.*?)(")/g,
      (_, before, value, after) => before + mask(value) + after,
    );
}

/** A function's own message (RAISE) may hold anything: all of it goes, wherever it stands. */
function hiding({ raised }: Readonly<Record<string, unknown>>, redactor: Redactor): (text: string) => string {
  const said = Array.isArray(raised) ? raised.filter((each) => typeof each === 'string') : [];
  const raw = said.map((each) => each.trim().replace(/[.!?]$/, '')).filter((each) => each !== '');
  return (text) =>
    raw.reduce(
      (rest, each) => {
        const pattern = new RegExp(each.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
        return rest.replaceAll(pattern, () => redactor.mask(each));
      },
      maskQuotedRows(text, redactor),
    );
}

function redactData(
  data: Readonly<Record<string, unknown>>,
  hide: (text: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      // The lines of a context quote rows as well (COPY, JSON); the place of a function is still shown.
      if (name === 'context') return [name, linesOfFunctions(String(value))];
      // What a function has put together (EXECUTE) has values in it.
      if (name === 'query' || name === 'queryExcerpt') return [name, ''];
      if (Array.isArray(value)) return [name, value.map((each) => (typeof each === 'string' ? hide(each) : each))];
      return [name, typeof value === 'string' ? hide(value) : value];
    }),
  );
}

function linesOfFunctions(context: string): string {
  return context
    .split('\n')
    .filter((line) => /^PL\/pgSQL function|^SQL function/.test(line))
    .join('\n');
}
