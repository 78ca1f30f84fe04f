import { parseCommandLine } from './command-line/parse-command-line.ts';
import type { Process } from './process.ts';
import { runInvocation } from './run-invocation.ts';
import { terminalLook } from './terminal/look.ts';
import { settleColour } from './terminal/settle-colour.ts';

/** Does what the words after `msgdb` ask for and gives the exit code. */
export async function runWords(words: readonly string[], process: Process): Promise<number> {
  settleColour(process.env, words);
  const invocation = parseCommandLine(words, terminalLook(process.stdout, process, {}));
  return await runInvocation(invocation, process);
}
