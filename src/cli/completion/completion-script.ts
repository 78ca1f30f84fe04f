import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { type Grammar, type Place, placesOf } from './grammar.ts';
import { zshScript } from './zsh.ts';

/** Makes the script of a shell from the places of the command line. */
const SCRIPTS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const SHELLS: readonly string[] = Object.keys(SCRIPTS);

/**
 * The script that completes commands, flags and their values in a shell. It holds all that it offers: a key press starts
 * no program.
 * @throws MsgdbError MSGDB_USAGE for a shell that there is no script for.
 */
export function completionScript(shell: string, commandLine: Omit<Grammar, 'shells'>): string {
  const script = SCRIPTS[shell];
  if (script) return script(placesOf({ ...commandLine, shells: SHELLS }));
  const meant = nearest(shell, SHELLS) ?? 'bash';
  throw new MsgdbError('MSGDB_USAGE', {
    what: `There is no completion for the shell "${shell}".`,
    why: `The shells are ${SHELLS.join(', ')}.`,
    fix: `Write msgdb completion ${meant}.`,
  });
}
