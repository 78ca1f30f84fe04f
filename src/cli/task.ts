import type { Command, Input } from './definition/command.ts';

/** A command that was asked for. */
export interface Task {
  readonly command: Command;
  readonly input: Input;
}
