import { formatCount } from '../../model/count-of.ts';
import type { RunEvent } from '../../model/event.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { flow, flowLabelled, prose } from '../../report/human/flow.ts';
import { createInk, type Ink } from '../../report/human/ink.ts';
import { wrap, write as writeLine } from '../../report/human/line.ts';
import type { Look } from '../../report/look.ts';
import { createTracker, type Tracker } from '../progress/tracker.ts';
import type { Output } from '../terminal/terminal.ts';

/** Shows on stderr what is going on with the targets. */
export interface FleetDisplay {
  expect(total: number): void;
  begin(name: string): void;
  follow(name: string, event: RunEvent): void;
  /** @param entry how it went; left out where that is shown otherwise. */
  end(name: string, entry?: FleetEntry): void;
  /** A line that stays. */
  note(text: string): void;
  warn(text: string): void;
  pause(): void;
  resume(): void;
  close(): void;
}

export interface FleetDisplayOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Whether lines can be taken back on stderr. */
  readonly animated: boolean;
  /** Are targets named on stdout as they end, where people see it? */
  readonly named: boolean;
  readonly stderr: Output;
  readonly look: Look;
  readonly clean: (text: string) => string;
}

const FRAME_MS = 150;
const MOST_ROWS = 12;
/** Of a terminal: the line below the table that counts, and the one that the cursor is on. */
const OTHER_ROWS = 2;
/** Rows of a terminal whose height is not known. */
const TERMINAL_HEIGHT = 24;
const NAME_COLUMNS = 24;

/** On a terminal a table of the targets at work that is drawn over and over; elsewhere a line for each that has ended. */
export function createFleetDisplay(options: FleetDisplayOptions): FleetDisplay {
  const { quiet, verbose, animated, named, stderr, look, clean } = options;
  const ink = createInk(look);
  const table = createTable(stderr, ink, clean);
  const moves = animated && !quiet;
  let closed = false;

  function say(lines: readonly string[]): void {
    table.erase();
    stderr.write(`${lines.join('\n')}\n`);
  }
  function note(text: string): void {
    if (!quiet && !closed) say(flow(ink, prose(ink, clean(text)), 2));
  }
  return {
    expect: table.expect,
    begin: (name) => {
      table.begin(name);
      if (moves && !closed) table.move();
    },
    follow: (name, event) => {
      table.follow(name, event);
      if (!verbose || quiet || (event.kind !== 'note' && event.kind !== 'waiting')) return;
      const line = prose(ink, clean(`${name}: ${event.message}`));
      say(flowLabelled(ink, [{ text: ink.symbol.info, paint: ink.paint.dim }], 2, line, 2));
    },
    end: (name, entry) => {
      table.end(name);
      if (entry === undefined || quiet || animated || named) return;
      say(flow(ink, prose(ink, clean(`${name}: ${entry.summary}`)), { first: 2, rest: 6 }));
    },
    note,
    warn: note,
    pause: table.stop,
    resume: () => {
      if (moves && !closed) table.move();
    },
    close: () => {
      closed = true;
      table.stop();
    },
  };
}

/** The targets at work, and what each is doing, at the bottom of a terminal. */
function createTable(output: Output, ink: Ink, clean: (text: string) => string) {
  const working = new Map<string, Tracker>();
  const bottom = createBottomLines(output);
  let total = 0;
  let done = 0;
  let timer: NodeJS.Timeout | undefined;

  function draw(): void {
    if (working.size === 0) {
      bottom.erase();
      return;
    }
    const shown = [...working].slice(0, roomFor(output));
    const rows = shown.map(([name, tracker]) => rowOf(ink, name, tracker));
    const more = working.size > rows.length ? `, ${formatCount(working.size - rows.length)} not shown` : '';
    const counts = `${formatCount(done)} of ${formatCount(total)} done, ${formatCount(working.size)} at work${more}`;
    bottom.draw([...rows, oneLine(ink, `  ${counts}`)].map(clean));
  }
  return {
    expect: (count: number) => {
      total = count;
      done = 0;
    },
    begin: (name: string) => {
      working.set(
        name,
        createTracker(() => performance.now(), ink.symbol.dot),
      );
    },
    follow: (name: string, event: RunEvent) => working.get(name)?.follow(event),
    end: (name: string) => {
      working.delete(name);
      done += 1;
    },
    erase: bottom.erase,
    move: () => {
      timer ??= setInterval(draw, FRAME_MS).unref();
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
      bottom.erase();
    },
  };
}

/** Rows of the table: what has scrolled out of a terminal cannot be taken back. */
function roomFor({ rows }: Output): number {
  return Math.max(0, Math.min(MOST_ROWS, (rows || TERMINAL_HEIGHT) - OTHER_ROWS));
}

function rowOf(ink: Ink, name: string, tracker: Tracker): string {
  return oneLine(ink, `  ${ink.symbol.running} ${name.padEnd(NAME_COLUMNS)}  ${tracker.describe() ?? ''}`);
}

/** Never longer than the terminal is wide: two lines could not be taken back as one. */
function oneLine(ink: Ink, text: string): string {
  const [first = []] = wrap([{ text }], Math.max(8, ink.width - 2));
  return writeLine(first);
}

/** Lines that are drawn over. */
function createBottomLines(output: Output) {
  let drawn = 0;
  function erase(): void {
    if (drawn > 0) output.write(`\x1b[${drawn}A\r\x1b[J`);
    drawn = 0;
  }
  return {
    erase,
    draw: (lines: readonly string[]) => {
      const back = drawn > 0 ? `\x1b[${drawn}A\r` : '';
      // Line by line: what clears a whole screen also goes into the history of some terminals, frame by frame.
      output.write(`${back}${lines.map((line) => `\x1b[K${line}\n`).join('')}\x1b[J`);
      drawn = lines.length;
    },
  };
}
