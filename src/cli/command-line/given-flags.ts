import type { Command as Commander, Option } from 'commander';
import { redactUrl } from '../../config/redact.ts';
import { MsgdbError } from '../../model/errors.ts';

/** Flags with a value that may hold a password. */
const SECRET: ReadonlySet<string> = new Set(['--database-url']);

/** What joins two values of a flag in one, where that is possible. */
const JOINED: Readonly<Record<string, (values: readonly string[]) => string>> = {
  '--key': (values) => values.join(','),
  '--keep': (values) => values.join(', '),
  '--where': (values) => values.map((each) => `(${each})`).join(' and '),
};

/** Flags of one command line as they are given: of a flag that takes one value, commander keeps the last one. */
export class GivenFlags {
  readonly #values = new Map<string, Set<string>>();

  /** Notes each time that the option is given, before the command or after it. */
  watch(node: Commander, option: Option): void {
    node.on(`option:${option.name()}`, (value: string | null | undefined) => {
      const flag = option.long ?? option.flags;
      this.#values.set(flag, (this.#values.get(flag) ?? new Set()).add(value ?? ''));
    });
  }

  /** @throws MsgdbError MSGDB_USAGE for a flag that is given two values. */
  refuseTwoValues(): void {
    for (const [flag, values] of this.#values) if (values.size > 1) throw twoValues(flag, [...values]);
  }
}

function twoValues(flag: string, values: readonly string[]): MsgdbError {
  const shown = SECRET.has(flag) ? values.map(redactUrl) : values;
  const [first = ''] = shown;
  const joined = JOINED[flag]?.(values);
  return new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is given more than once, with different values: ${shown.map((each) => `"${each}"`).join(', ')}.`,
    why: 'It takes one value, and nothing says which of them is meant.',
    fix: joined
      ? `Keep one of them, or write both in one: ${flag} "${joined}".`
      : `Keep one of them, for example ${flag === '--embedded' && first === '' ? flag : `${flag} ${first}`}.`,
  });
}
