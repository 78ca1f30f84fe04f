import type { RunEvent } from '../../model/event.ts';
import type { Ink } from '../../report/human/ink.ts';
import { wrap, write as writeLine } from '../../report/human/line.ts';
import type { Output } from '../terminal/terminal.ts';
import type { Display } from './display.ts';
import { createStory } from './story.ts';
import { createTracker } from './tracker.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_FRAMES = ['|', '/', '-', '\\'];
const FRAME_MS = 100;

/** Back to the first column, and everything from there on erased. */
const ERASE_LINE = '\r\x1b[K';

export interface LiveDisplayOptions {
  readonly lines: Output;
  readonly ink: Ink;
  readonly live: Output;
  readonly liveInk: Ink;
  readonly clean: (text: string) => string;
}

/**
 * One line at the bottom of a terminal that is drawn over and over, and lines above it that stay. Not the spinner of
 * clack: that one takes the keyboard into raw mode and answers Ctrl-C with `process.exit(0)`, so a run could not stop
 * at a safe point.
 */
export function createLiveDisplay({ lines, ink, live, liveInk, clean }: LiveDisplayOptions): Display {
  const story = createStory(ink, clean);
  const tracker = createTracker(() => performance.now(), liveInk.symbol.dot);
  const bottom = createBottomLine(live, liveInk);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  resume();
  function listen(event: RunEvent): void {
    if (closed) return;
    tracker.follow(event);
    const text = story.render(event);
    if (text !== '') {
      bottom.clear();
      lines.write(text);
    }
    if (tracker.describe() === undefined) bottom.erase();
    resume();
  }
  function resume(): void {
    if (!closed) timer ??= setInterval(draw, FRAME_MS).unref();
  }
  function draw(): void {
    const text = tracker.describe();
    if (text !== undefined) bottom.draw(clean(text));
  }
  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    bottom.erase();
  }
  function close(): void {
    stop();
    // What follows, report or error, stands apart from the story.
    if (story.begun() && lines === live && !closed) lines.write('\n');
    closed = true;
  }
  return { listen, pause: stop, resume, close };
}

/** The line that is drawn over. */
function createBottomLine(live: Output, ink: Ink) {
  const frames = ink.look.unicode ? FRAMES : ASCII_FRAMES;
  let frame = 0;
  let drawn = false;

  function draw(text: string): void {
    frame = (frame + 1) % frames.length;
    live.write(`${ERASE_LINE}${fitLine(ink, live, frames[frame] ?? '', text)}`);
    drawn = true;
  }
  /** Drawn or not: the terminal's own echo of Ctrl-C goes with it. */
  function clear(): void {
    live.write(ERASE_LINE);
    drawn = false;
  }
  function erase(): void {
    if (drawn) clear();
  }
  return { draw, clear, erase };
}

/** Columns left free for the terminal's own echo of Ctrl-C: two lines could not be taken back. */
const FREE_COLUMNS = 5;

/** Never longer than the terminal is now, so that it stays one line. */
function fitLine(ink: Ink, live: Output, frame: string, text: string): string {
  const width = Math.max(8, (live.columns || ink.width) - FREE_COLUMNS);
  const room = width - 4;
  const [first = [], ...cut] = wrap([{ text }], room);
  const more = cut.length > 0 ? ink.symbol.more : '';
  const [shown = []] = more === '' ? [first] : wrap([{ text }], room - more.length);
  return `  ${ink.paint.command(frame)} ${writeLine(shown)}${more}`;
}
