import type { Discovery } from '../../model/discovery.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { DedupeReport } from '../../model/report.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Flags } from '../definition/flag.ts';
import { parseRule } from '../values/rule.ts';

/** What was answered so far, as the flags that say the same. */
export type RuleFlags = Pick<Flags, 'table' | 'key' | 'where' | 'keep' | 'merge' | 'references'>;

/** What is known while a person answers. */
export interface Draft {
  readonly flags: RuleFlags;
  /** How many rows may go, where more would than is usual. */
  readonly limit?: number | undefined;
  /** Keys that seem to lack a unique index, where they were looked for. */
  readonly found?: Discovery | undefined;
  /** What removing the copies would do with what is answered so far. */
  readonly seen?: DedupeReport | undefined;
}

/**
 * The rule that the answers make.
 * @throws MsgdbError MSGDB_USAGE where they make none.
 */
export function ruleOf({ flags: { table = '', key = '', ...flags }, limit }: Draft): UniqueKey {
  const rule = parseRule({ ...flags, table, key });
  if (!rule) throw new TypeError('The answers name no table and no key.');
  return limit === undefined ? rule : { ...rule, limit: { losers: limit } };
}

/** The answers as flags that make the rule, for a shell. */
export function shellFlags({ table, key, where, keep, merge = [], references = [] }: RuleFlags): string {
  const flags = [
    ['--table', table],
    ['--key', key],
    ['--where', where],
    ['--keep', keep],
    ...merge.map((each) => ['--merge', each] as const),
    ...references.map((each) => ['--references', each] as const),
  ] as const;
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${shellWord(value)}`])).join(' ');
}
