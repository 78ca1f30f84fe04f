import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';
import { GLOBAL_FLAGS } from '../definition/flags.ts';
import { COMMANDS } from '../table/table.ts';

/**
 * Refuses a flag in the place of another one's value: `--where --dry-run` would take `--dry-run` for SQL (there it is a
 * comment), and then do what was only to be looked at.
 * @throws MsgdbError MSGDB_USAGE
 */
export function refuseFlagAsValue(flags: Flags): void {
  for (const [name, value] of Object.entries(flags)) {
    const swallowed = [value].flat().find((each) => typeof each === 'string' && KNOWN.has(each.replace(/=$/, '')));
    if (swallowed === undefined) continue;
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${flag} is given without a value.`,
      why: `What follows it, ${swallowed.replace(/=$/, '')}, is a flag itself.`,
      fix: `Give ${flag} a value, or leave it out.`,
    });
  }
}

const KNOWN: ReadonlySet<string> = new Set(
  [...GLOBAL_FLAGS, ...COMMANDS.flatMap(({ flags }) => flags)].flatMap(({ usage }) => usage.match(/-[-\w]+/g) ?? []),
);
