import { VERSION } from '../../model/version.ts';
import { entryOfError, type LogEntry, type LogOrigin, renderLogEntry } from '../../report/log-entry.ts';
import type { OutputOptions } from '../output-options.ts';
import type { Display } from '../progress/display.ts';
import { cleanDeep } from '../terminal/clean-deep.ts';
import type { Output } from '../terminal/terminal.ts';
import type { HumanLog } from './human-log.ts';
import { createJsonDisplay } from './json-display.ts';
import { takeOver } from './take-over.ts';

/** One JSON object a line, and nothing else on the stream. */
export interface JsonLog extends Omit<HumanLog, 'form'> {
  readonly form: 'json';
  put(entry: LogEntry, origin?: Pick<LogOrigin, 'target' | 'runId'>): Promise<void>;
  /** Shows what happens on one of many targets. */
  openTarget(target: string): Display;
}

/** The stream behind the logs of a process. */
export interface LogLines {
  put(entry: LogEntry, origin?: Pick<LogOrigin, 'target' | 'runId'>): Promise<void>;
  /** What others wrote comes before the last line; `quiet`: without that one. */
  end(exitCode: number, quiet: boolean): void;
}

export interface LogLinesOptions {
  readonly command: string;
  readonly stream: Output;
  readonly clean: (text: string) => string;
  /** Milliseconds since the command was begun. */
  readonly elapsed: () => number;
}

export function openLogLines({ command, stream, clean, elapsed }: LogLinesOptions): LogLines {
  const taken = takeOver(stream, (message) => void put({ level: 'info', event: 'output', message }));
  let ended = false;
  async function put(entry: LogEntry, origin: Pick<LogOrigin, 'target' | 'runId'> = {}): Promise<void> {
    await taken.write(renderLogEntry(cleanDeep(entry, clean), { command, ...origin }, new Date()));
  }
  return {
    put,
    end: (exitCode, quiet) => {
      taken.flush();
      if (!ended && !quiet) void put({ level: 'info', event: 'end', exitCode, durationMs: Math.round(elapsed()) });
      ended = true;
    },
  };
}

type JsonLogOptions = Pick<OutputOptions, 'quiet' | 'verbose' | 'color' | 'redact'>;

export function createJsonLog({ put, end }: LogLines, { quiet, verbose, redact }: JsonLogOptions): JsonLog {
  const look = { width: 80, colour: false, unicode: true, verbose, redact };
  let runId: string | undefined;
  function openDisplay(): Display {
    const onRun = (id: string) => {
      runId = id;
    };
    return createJsonDisplay({ quiet, verbose, put: (entry) => void put(entry, { runId }), onRun });
  }
  function openTarget(target: string): Display {
    let own: string | undefined;
    const onRun = (id: string) => {
      own = id;
    };
    return createJsonDisplay({ quiet, verbose, put: (entry) => void put(entry, { target, runId: own }), onRun });
  }
  return {
    form: 'json',
    put,
    say: async (message) => put({ level: 'info', event: 'note', message }, { runId }),
    warn: async (messages) => {
      for (const message of messages) await put({ level: 'warn', event: 'warning', message }, { runId });
    },
    fail: async (error) => put(entryOfError(error, look), { runId }),
    trace: async (message) => put({ level: 'error', event: 'trace', message }, { runId }),
    openDisplay,
    openTarget,
    begin: () => {
      if (!quiet) void put({ level: 'info', event: 'begin', version: VERSION });
    },
    end: (exitCode) => end(exitCode, quiet),
  };
}
