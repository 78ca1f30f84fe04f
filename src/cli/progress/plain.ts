import type { RunEvent } from '../../model/event.ts';
import { flow } from '../../report/human/flow.ts';
import type { Ink } from '../../report/human/ink.ts';
import type { Output } from '../terminal/terminal.ts';
import type { Display } from './display.ts';
import { createStory } from './story.ts';
import { createTracker } from './tracker.ts';

/** How long a log may be silent while something runs: CI systems end jobs that say nothing for minutes. */
export const HEARTBEAT_MS = 10_000;

export interface PlainDisplayOptions {
  readonly lines: Output;
  readonly ink: Ink;
  readonly clean: (text: string) => string;
}

/** Whole lines, for pipes and logs: what happens at once, how far it is at most every ten seconds. */
export function createPlainDisplay({ lines, ink, clean }: PlainDisplayOptions): Display {
  const story = createStory(ink, clean);
  const tracker = createTracker(() => performance.now(), ink.symbol.dot);
  let timer: NodeJS.Timeout | undefined = beat();
  let closed = false;
  function listen(event: RunEvent): void {
    if (closed) return;
    tracker.follow(event);
    const text = story.render(event);
    if (text === '') {
      timer ??= beat();
      return;
    }
    lines.write(text);
    clearInterval(timer);
    timer = beat();
  }
  function beat(): NodeJS.Timeout {
    return setInterval(() => {
      const text = tracker.describe();
      if (text !== undefined)
        lines.write(`${flow(ink, [{ text: clean(text), paint: ink.paint.dim }], 4).join('\n')}\n`);
    }, HEARTBEAT_MS).unref();
  }
  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }
  function close(): void {
    stop();
    closed = true;
  }
  return { listen, pause: stop, resume: () => {}, close };
}
