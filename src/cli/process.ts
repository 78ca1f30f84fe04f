import type { SignalSource } from './terminal/interruption.ts';
import type { LastResort } from './terminal/leave.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The process: its streams, its surroundings, its signals and its end. */
export interface Process extends Terminal, SignalSource, LastResort {
  on(event: string, listener: (...args: never[]) => void): unknown;
  cwd(): string;
}
