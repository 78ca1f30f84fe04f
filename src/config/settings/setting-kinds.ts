import * as z from 'zod';
import { DURATION_FORM, durationMs } from '../../model/duration.ts';
import { MsgdbError } from '../../model/errors.ts';
import { HISTORY_NAME_FORM, isHistoryName } from '../../model/history-name.ts';
import { nearest } from '../../model/nearest.ts';
import type { Limit } from '../../model/operations/common.ts';
import { type CopyOptions, copyOptionsSchema } from '../../model/operations/unique-key.ts';
import { parseRuleName } from '../../model/rule-name.ts';
import { parseWindow, WINDOW_FORM, type Window } from '../../model/window.ts';
import { parseDuration } from './duration.ts';
import { LIMIT_FORM, parseLimit } from './limit.ts';
import { MEMORY_FORM, memoryBytes } from './memory-size.ts';
import { parseRate, RATE_FORM } from './rate.ts';
import { parseWholeNumber } from './whole-number.ts';

/** How a setting is written, in a file and after a flag, and what it is once it is read. */
export interface Kind<Written, Value, Unit extends string = ''> {
  /** What the reference calls it. */
  readonly form: string;
  /** The words there are, where it is one of some. */
  readonly words?: readonly string[];
  /** Added to the setting's name once it is read: `lockWait: '2s'` is `lockWaitMs: 2000`. */
  readonly unit: Unit;
  /** Reads what a config file holds. */
  readonly schema: z.ZodType<Value, Written>;
  /**
   * Reads what was typed after a flag; absent where no flag has this form.
   * @throws MsgdbError MSGDB_USAGE
   */
  readonly parseFlag?: (flag: string, typed: string) => Value;
}

/** A text that is not empty. */
export function text(form: string): Kind<string, string> {
  return {
    form,
    unit: '',
    schema: z.string().trim().min(1, 'it is empty'),
    parseFlag(flag, typed) {
      if (typed.trim() !== '') return typed;
      throw new MsgdbError('MSGDB_USAGE', {
        what: `${flag} is given without a value.`,
        why: 'The value is empty; in a script that is often a variable that is not set.',
        fix: `Give ${flag} a value, or leave it out.`,
      });
    },
  };
}

/** The name of a schema of msgdb's own. */
export const historyName: Kind<string, string> = {
  form: '`msgdb`, `msgdb_NAME`',
  unit: '',
  schema: z.string().refine(isHistoryName, HISTORY_NAME_FORM),
  parseFlag(flag, typed) {
    if (isHistoryName(typed)) return typed;
    const words = typed
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
      .slice(0, 40);
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${flag} is "${typed}": ${HISTORY_NAME_FORM}.`,
      why: 'By these names tables of msgdb, of this project or another one, are told from those of the application.',
      fix: `Write ${flag} ${words === '' ? 'msgdb_shop' : `msgdb_${words}`}, or leave it out.`,
    });
  },
};

/** Milliseconds. */
export const duration: Kind<string, number, 'Ms'> = {
  form: 'duration',
  unit: 'Ms',
  schema: parsedText(durationMs, DURATION_FORM),
  parseFlag: (flag, typed) => parseDuration(typed, flag),
};

/** A whole number from `least` up. */
export function count(least: number): Kind<number, number> {
  return {
    form: 'number',
    unit: '',
    schema: wholeNumber(least),
    parseFlag: (flag, typed) => parseWholeNumber(flag, typed, { least, fallback: least }),
  };
}

/** One of some words; `why` says what they mean. */
export function choice<const Word extends string>(words: readonly Word[], why: string): Kind<Word, Word> {
  return {
    form: words.map((word) => `\`${word}\``).join(', '),
    words,
    unit: '',
    schema: z.enum(words, `it is not one of ${words.join(', ')}`),
    parseFlag(flag, typed) {
      const known = words.find((word) => word === typed);
      if (known) return known;
      throw new MsgdbError('MSGDB_USAGE', {
        what: `${flag} is "${typed}", which is not one of ${words.join(', ')}.`,
        why,
        fix: `Write ${flag} ${nearest(typed, words) ?? words[0]}, or leave it out.`,
      });
    },
  };
}

/** Bytes. */
export const memory: Kind<string, number, 'Bytes'> = {
  form: '`64MB`, `1GB`',
  unit: 'Bytes',
  schema: parsedText(memoryBytes, MEMORY_FORM),
  parseFlag: (flag, typed) =>
    memoryBytes(typed) ?? refuse(flag, typed, MEMORY_FORM, `Write it like ${flag} 512MB, or leave it out.`),
};

