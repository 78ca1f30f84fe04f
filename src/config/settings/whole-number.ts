import { MsgdbError } from '../../model/errors.ts';

/**
 * The value of a flag that counts something; `fallback` when the flag is not given.
 * @throws MsgdbError MSGDB_USAGE when it is not a whole number from `least` up.
 */
export function parseWholeNumber<Fallback>(
  flag: string,
  value: string | undefined,
  { least, fallback }: { readonly least: number; readonly fallback: Fallback },
): number | Fallback {
  if (value === undefined) return fallback;
  if (/^\d{1,9}$/.test(value.trim()) && Number(value) >= least) return Number(value);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is "${value}", which is not a whole number from ${least} up.`,
    why: 'It takes a number written in digits.',
    fix: `Write it like ${flag} ${Math.max(least, 3)}.`,
  });
}
