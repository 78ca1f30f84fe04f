import type { RunEvent } from '../model/event.ts';

/** An event as one flat record, for logs and programs. What others run is there where more detail was asked for. */
export function eventRecord(event: RunEvent, { verbose }: { readonly verbose: boolean }): Record<string, unknown> {
  if (event.kind === 'server-message') {
    const { severity, text, from } = event.message;
    return { kind: event.kind, severity, from, message: text };
  }
  if (event.kind === 'facts') return { kind: event.kind, facts: Object.fromEntries(event.rows) };
  if (!('queries' in event)) return { ...event };
  const { queries = [], ...rest } = event;
  return verbose && queries.length > 0 ? { ...rest, queries } : rest;
}
