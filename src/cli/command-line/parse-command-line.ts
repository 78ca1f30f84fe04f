import { CommanderError } from 'commander';
import { MsgdbError } from '../../model/errors.ts';
import type { Look } from '../../report/look.ts';
import type { Command, Input } from '../definition/command.ts';
import type { Flags } from '../definition/flag.ts';
import { COMMANDS } from '../table/table.ts';
import { refuseFlagAsValue } from './flag-as-value.ts';
import { GivenFlags } from './given-flags.ts';
import { settleEmbedded, settleRedact } from './optional-values.ts';
import { createProgram } from './program.ts';

/** What a command line asks for. `flags` are there even where it is refused, so that the refusal comes as asked. */
export type Invocation =
  | { readonly kind: 'run'; readonly command: Command; readonly input: Input }
  | { readonly kind: 'text'; readonly text: string; readonly exitCode: 0 | 2 }
  | { readonly kind: 'refused'; readonly error: MsgdbError; readonly command: string; readonly flags: Flags };

/**
 * Parses the words after `msgdb`. Pure: nothing is printed and nothing ends.
 * @param look how help is to look.
 */
export function parseCommandLine(words: readonly string[], look: Look): Invocation {
  let chosen: { readonly command: Command; readonly input: Input } | undefined;
  let text = '';
  const given = new GivenFlags();
  const program = createProgram({
    look,
    given,
    print: (part) => {
      text += part;
    },
    choose: (command, input) => {
      chosen = { command, input };
    },
  });
  try {
    program.parse(settleRedact(settleEmbedded(words)), { from: 'user' });
    if (!chosen) return { kind: 'text', text, exitCode: 0 };
    given.refuseTwoValues();
    refuseFlagAsValue(chosen.input.flags);
    return { kind: 'run', ...chosen };
  } catch (error) {
    if (error instanceof CommanderError) return { kind: 'text', text, exitCode: error.exitCode === 0 ? 0 : 2 };
    if (!(error instanceof MsgdbError)) throw error;
    return { kind: 'refused', error, command: nameOf(words), flags: program.opts<Flags>() };
  }
}

/** The first word that is a command: error documents name it even where the rest cannot be parsed. */
function nameOf(words: readonly string[]): string {
  const names = new Set(COMMANDS.map(({ name }) => name.split(' ')[0]));
  return words.find((word) => names.has(word)) ?? 'msgdb';
}
