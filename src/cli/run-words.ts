import { parseCommandLine } from './command-line/parse-command-line.ts';
import { offersGuide } from './guide/offers-guide.ts';
import type { Process } from './process.ts';
import { runInvocation } from './run-invocation.ts';
import { terminalLook } from './terminal/look.ts';
import { settleColour } from './terminal/settle-colour.ts';

/** Does what the words after `msgdb` ask for and gives the exit code. */
export async function runWords(words: readonly string[], process: Process): Promise<number> {
  settleColour(process.env, words);
  if (words.length === 0 && offersGuide({}, process)) {
    const { leadAlone } = await import('./lead-alone.ts');
    const led = await leadAlone(process);
    if (led !== undefined) return led;
  }
  const invocation = parseCommandLine(words, terminalLook(process.stdout, process, {}));
  return await runInvocation(invocation, process);
}
