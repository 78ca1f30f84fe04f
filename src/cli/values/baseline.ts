import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';

/** @throws MsgdbError MSGDB_USAGE when a baseline is to be written and no file is named. */
export function baselineOf({ baseline, updateBaseline }: Flags): string | undefined {
  if (updateBaseline && baseline === undefined) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--update-baseline is given without --baseline.',
      why: 'It writes the present findings to a file, and no file is named.',
      fix: 'Name the file: --baseline upserts.json --update-baseline.',
    });
  }
  return baseline;
}