/** Hours of the day. */
export const window: Kind<string, Window> = {
  form: '`22:00-05:00`, `22:00-05:00 Europe/Berlin`, `none`',
  unit: '',
  schema: parsedText(parseWindow, WINDOW_FORM),
  parseFlag: (flag, typed) =>
    parseWindow(typed) ??
    refuse(flag, typed, WINDOW_FORM, `Write it like ${flag} 22:00-05:00 or ${flag} '22:00-05:00 Europe/Berlin'.`),
};

/** Rows a second. */
export const rate: Kind<number | string, number> = {
  form: '`5000`, `5000/s`',
  unit: '',
  schema: z.union([z.number(), z.string()], `it is not ${RATE_FORM}`).transform((value, context) => {
    const parsed = parseRate(String(value));
    if (parsed === undefined) context.addIssue(`it is not ${RATE_FORM}`);
    return parsed ?? z.NEVER;
  }),
  parseFlag: (flag, typed) =>
    parseRate(typed) ?? refuse(flag, typed, RATE_FORM, `Write it like ${flag} 5000, or leave it out.`),
};

const SHARE_FORM = 'it is not a share from 0 to 1';

const rowsOrShare = z.union(
  [
    z.int(),
    z.string(),
    z.strictObject({ losers: wholeNumber(0) }),
    z.strictObject({ share: z.number(SHARE_FORM).min(0, SHARE_FORM).max(1, SHARE_FORM) }),
  ],
  `it is not ${LIMIT_FORM}`,
);

/** The most rows a plan may remove, as a count or as a share of the covered ones. */
export const limit: Kind<z.input<typeof rowsOrShare>, Limit> = {
  form: "`1000`, `'5%'`, `{ losers }` or `{ share }`",
  unit: '',
  schema: rowsOrShare.transform((value, context) => {
    if (typeof value === 'object') return value;
    const parsed = parseLimit(String(value));
    if (!parsed) context.addIssue(`it is not ${LIMIT_FORM}`);
    return parsed ?? z.NEVER;
  }),
  parseFlag: (flag, typed) =>
    parseLimit(typed) ?? refuse(flag, typed, LIMIT_FORM, `Write it like ${flag} 1000 or ${flag} 5%.`),
};

/** A folder, or true for the usual one. */
export const folderOrTrue: Kind<string | boolean, string | boolean> = {
  form: '`true` or a folder',
  unit: '',
  schema: z.union(
    [z.boolean(), z.string().trim().min(1, 'it is empty')],
    'it is neither true nor the name of a folder',
  ),
  parseFlag: (_, typed) => typed || true,
};

/** Several words out of some. */
export function choices<const Word extends string>(words: readonly Word[]): Kind<readonly Word[], readonly Word[]> {
  return { form: 'list of names', unit: '', schema: z.array(choice(words, '').schema) };
}

/** Files and folders. */
export const paths: Kind<readonly string[], readonly string[]> = {
  form: 'list of files and folders',
  unit: '',
  schema: z.array(z.string().trim().min(1, 'it is empty'), 'it is not a list of files and folders'),
};

const NO_RULE_NAME = 'a rule is named by its table and key, such as "users(email)"';

type Rules = Readonly<Record<string, CopyOptions>>;

/** Options of rules, by table and key. */
export const rules: Kind<Rules, Rules> = {
  form: "`{ 'table(column)': { keep, merge, … } }`",
  unit: '',
  schema: z.record(z.string(), copyOptionsSchema).superRefine((written, context) => {
    for (const name of Object.keys(written)) {
      if (!parseRuleName(name)) context.addIssue({ code: 'custom', path: [name], message: NO_RULE_NAME });
    }
  }) as unknown as Kind<Rules, Rules>['schema'],
};

function wholeNumber(least: number) {
  return z.int(`it is not a whole number from ${least} up`).min(least, `it is below ${least}`);
}

function parsedText<Value>(parse: (text: string) => Value | undefined, form: string): z.ZodType<Value, string> {
  return z.string(`it is not ${form}`).transform((value, context) => {
    const parsed = parse(value);
    if (parsed === undefined) context.addIssue(`it is not ${form}`);
    return parsed ?? z.NEVER;
  });
}

function refuse(flag: string, typed: string, form: string, fix: string): never {
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is "${typed}", which is not ${form}.`,
    why: 'No other form is understood.',
    fix,
  });
}
