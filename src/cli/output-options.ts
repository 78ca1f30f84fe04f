import { MsgdbError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { REPORT_FORMATS, type ReportFormat } from '../report/look.ts';
import type { Flags } from './definition/flag.ts';

/** What the flags say about where the report goes and in what form. */
export interface OutputOptions {
  readonly format: ReportFormat;
  readonly file: string | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly redact: boolean;
  readonly color: boolean;
}

/** @throws MsgdbError MSGDB_USAGE for a format there is not, and for flags that contradict each other. */
export function parseOutputOptions(flags: Flags): OutputOptions {
  if (flags.format !== undefined && !isFormat(flags.format)) throw unknownFormat(flags.format);
  if (flags.quiet && flags.verbose) {
    throw contradiction('--quiet', '--verbose', 'One asks for less, the other for more.');
  }
  return guessOutputOptions(flags);
}

/** The same for a command line that is refused: what is understood of it. */
export function guessOutputOptions(flags: Flags): OutputOptions {
  return {
    format: flags.format !== undefined && isFormat(flags.format) ? flags.format : 'human',
    file: flags.output,
    quiet: flags.quiet === true,
    verbose: flags.verbose === true,
    redact: flags.redact === true,
    color: flags.color !== false,
  };
}

/**
 * Refuses a report's format for a script.
 * @throws MsgdbError MSGDB_USAGE
 */
export function refuseFormatOfScript({ format }: Flags): void {
  if (format === undefined || format === 'human') return;
  throw contradiction('--sql', `--format ${format}`, 'The script is SQL: it has no other format.');
}

function isFormat(name: string): name is ReportFormat {
  return REPORT_FORMATS.some((format) => format === name);
}

function unknownFormat(name: string): MsgdbError {
  const meant = nearest(name, REPORT_FORMATS);
  return new MsgdbError('MSGDB_USAGE', {
    what: `--format "${name}" does not exist.`,
    why: `The formats are ${REPORT_FORMATS.join(', ')}.`,
    fix: meant ? `Did you mean --format ${meant}?` : 'Write --format json for programs, or leave it out for people.',
  });
}

function contradiction(one: string, other: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${one} and ${other} are given together.`,
    why,
    fix: `Leave ${one} or ${other} out.`,
  });
}
