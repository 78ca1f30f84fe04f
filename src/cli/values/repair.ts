import { keepFenceMs } from '../../commands/preflight/keep-fence-ms.ts';
import type { RepairOptions } from '../../commands/preflight/repair-pending.ts';
import { parseDuration } from '../../config/settings/duration.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';
import { parseCopies } from './rule.ts';

/** Flags that say how rows are repaired. */
const DETAILS = {
  keep: '--keep',
  merge: '--merge',
  dryRun: '--dry-run',
  yes: '--yes',
  build: '--build',
  keepFence: '--keep-fence',
} as const satisfies Partial<Record<keyof Flags, string>>;

/**
 * What --repair and the flags beside it ask for; undefined where preflight only looks.
 * @throws MsgdbError MSGDB_USAGE where they make no sense.
 */
export function parseRepair(flags: Flags): RepairOptions | undefined {
  if (flags.repair) {
    return {
      dryRun: flags.dryRun === true,
      yes: flags.yes === true,
      build: flags.build === true,
      keepFence: flags.keepFence === undefined ? undefined : parseKeepFence(flags.keepFence),
      copies: parseCopies(flags),
    };
  }
  const given = Object.entries(DETAILS).find(([name]) => flags[name as keyof typeof DETAILS] !== undefined);
  if (!given) return undefined;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${given[1]} is given without --repair.`,
    why: 'Without --repair, preflight only looks: nothing is removed.',
    fix: `Add --repair, or leave ${given[1]} out.`,
  });
}

function parseKeepFence(text: string): number {
  const words = { name: '--keep-fence', example: '--keep-fence 30m', build: '--build' };
  return keepFenceMs(parseDuration(text, words.name), words);
}
