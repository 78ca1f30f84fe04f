import { appendFile } from 'node:fs/promises';
import type { Log } from './log/log.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Adds a report in Markdown to the summary that GitHub Actions shows of a step; does nothing elsewhere. A summary that
 * cannot be written is told, and changes nothing else.
 */
export async function addStepSummary(markdown: string, { env }: Terminal, log: Log): Promise<void> {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file || env.GITHUB_ACTIONS !== 'true') return;
  await appendFile(file, `${markdown}\n`).catch(async (error: Error) => {
    await log.warn([`The summary of the step could not be written: ${error.message}`]);
  });
}
