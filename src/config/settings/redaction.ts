import * as z from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import { parseName } from '../../model/name.ts';
import type { Redaction } from '../../model/redaction.ts';
import { splitKey } from '../../model/split-key.ts';
import type { Kind } from './setting-kinds.ts';

const FORM = 'it is neither true, false nor a list of names of columns';

/** All row contents, or those of some columns; its flag takes names only behind `=`. */
export const redaction: Kind<Redaction, Redaction> = {
  form: '`true`, `false` or list of columns',
  unit: '',
  schema: z.union([z.boolean(), z.array(z.string()).min(1)], FORM).transform((written, context) => {
    if (typeof written === 'boolean') return written;
    const names = written.map(columnOf);
    const wrong = written.find((_, place) => names[place] === undefined);
    if (wrong !== undefined) context.addIssue(`"${wrong}" is not the name of a column; tables are left out`);
    return wrong === undefined ? names.filter((name) => name !== undefined) : z.NEVER;
  }),
  parseFlag(flag, typed) {
    const read = readRedaction(typed);
    if (read !== undefined) return read;
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${flag}=${typed} does not name columns.`,
      why: 'It hides the columns of a name in all tables: a table is not named, and dots stand in double quotes.',
      fix: `Write it like ${flag}=content,email, or ${flag} alone to hide all of a row.`,
    });
  },
};

/** What was typed behind `--redact=`; undefined where that is no list of names. */
export function readRedaction(typed: string): Redaction | undefined {
  if (typed === '') return true;
  const names = splitKey(typed).map(columnOf);
  return names.includes(undefined) ? undefined : names.filter((name) => name !== undefined);
}

function columnOf(written: string): string | undefined {
  try {
    const [part, ...more] = parseName(written);
    return more.length === 0 ? part?.text : undefined;
  } catch {
    return undefined;
  }
}
