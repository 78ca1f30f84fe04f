import { keepFenceMs } from '../commands/preflight/keep-fence-ms.ts';
import type { RepairOptions } from '../commands/preflight/repair-pending.ts';
import { parseDuration } from '../config/settings/duration.ts';
import { MsgdbError } from '../model/errors.ts';

interface Given {
  readonly repair: boolean;
  readonly dryRun: boolean;
  readonly build: boolean;
  readonly keepFence?: string | undefined;
}

/**
 * What `preflight()` is to repair; undefined where it only looks.
 * @throws MsgdbError MSGDB_USAGE where options are given that only a repair has.
 */
export function readRepair({ repair, dryRun, build, keepFence }: Given): RepairOptions | undefined {
  if (repair) {
    return {
      dryRun,
      yes: true,
      build,
      keepFence: keepFence === undefined ? undefined : parseKeepFence(keepFence),
      copies: undefined,
    };
  }
  const [lone] = Object.entries({ dryRun, build, keepFence }).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [name],
  );
  if (lone === undefined) return undefined;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `preflight() is given ${lone} without repair.`,
    why: 'Without repair it only looks: nothing is removed.',
    fix: `Add repair: true, or leave ${lone} out.`,
  });
}

function parseKeepFence(text: string): number {
  const words = { name: 'keepFence', example: "keepFence: '30m'", build: 'build: true' };
  return keepFenceMs(parseDuration(text, words.name), words);
}
