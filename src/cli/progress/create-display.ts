import { createInk } from '../../report/human/ink.ts';
import type { Look } from '../../report/look.ts';
import type { Output } from '../terminal/terminal.ts';
import type { Display } from './display.ts';
import { createLiveDisplay } from './live.ts';
import { createPlainDisplay } from './plain.ts';

export interface DisplayOptions {
  readonly quiet: boolean;
  /** Where lines stay: stderr, or stdout for a command whose progress is its report. */
  readonly lines: Output;
  readonly look: Look;
  /** Whether a line can be taken back where `live` goes: a terminal, and not a dumb one. */
  readonly animated: boolean;
  readonly live: Output;
  readonly liveLook: Look;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

/** On a terminal one live line below the lines that stay; elsewhere lines alone; nothing when quiet. */
export function createDisplay(options: DisplayOptions): Display {
  if (options.quiet) return { listen: () => {}, pause: () => {}, resume: () => {}, close: () => {} };
  const ink = createInk(options.look);
  const { lines, live, clean } = options;
  return options.animated
    ? createLiveDisplay({ lines, ink, live, liveInk: createInk(options.liveLook), clean })
    : createPlainDisplay({ lines, ink, clean });
}
