import { parseDuration } from '../../config/settings/duration.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';

/** A candidate whose rows are not counted by then is shown as not confirmed. */
const DEFAULT_TIME_LIMIT_MS = 10_000;

/** Flags about a rule, which --discover has yet to find. */
const OF_A_RULE = {
  key: '--key',
  where: '--where',
  nullsNotDistinct: '--nulls-not-distinct',
  explain: '--explain',
  by: '--by',
  samples: '--samples',
} as const satisfies Partial<Record<keyof Flags, string>>;

/** Where to discover, and how long to count. */
export interface Discover {
  readonly table: string | undefined;
  readonly schema: string | undefined;
  readonly timeLimitMs: number;
}

/**
 * What --discover asks for; undefined without it.
 * @throws MsgdbError MSGDB_USAGE when flags do not go together.
 */
export function parseDiscover(flags: Flags): Discover | undefined {
  if (!flags.discover) {
    if (flags.timeLimit !== undefined)
      throw alone('--time-limit', '--discover', 'It is how long a candidate is counted.');
    if (flags.by !== undefined && !flags.explain) {
      throw alone('--by', '--explain', 'It names the column by which the copies are explained.');
    }
    return undefined;
  }
  const given = Object.entries(OF_A_RULE).find(([name]) => flags[name as keyof typeof OF_A_RULE] !== undefined);
  if (given) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--discover and ${given[1]} are given together.`,
      why: `${given[1]} is about a rule; --discover looks for rules that no migration declares.`,
      fix: `Leave ${given[1]} out. --discover takes --table or --schema, and --time-limit.`,
    });
  }
  return {
    table: flags.table,
    schema: flags.schema,
    timeLimitMs: flags.timeLimit === undefined ? DEFAULT_TIME_LIMIT_MS : parseDuration(flags.timeLimit, '--time-limit'),
  };
}

function alone(flag: string, needed: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is given without ${needed}.`,
    why,
    fix: `Add ${needed}, or leave ${flag} out.`,
  });
}
