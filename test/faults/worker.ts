import { createInterface } from 'node:readline';
import { migrate } from '../../src/commands/migrate/migrate.ts';
import { rollback } from '../../src/commands/rollback/rollback.ts';
import { makeContext } from '../support/context.ts';

/** What a worker has to do, as one line of JSON on standard input. */
export interface Order {
  readonly url: string;
  readonly migrationsDir: string;
  readonly command: 'migrate' | 'rollback';
  readonly batchSize: number;
}

/**
 * Runs a command of msgdb in a process of its own, to be killed. Says `ready` when it can begin and then each step it
 * starts, a line each.
 */
console.log('ready');
const line = await new Promise<string>((resolve) => {
  createInterface({ input: process.stdin }).once('line', resolve);
});
const { url, migrationsDir, command, batchSize } = JSON.parse(line) as Order;
const context = await makeContext(
  { url },
  {
    migrationsDir,
    // What a test holds is waited for until it lets go, however long a busy machine takes to get there.
    settings: { strategy: 'online', batchSize, lockTimeoutMs: 120_000 },
    emit: (event) => {
      if (event.kind === 'step-started') console.log(event.title);
    },
  },
);
const report =
  command === 'migrate'
    ? await migrate(context, { dryRun: false, allowOutOfOrder: false })
    : await rollback(context, { dryRun: false });
console.log(`ended ${report.verdict}`);
