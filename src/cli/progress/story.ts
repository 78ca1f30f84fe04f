import type { RunEvent } from '../../model/event.ts';
import type { Ink } from '../../report/human/ink.ts';
import { renderEvent } from './event-lines.ts';

/** Turns events into the text that stays, line by line. */
export interface Story {
  /** Ends in a newline, or is empty. */
  tell(event: RunEvent): string;
}

/** Sections stand apart; the same wait is told once; texts are cleaned of secrets. */
export function createStory(ink: Ink, clean: (text: string) => string): Story {
  let begun = false;
  let lastWait = '';
  function tell(event: RunEvent): string {
    if (event.kind === 'waiting' && event.message === lastWait) return '';
    lastWait = event.kind === 'waiting' ? event.message : '';
    const lines = renderEvent(ink, cleaned(event, clean));
    if (lines.length === 0) return '';
    const apart = event.kind === 'section' && begun ? '\n' : '';
    begun = true;
    return `${apart}${lines.join('\n')}\n`;
  }
  return { tell };
}

function cleaned(event: RunEvent, clean: (text: string) => string): RunEvent {
  const texts = Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]);
  return { ...Object.fromEntries(texts), kind: event.kind } as RunEvent;
}
