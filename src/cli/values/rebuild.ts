import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';

/**
 * Is the history to be made again?
 * @throws MsgdbError MSGDB_USAGE where --rebuild is given for one migration, or --dry-run without it.
 */
export function parseRebuild(name: string | undefined, { rebuild, dryRun }: Flags): boolean {
  if (rebuild && name !== undefined) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--rebuild is given together with ${name}.`,
      why: 'It makes whole tables again, and not what they say of one migration.',
      fix: `Leave ${name} out.`,
    });
  }
  if (!rebuild && dryRun) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--dry-run is given without --rebuild.',
      why: 'What else there is to repair, `msgdb status` shows.',
      fix: 'Leave --dry-run out, or add --rebuild.',
    });
  }
  return rebuild === true;
}
