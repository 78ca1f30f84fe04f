import type { Environment } from '../../config/config.ts';
import type { Redaction } from '../../model/redaction.ts';
import type { Look } from '../../report/look.ts';

/** What decides how text on a stream looks. */
export interface Viewer {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Where the process runs, as far as it matters for output. */
export interface Host {
  readonly env: Environment;
  readonly platform: string;
}

/** What the flags say about output. */
export interface LookFlags {
  readonly color?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly redact?: Redaction | undefined;
}

/** Columns of a terminal whose width is not known. */
const TERMINAL_WIDTH = 80;

/**
 * Columns in a pipe or file without COLUMNS: logs of CI systems and pagers show more than the classic 80, and a ragged
 * edge does not matter there.
 */
const PIPE_WIDTH = 100;

/** How text on a stream looks: colour and width by the stream, symbols by the locale. */
export function terminalLook(stream: Viewer, host: Host, flags: LookFlags): Look {
  return {
    width: widthOf(stream, host),
    colour: wantsColour(stream, host, flags),
    unicode: knowsUnicode(host),
    verbose: flags.verbose === true,
    redact: flags.redact ?? false,
  };
}

/** How text in a file looks: without colour, and UTF-8. */
export function plainLook(host: Host, flags: LookFlags): Look {
  return { ...terminalLook({}, host, { ...flags, color: false }), unicode: true };
}

function widthOf(stream: Viewer, { env }: Host): number {
  if (stream.columns) return stream.columns;
  const columns = Number(env.COLUMNS);
  if (Number.isInteger(columns) && columns > 0) return columns;
  return stream.isTTY ? TERMINAL_WIDTH : PIPE_WIDTH;
}

/**
 * The flag, then FORCE_COLOR, then NO_COLOR (no-color.org), then what the stream is: the order that Node and chalk
 * have, so that a colour forced for one command wins over a habit set in a profile.
 */
function wantsColour(stream: Viewer, { env }: Host, { color }: LookFlags): boolean {
  if (color === false) return false;
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR.toLowerCase());
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** POSIX: the first of these that is set decides; none is the C locale. The Linux console's font lacks the symbols. */
function knowsUnicode({ env, platform }: Host): boolean {
  if (platform === 'win32') return true;
  if (env.TERM === 'linux') return false;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
