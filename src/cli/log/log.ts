import type { Config, Environment } from '../../config/config.ts';
import { startTimer } from '../../model/start-timer.ts';
import type { Flags } from '../definition/flag.ts';
import type { OutputOptions } from '../output-options.ts';
import type { Censor } from '../terminal/censor.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createHumanLog, type HumanLog } from './human-log.ts';
import { createJsonLog, type JsonLog, type LogLines, openLogLines } from './json-log.ts';

export type LogFormat = Config['logFormat'];

/** What goes to stderr while a command works, besides prompts: text for people, or nothing but lines of JSON. */
export type Log = HumanLog | JsonLog;

export type LogOptions = Pick<OutputOptions, 'format' | 'quiet' | 'verbose' | 'color' | 'redact'>;

/** The logs of a process: what is known of how it is to look comes little by little. */
export interface Logging {
  /** From the first one in JSON on, nothing else goes to stderr. */
  open(format: LogFormat, options: LogOptions): Log;
}

export interface LoggingOptions {
  readonly command: string;
  readonly terminal: Terminal;
  readonly censor: Censor;
}

export function createLogging({ command, terminal, censor }: LoggingOptions): Logging {
  const elapsed = startTimer();
  let lines: LogLines | undefined;
  return {
    open: (format, options) => {
      if (format === 'human') return createHumanLog({ ...options, terminal, clean: censor.clean });
      lines ??= openLogLines({ command, stream: terminal.stderr, clean: censor.clean, elapsed });
      return createJsonLog(lines, options);
    },
  };
}

/** Before the configuration is read: by the flag, else by the environment. What cannot be read is refused later. */
export function guessLogFormat({ logFormat }: Flags, env: Environment): LogFormat {
  return (logFormat ?? env.MSGDB_LOG_FORMAT) === 'json' ? 'json' : 'human';
}
