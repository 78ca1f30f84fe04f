import type { RunEvent } from '../../model/event.ts';
import type { Ink } from '../../report/human/ink.ts';
import { cleanDeep } from '../terminal/clean-deep.ts';
import { renderEvent } from './event-lines.ts';

/** Turns events into the text that stays, line by line. */
export interface Story {
  /** Ends in a newline, or is empty. */
  render(event: RunEvent): string;
  /** Whether anything was shown. */
  begun(): boolean;
}

/** Sections stand apart; the same wait is shown once; texts are cleaned of secrets. */
export function createStory(ink: Ink, clean: (text: string) => string): Story {
  let begun = false;
  let lastWait = '';
  function render(event: RunEvent): string {
    if (event.kind === 'waiting' && event.message === lastWait) return '';
    lastWait = event.kind === 'waiting' ? event.message : '';
    const lines = renderEvent(ink, cleanDeep(event, clean));
    if (lines.length === 0) return '';
    const apart = event.kind === 'section' && begun ? '\n' : '';
    begun = true;
    return `${apart}${lines.join('\n')}\n`;
  }
  return { render, begun: () => begun };
}
