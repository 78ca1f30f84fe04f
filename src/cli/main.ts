import { parseCommandLine } from './command-line/parse-command-line.ts';
import { runInvocation } from './run-invocation.ts';
import { leave } from './terminal/leave.ts';
import { terminalLook } from './terminal/look.ts';
import { settleColour } from './terminal/settle-colour.ts';

/** The program: what was typed → what is asked for → work and report → the exit code. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  settleColour(process.env, words);
  const invocation = parseCommandLine(words, terminalLook(process.stdout, process, {}));
  const exitCode = await runInvocation(invocation, process);
  leave(process, exitCode);
}
