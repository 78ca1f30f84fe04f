import { MsgdbError } from '../../model/errors.ts';
import { pointAt, type Start } from './point-at.ts';

/** What is no SQL, and is known by what the parser stumbles over. */
interface Known {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** A script, or a part of one, that the parser did not take. */
export interface Unparsed {
  readonly text: string;
  readonly start: Start;
  readonly error: unknown;
}

/** A failure of the parser with line, column and caret, and by name where it is about what psql or another tool adds to SQL. */
export function explainUnparsed({ text, start, error }: Unparsed): {
  readonly error: MsgdbError;
  /** Is it known that no server would take it? */
  readonly known: boolean;
} {
  const said = shorten(error instanceof Error ? error.message : String(error));
  const position = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition;
  if (position === undefined) {
    const what = `The SQL cannot be parsed: ${said}.`;
    const why = 'A script is run only when all of it can be read.';
    return {
      error: invalid({ what, why, fix: 'Correct the SQL at that place, and run the command again.' }, undefined, error),
      known: false,
    };
  }
  const place = pointAt(text, position, start);
  const characters = Array.from(text);
  const known = nameOf(characters.slice(0, position).join(''), characters.slice(position).join(''), place.line);
  const plain = {
    what: `The SQL cannot be parsed at line ${place.line}: ${said}.`,
    why: 'A script is run only when all of it can be read.',
    fix: 'Correct the SQL at that place, and run the command again.',
  };
  return { error: invalid(known ?? plain, place, error), known: known !== undefined };
}

const LONGEST_QUOTED = 40;

/** The parser quotes all that is left of a script behind a quote without its end. */
function shorten(message: string): string {
  return message.replace(/ at or near "([\s\S]*)"$/, (_, quoted: string) => {
    const [first = ''] = quoted.split('\n');
    const shown = first.length > LONGEST_QUOTED ? first.slice(0, LONGEST_QUOTED) : first;
    return ` at or near "${shown}${shown === quoted ? '' : '…'}"`;
  });
}

function invalid({ what, why, fix }: Known, place: ReturnType<typeof pointAt> | undefined, cause: unknown): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', { what, why, fix, cause, ...(place ? { data: { ...place } } : {}) });
}

function nameOf(before: string, rest: string, line: number): Known | undefined {
  const copy = copyBefore(before);
  if (copy !== undefined) return inlineRows(copy, line);
  const command = /^\\([a-z?!]+)/i.exec(rest)?.[1];
  if (command !== undefined) return metaCommand(command, line);
  const variable = /^:(?:'[^']+'|"[^"]+"|\w+|\{\?\w+\})/.exec(rest)?.[0];
  if (variable !== undefined) {
    return {
      what: `Line ${line} has the variable ${variable} of psql.`,
      why: 'psql puts a value in its place; PostgreSQL knows no such variables.',
      fix: `Write the value in place of ${variable}; or write the migration in TypeScript, where sql({ up }) takes any text.`,
    };
  }
  const placeholder = /^\$\{[^}\n]*\}|^\{\{[^}\n]*\}\}/.exec(rest)?.[0] ?? /^\$\$\{[^}\n]*\}/.exec(rest)?.[0];
  return placeholder === undefined ? undefined : placeholderOf(placeholder, line);
}

/** What Flyway and template engines put a value in place of. */
export function placeholderOf(placeholder: string, line: number): Known {
  return {
    what: `Line ${line} has the placeholder ${placeholder}.`,
    why: 'Flyway and other tools put a value in its place; msgdb runs a file as it is.',
    fix: `Write the value in place of ${placeholder}; or write the migration in TypeScript, where sql({ up }) takes any text.`,
  };
}

const INSTEAD: Readonly<Record<string, string>> = {
  i: 'Write the SQL of that file in its place.',
  ir: 'Write the SQL of that file in its place.',
  include: 'Write the SQL of that file in its place.',
  include_relative: 'Write the SQL of that file in its place.',
  copy: 'Write the rows as INSERT (pg_dump --inserts does), or load them with psql.',
  c: 'Take it out: a migration is for the database that msgdb is connected to.',
  connect: 'Take it out: a migration is for the database that msgdb is connected to.',
  set: 'Take it out, and write the value where the variable is used.',
  gexec: 'Write it as a DO block that EXECUTEs what the query gives.',
  gset: 'Write it as a DO block with a variable.',
  echo: "Take it out, or write DO $$ BEGIN RAISE NOTICE '…'; END $$;",
  restrict: 'Take out \\restrict and \\unrestrict: pg_dump writes them for psql.',
  unrestrict: 'Take out \\restrict and \\unrestrict: pg_dump writes them for psql.',
};

function metaCommand(command: string, line: number): Known {
  return {
    what: `Line ${line} has \\${command}, a command of psql.`,
    why: 'It is for psql alone, and no SQL: PostgreSQL does not know it.',
    fix: INSTEAD[command] ?? 'Take it out, or write what it does as SQL.',
  };
}

/** Is the place behind a COPY … FROM STDIN whose rows have not ended? */
function copyBefore(before: string): string | undefined {
  const copies = [...before.matchAll(/\bcopy\s+([^;']+?)\s+from\s+stdin\b[^;]*;/gi)];
  const last = copies.at(-1);
  if (!last || /^\\\.\s*$/m.test(before.slice(last.index + last[0].length).replace(/\n[^\n]*$/, ''))) return undefined;
  return last[1]?.split(/[\s(]/)[0];
}

function inlineRows(table: string, line: number): Known {
  return {
    what: `Line ${line} is within the rows of COPY ${table} FROM STDIN.`,
    why: 'Rows in the file are for psql and pg_restore, which send them beside the SQL.',
    fix: 'Write the rows as INSERT (pg_dump --inserts does), or load them with psql.',
  };
}
