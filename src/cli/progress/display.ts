import type { Listener } from '../../model/event.ts';

/** Shows the events of a command while it works. */
export interface Display {
  readonly listen: Listener;
  /** Takes the live line away while somebody else writes, a prompt for one. */
  pause(): void;
  resume(): void;
  /** Leaves the screen with nothing but whole lines on it. */
  close(): void;
}
