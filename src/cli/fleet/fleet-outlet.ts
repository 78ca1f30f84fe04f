import type { Listener } from '../../model/event.ts';
import type { FleetEnd, FleetEntry, FleetOpening } from '../../model/fleet-report.ts';
import { createFleetForm, type FleetFormat } from '../../report/fleet/fleet-form.ts';
import type { FleetForm } from '../../report/fleet/form.ts';
import type { Look, ReportFormat } from '../../report/look.ts';
import { openOutputFile } from '../output-file.ts';
import type { OutputOptions } from '../output-options.ts';
import { createEventStream } from '../progress/event-stream.ts';
import { plainLook, terminalLook } from '../terminal/look.ts';
import { type Terminal, write } from '../terminal/terminal.ts';
import type { FleetDisplay } from './fleet-display.ts';

/** Where the report of a fleet goes, piece by piece. */
export interface FleetOutlet {
  open(opening: FleetOpening): Promise<void>;
  /** Takes what happens on a target, where a form shows it. */
  following(target: string): Listener;
  entry(entry: FleetEntry): Promise<void>;
  close(end: FleetEnd): Promise<void>;
  /** The report has no end: files stay as they were. */
  abandon(): Promise<void>;
}

export interface FleetOutletOptions extends OutputOptions {
  readonly terminal: Terminal;
  readonly display: FleetDisplay;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

/** One form of the report, and where it is written to. */
interface Sink {
  readonly form: FleetForm;
  write(text: string): Promise<void>;
  close(): Promise<void>;
  abandon(): Promise<void>;
}

/** Opens what the report goes to. One target's lines are written to their end before those of the next. */
export async function openFleetOutlet(options: FleetOutletOptions): Promise<FleetOutlet> {
  const sinks: Sink[] = options.printed ? [printing(options)] : [];
  let last: Promise<void> = Promise.resolve();
  async function abandon(): Promise<void> {
    for (const sink of sinks) await sink.abandon();
  }
  async function put(piece: (form: FleetForm) => string): Promise<void> {
    last = last.then(async () => {
      for (const sink of sinks) {
        const text = piece(sink.form);
        if (text !== '') await sink.write(text);
      }
    });
    await last;
  }
  try {
    for (const { path, format } of options.files) {
      const output = await openOutputFile(path);
      sinks.push({ form: formOf(format, plainLook(options.terminal, options)), ...output });
    }
  } catch (error) {
    await abandon();
    throw error;
  }
  return {
    open: async (opening) => put((form) => form.open(opening)),
    following: (target) => {
      if (sinks.every(({ form }) => form.event === undefined)) return () => undefined;
      const lineOf = createEventStream({ ...options, clean: options.clean, target });
      return (event) => {
        const line = lineOf(event);
        // A failure of this piece is that of the next one, which waits for it.
        if (line !== '') put((form) => form.event?.(line) ?? '').catch(() => undefined);
      };
    },
    entry: async (entry) => put((form) => form.entry(entry)),
    close: async (end) => {
      await put((form) => form.close(end));
      for (const sink of sinks) await sink.close();
    },
    abandon,
  };
}

function printing({ terminal, display, ...options }: FleetOutletOptions): Sink {
  const { stdout } = terminal;
  return {
    form: formOf(options.format, terminalLook(stdout, terminal, options)),
    write: async (text) => {
      if (stdout.isTTY) display.pause();
      await write(stdout, text);
      display.resume();
    },
    close: async () => undefined,
    abandon: async () => undefined,
  };
}

/** Formats that do not go with a fleet are refused before. */
function formOf(format: ReportFormat, look: Look): FleetForm {
  return createFleetForm(format as FleetFormat, look);
}
