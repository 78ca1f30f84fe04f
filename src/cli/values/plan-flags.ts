import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';

/** Flags that a plan file has the answers to. */
const ANSWERED = {
  table: '--table',
  key: '--key',
  where: '--where',
  nullsNotDistinct: '--nulls-not-distinct',
  keep: '--keep',
  merge: '--merge',
  samples: '--samples',
  sql: '--sql',
  planOut: '--plan-out',
} as const satisfies Partial<Record<keyof Flags, string>>;

const ANSWERS = 'A plan file says itself what is done: the rule, the rows and how they go.';
const LISTED = 'No sample is needed: the file lists every group, with each row and whether it stays.';

/**
 * The plan file to apply or to write, if there is one.
 * @throws MsgdbError MSGDB_USAGE for flags that do not go with it.
 */
export function parsePlanFlags(flags: Flags): { readonly apply?: string; readonly write?: string } {
  const { plan, planOut } = flags;
  if (plan !== undefined) {
    const given = Object.entries(ANSWERED).find(([name]) => flags[name as keyof typeof ANSWERED] !== undefined);
    if (given) throw clash('--plan', given[1], given[0] === 'samples' ? LISTED : ANSWERS);
    return { apply: named('--plan', plan) };
  }
  if (planOut === undefined) return {};
  if (flags.sql) throw clash('--plan-out', '--sql', 'Both are what the command gives.');
  if (flags.yes) throw clash('--plan-out', '--yes', 'Writing a plan changes nothing, so there is nothing to confirm.');
  return { write: named('--plan-out', planOut) };
}

function named(flag: string, file: string): string {
  if (file.trim() !== '') return file;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is given without a file.`,
    why: 'The value is empty; in a script that is often a variable that is not set.',
    fix: `Name a file: ${flag} dedupe.plan.`,
  });
}

function clash(flag: string, other: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${flag} and ${other} are given together.`,
    why,
    fix: `Leave ${other} out.`,
  });
}
