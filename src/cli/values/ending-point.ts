import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';

/** How far a rollback goes: back to a migration, or a number of them. Neither is the default of the command. */
export interface EndingPoint {
  readonly to?: string;
  readonly step?: number;
}

/** @throws MsgdbError MSGDB_USAGE when both are given, or --step counts nothing. */
export function parseEndingPoint(flags: Flags): EndingPoint {
  if (flags.to !== undefined && flags.step !== undefined) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--to and --step are given together.',
      why: 'Each says where the rollback ends.',
      fix: 'Leave --step out to undo down to a migration, or --to to undo a number of migrations.',
    });
  }
  const step = parseWholeNumber('--step', flags.step, { least: 1, fallback: undefined });
  return { ...(flags.to === undefined ? {} : { to: flags.to }), ...(step === undefined ? {} : { step }) };
}

/** What of the pending migrations is applied: up to one, or one alone. Neither is all. */
export interface Extent {
  readonly to?: string;
  readonly only?: string;
}

/** @throws MsgdbError MSGDB_USAGE when both are given. */
export function parseExtent({ to, only }: Flags): Extent {
  if (to !== undefined && only !== undefined) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--to and --only are given together.',
      why: '--to applies all migrations up to one, --only applies that one alone.',
      fix: 'Leave --to out for that migration alone, or --only for all up to it.',
    });
  }
  return { ...(to === undefined ? {} : { to }), ...(only === undefined ? {} : { only }) };
}
