import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import type { KeyPart, MergeStrategy, Reference } from '../../model/operations/common.ts';
import { type CopyOptions, type UniqueKey, uniqueKey } from '../../model/operations/unique-key.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Flags } from '../definition/flag.ts';
import { hasParenthesis, splitAt, splitList } from './split-list.ts';

const STRATEGIES = ['first-non-null', 'min', 'max', 'sum', 'or', 'and', 'concat', 'jsonb-merge'] as const;

/** Flags that say more about a rule and mean nothing without one. */
const DETAILS = {
  where: '--where',
  keep: '--keep',
  nullsNotDistinct: '--nulls-not-distinct',
  merge: '--merge',
  references: '--references',
  index: '--index',
} as const satisfies Partial<Record<keyof Flags, string>>;

/**
 * The rule that --table and --key describe; undefined when they are not given, which means the migrations' rules.
 * @throws MsgdbError MSGDB_USAGE when they make no rule.
 */
export function parseRule(flags: Flags): UniqueKey | undefined {
  if (flags.table === undefined && flags.key === undefined) {
    refuseDetails(flags);
    return undefined;
  }
  if (flags.table === undefined || flags.key === undefined) throw halfARule(flags);
  const merge = parseMerges(flags.merge ?? []);
  try {
    return uniqueKey({
      table: flags.table,
      key: splitList(flags.key, '--key').map(parseKeyPart),
      ...(flags.where === undefined ? {} : { where: flags.where }),
      ...(flags.nullsNotDistinct ? { nulls: 'not distinct' as const } : {}),
      ...(flags.keep === undefined ? {} : { keep: splitList(flags.keep, '--keep') }),
      ...(merge.length === 0 ? {} : { merge: Object.fromEntries(merge) }),
      ...(flags.index === undefined ? {} : { index: flags.index }),
      ...(flags.references === undefined ? {} : { references: parseReferences(flags.references) }),
    });
  } catch (error) {
    throw error instanceof MsgdbError && error.code === 'MSGDB_MIGRATION_INVALID' ? notARule(error) : error;
  }
}

/**
 * What --keep and --merge say of the copies of a rule that is known otherwise; undefined where neither is given.
 * @throws MsgdbError MSGDB_USAGE when they make no rule.
 */
export function parseCopies({ keep, merge: merges }: Flags): CopyOptions | undefined {
  if (keep === undefined && merges === undefined) return undefined;
  const merge = parseMerges(merges ?? []);
  const copies = {
    ...(keep === undefined ? {} : { keep: splitList(keep, '--keep') }),
    ...(merge.length === 0 ? {} : { merge: Object.fromEntries(merge) }),
  };
  try {
    uniqueKey({ table: 'any', key: ['any'], ...copies });
    return copies;
  } catch (error) {
    throw error instanceof MsgdbError && error.code === 'MSGDB_MIGRATION_INVALID' ? notARule(error) : error;
  }
}

/** A part with a parenthesis is an expression, as in CREATE INDEX. */
function parseKeyPart(part: string): KeyPart {
  return hasParenthesis(part) ? { expression: part } : part;
}

/** Each column once: of two ways to merge it, nothing says which is meant. */
function parseMerges(lists: readonly string[]): readonly (readonly [string, MergeStrategy])[] {
  const parts = lists.flatMap((list) => splitList(list, '--merge'));
  const merges = parts.map(parseMerge);
  merges.forEach(([column, how], place) => {
    const first = merges.findIndex(([other]) => other === column);
    if (JSON.stringify(merges[first]?.[1]) === JSON.stringify(how)) return;
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--merge names the column ${column} more than once, in different ways: ${parts[first]}, ${parts[place]}.`,
      why: 'The row that stays takes one value for a column, and nothing says which way is meant.',
      fix: `Keep one of them, for example --merge ${parts[first]}.`,
    });
  });
  return merges;
}

function parseMerge(part: string): readonly [string, MergeStrategy] {
  const [column = '', how = ''] = splitAt(part, '=', '--merge', 2).map((each) => each.trim());
  const known = STRATEGIES.find((strategy) => strategy === how);
  if (column !== '' && known) return [column, known];
  if (column !== '' && hasParenthesis(how)) return [column, { expression: how }];
  const meant = nearest(how, STRATEGIES);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--merge is given "${part}", which is not column=how.`,
    why: `How is one of ${STRATEGIES.join(', ')}, or an aggregate such as max(updated_at).`,
    fix: `Write it like --merge ${column || 'column'}=${meant ?? 'first-non-null'}.`,
  });
}

/** Columns that refer to the rule's rows without a foreign key: `messages.conversation_id`. */
function parseReferences(lists: readonly string[]): readonly Reference[] {
  return lists
    .flatMap((list) => splitList(list, '--references'))
    .map((part) => {
      const [, table, column] = /^(.+)\.("(?:[^"]|"")*"|[^.]+)$/.exec(part) ?? [];
      if (table !== undefined && column !== undefined) return { table, column };
      throw new MsgdbError('MSGDB_USAGE', {
        what: `--references is given "${part}", which is not TABLE.COLUMN.`,
        why: 'It names a column that refers to rows of the table without a foreign key.',
        fix: 'Write it like --references messages.conversation_id.',
      });
    });
}

/** @throws MsgdbError MSGDB_USAGE for flags that say more of a rule that is not given. */
export function refuseDetails(flags: Flags): void {
  const given = Object.entries(DETAILS).find(([name]) => flags[name as keyof typeof DETAILS] !== undefined);
  if (!given) return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${given[1]} is given without --table and --key.`,
    why: 'It is a part of one rule; without a rule on the command line those of the migrations are used.',
    fix: 'Add --table TABLE --key COLUMNS, or write it in the migration.',
  });
}

function halfARule(flags: Flags): MsgdbError {
  const [given, missing] = flags.table === undefined ? ['--key', '--table'] : ['--table', '--key'];
  return new MsgdbError('MSGDB_USAGE', {
    what: `${given} is given without ${missing}.`,
    why: 'A rule is a table and the columns that are unique in it.',
    fix:
      missing === '--key'
        ? `\`msgdb find-duplicates --table ${shellWord(flags.table ?? '')} --discover\` shows columns that may be a key: add them with --key. Or leave --table out to use the migrations' rules.`
        : `Add the table: --table messages --key ${flags.key}.`,
  });
}

function notARule(error: MsgdbError): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: 'The flags do not make a rule.',
    why: error.why,
    fix: 'Write it like --table messages --key user_id,lower(email) --keep "updated_at desc".',
    cause: error,
  });
}
