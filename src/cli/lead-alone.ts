import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { loadConfig } from '../config/load-config.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Process } from './process.ts';
import { runInvocation } from './run-invocation.ts';
import { CHANGING_COMMANDS } from './table/changing.ts';
import { ask } from './terminal/ask.ts';
import { listenForSignals } from './terminal/interruption.ts';

/**
 * `msgdb` without a word, at a terminal: where a database is known and there are no migrations yet, offers the guide.
 * @returns the exit code; undefined where the help is what is wanted.
 */
export async function leadAlone(process: Process): Promise<number | undefined> {
  const database = await knownDatabase(process);
  if (database === undefined) return undefined;
  const interruption = listenForSignals(process, { onFirst: () => {}, onSecond: () => {} });
  try {
    const question = {
      text: `Look for duplicates in ${database}? No shows the help.`,
      preview: '',
      look: 'msgdb --help',
    };
    if (!(await ask(question, process, interruption))) return undefined;
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_INTERRUPTED') return interruption.exitCode();
    throw error;
  } finally {
    interruption.release();
  }
  const command = CHANGING_COMMANDS.find(({ name }) => name === 'dedupe');
  return command && (await runInvocation({ kind: 'run', command, input: { arguments: [], flags: {} } }, process));
}

/** Its label; undefined where none is named, the configuration is wrong, the log is for programs, or migrations are there. */
async function knownDatabase({ cwd, env }: Process): Promise<string | undefined> {
  const config = await loadConfig({ cwd: cwd(), env, home: homedir(), flags: {} }).catch(() => undefined);
  if (config?.database.kind !== 'url' || config.logFormat === 'json') return undefined;
  const files = await readdir(config.migrationsDir).catch(() => []);
  return files.length === 0 ? config.database.target.label : undefined;
}
