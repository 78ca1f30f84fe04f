import { resolve } from 'node:path';
import { readRedaction } from '../config/settings/redaction.ts';
import { MsgdbError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Redaction } from '../model/redaction.ts';
import { REPORT_FORMATS, type ReportFormat } from '../report/look.ts';
import type { Flags } from './definition/flag.ts';

/** A file that a report goes to. */
export interface OutputFile {
  readonly path: string;
  readonly format: ReportFormat;
}

/** What the flags say about where the report goes and in what form. */
export interface OutputOptions {
  /** Of the report on stdout. */
  readonly format: ReportFormat;
  /** Does a report go to stdout? A file that is named without a format takes its place. */
  readonly printed: boolean;
  readonly files: readonly OutputFile[];
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly redact: Redaction;
  readonly color: boolean;
}

/** @throws MsgdbError MSGDB_USAGE for a format there is not, and for flags that contradict each other. */
export function parseOutputOptions(flags: Flags): OutputOptions {
  if (flags.format !== undefined && !isFormat(flags.format)) throw unknownFormat(flags.format);
  if (flags.quiet && flags.verbose) {
    throw contradiction('--quiet', '--verbose', 'One asks for less, the other for more.');
  }
  const unknown = flags.output?.find((each) => formatIn(each) !== undefined && !isFormat(formatIn(each) ?? ''));
  if (unknown !== undefined) throw unknownFormatOfFile(unknown);
  const options = guessOutputOptions(flags);
  refuseTwoFiles(flags.output ?? [], options.files);
  return options;
}

/** The same for a command line that is refused: what is understood of it. */
export function guessOutputOptions(flags: Flags): OutputOptions {
  const format = flags.format !== undefined && isFormat(flags.format) ? flags.format : 'human';
  const given = flags.output ?? [];
  return {
    format,
    printed: given.every((each) => isFormat(formatIn(each) ?? '')),
    files: given.map((each) => readFile(each, format)),
    quiet: flags.quiet === true,
    verbose: flags.verbose === true,
    redact: guessRedaction(flags.redact),
    color: flags.color !== false,
  };
}

/** Where it cannot be read, everything is hidden. */
function guessRedaction(typed: string | boolean | undefined): Redaction {
  return typed === undefined ? false : typeof typed === 'boolean' ? typed : (readRedaction(typed) ?? true);
}

/**
 * Refuses a report's format for a script.
 * @throws MsgdbError MSGDB_USAGE
 */
export function refuseFormatOfScript({ format, output = [] }: Flags): void {
  const file = output.find((each) => formatIn(each) !== undefined);
  if (file !== undefined)
    throw contradiction('--sql', `--output ${file}`, 'The script is SQL: it has no other format.');
  if (format === undefined || format === 'human') return;
  throw contradiction('--sql', `--format ${format}`, 'The script is SQL: it has no other format.');
}

/** `json=report.json` names a format; `report.json` and `./a=b` do not. */
function readFile(given: string, format: ReportFormat): OutputFile {
  const named = formatIn(given);
  if (named === undefined || !isFormat(named)) return { path: given, format };
  return { path: given.slice(named.length + 1), format: named };
}

function formatIn(given: string): string | undefined {
  return /^([a-z]+)=/.exec(given)?.[1];
}

function refuseTwoFiles(given: readonly string[], files: readonly OutputFile[]): void {
  const plain = [...new Set(given.filter((each) => formatIn(each) === undefined))];
  if (plain.length > 1) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--output is given more than once without a format: ${plain.join(', ')}.`,
      why: 'One file takes the place of stdout; each further one has a format of its own.',
      fix: `Name the format of the others, for example --output ${plain[0]} --output json=${plain[1]}.`,
    });
  }
  for (const [place, { path, format }] of files.entries()) {
    const other = files.slice(place + 1).find((each) => resolve(each.path) === resolve(path) && each.format !== format);
    if (other) throw oneFileForTwo(path, format, other.format);
  }
}

function oneFileForTwo(path: string, first: ReportFormat, second: ReportFormat): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `Two reports are to be written to ${path}: ${first} and ${second}.`,
    why: 'The second would replace the first.',
    fix: 'Name a file for each.',
  });
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

function unknownFormatOfFile(given: string): MsgdbError {
  const named = formatIn(given) ?? '';
  const meant = nearest(named, REPORT_FORMATS);
  return new MsgdbError('MSGDB_USAGE', {
    what: `--output "${given}" names a format that does not exist: ${named}.`,
    why: `The formats are ${REPORT_FORMATS.join(', ')}.`,
    fix: meant
      ? `Did you mean --output ${meant}${given.slice(named.length)}?`
      : `Name one of them, or write --output ./${given} for a file of that name.`,
  });
}

function contradiction(one: string, other: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${one} and ${other} are given together.`,
    why,
    fix: `Leave ${one} or ${other} out.`,
  });
}
