import { VERSION_LINE } from '../model/version.ts';
import { limitMemory } from './limit-memory.ts';
import { leave } from './terminal/leave.ts';
import { tolerateClosedPipes, write } from './terminal/terminal.ts';
import { asksVersionAlone } from './version-alone.ts';

/** The program: what was typed → what is asked for → work and report → the exit code. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (asksVersionAlone(words)) return leave(process, await printVersion());
  limitMemory();
  const { runWords } = await import('./run-words.ts');
  leave(process, await runWords(words, process));
}

async function printVersion(): Promise<number> {
  tolerateClosedPipes(process, () => {});
  await write(process.stdout, `${VERSION_LINE}\n`);
  return 0;
}
