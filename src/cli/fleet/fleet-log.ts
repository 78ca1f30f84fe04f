import type { LogLevel } from '../../report/log-entry.ts';
import type { JsonLog } from '../log/json-log.ts';
import type { Display } from '../progress/display.ts';
import type { FleetDisplay } from './fleet-display.ts';

/** The same as lines of JSON: what happens on each target, with its name. */
export function createFleetLog(log: JsonLog, { quiet }: { readonly quiet: boolean }): FleetDisplay {
  const working = new Map<string, Display>();

  function put(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>, target?: string): void {
    if (!quiet) void log.put({ level, event, ...fields }, { target });
  }
  function closeAll(): void {
    for (const display of working.values()) display.close();
    working.clear();
  }
  return {
    expect: (targets) => put('info', 'targets', { targets }),
    begin: (name) => {
      put('info', 'target-started', {}, name);
      working.set(name, log.openTarget(name));
    },
    follow: (name, event) => working.get(name)?.listen(event),
    end: (name, entry) => {
      working.get(name)?.close();
      working.delete(name);
      if (entry === undefined) return;
      const { status, exitCode, durationMs, summary } = entry;
      put(
        status === 'failed' ? 'error' : 'info',
        'target-done',
        { message: summary, status, exitCode, durationMs },
        name,
      );
    },
    note: (message) => put('info', 'note', { message }),
    warn: (message) => put('warn', 'warning', { message }),
    pause: () => undefined,
    resume: () => undefined,
    close: closeAll,
  };
}
