import type { RunEvent } from '../../model/event.ts';
import { renderNdjsonEvent } from '../../report/ndjson.ts';
import { cleanDeep } from '../terminal/clean-deep.ts';
import { createThinning } from './thin-out.ts';

export interface EventStreamOptions {
  readonly verbose: boolean;
  readonly clean: (text: string) => string;
  /** The target that the events are of. */
  readonly target?: string;
}

/** How often a step tells how far it is. */
const PROGRESS_MS = 1_000;

/** Gives the line of NDJSON for an event, or nothing where it is not worth one. */
export function createEventStream({ verbose, clean, target }: EventStreamOptions): (event: RunEvent) => string {
  const worth = createThinning(PROGRESS_MS, () => performance.now());
  return (event) =>
    worth(event) ? renderNdjsonEvent(cleanDeep(event, clean), { verbose, at: new Date(), target }) : '';
}
