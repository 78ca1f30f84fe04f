import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cleanDatabase, expectNoDebris } from '../db/engine/project.ts';
import { makeProject, type RunningCli, startCli } from '../support/cli.ts';
import { FULL } from '../support/form.ts';
import { checkDone, checkLaws, harass, SCENARIOS, type Scenario } from './scenarios.ts';
import { type FaultServer, startFaultServer } from './server.ts';

/** The whole matrix takes a quarter of an hour; every run of the tests takes a sample of it. */
const MOMENTS = FULL ? 18 : 1;
const BOUNDARIES_APART = FULL ? 1 : 24;
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

/** How a run ends before its time. */
const FAULTS = {
  'the program is killed': async (_, run) => void (await run.kill('SIGKILL')),
  'its sessions are terminated': async (server, run) => {
    await server.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'msgdb: %'`;
    await run.result;
  },
  'the server crashes': async (server, run) => {
    await server.crash();
    await run.result;
  },
} as const satisfies Record<string, (server: FaultServer, run: RunningCli) => Promise<void>>;

type Fault = keyof typeof FAULTS;

/** When it ends: after so many lines of its story, or so many milliseconds. */
type Moment = { readonly lines: number } | { readonly ms: number };

test.each(SCENARIOS.flatMap((scenario) => Object.keys(FAULTS).map((fault) => ({ scenario, fault: fault as Fault }))))(
  `$scenario.name: $fault, anywhere; one more run completes (TEST_SEED=${SEED})`,
  { timeout: 1_800_000 },
  async ({ scenario, fault }) => {
    const server = await startFaultServer();
    const whole = await play(server, scenario, undefined);
    const moments: Moment[] = [];
    for (let lines = 1; lines <= whole.lines; lines += BOUNDARIES_APART) moments.push({ lines });
    for (let n = 0; n < MOMENTS; n += 1) {
      const share = (((SEED + 1) * 7919 * (n + 1) + scenario.name.length * 104_729) % 1000) / 1000;
      moments.push({ ms: whole.connectedMs + share * (whole.ms - whole.connectedMs) });
    }
    for (const moment of moments) await play(server, scenario, { fault, moment });
  },
);

/** Sets the tables up, runs, ends the run as asked, runs once more; the laws hold after both. */
async function play(
  server: FaultServer,
  scenario: Scenario,
  end: { readonly fault: Fault; readonly moment: Moment } | undefined,
): Promise<{ readonly lines: number; readonly ms: number; readonly connectedMs: number }> {
  await cleanDatabase(server.sql);
  await server.sql.unsafe(scenario.setup);
  const stop = new AbortController();
  const harassing = scenario.harassed ? harass(server.open, stop.signal) : Promise.resolve([]);
  const operation = JSON.stringify({ kind: 'unique-key', ...scenario.rule });
  const cwd = await makeProject({
    'migrations/0001-once.mjs': `import { migration, uniqueKey } from 'msgdb';
      const { kind, ...rule } = ${operation};
      export default migration({ summary: 'once', up: [uniqueKey(rule)] });`,
  });
  const run = async () => startCli(['migrate', '-v', ...scenario.flags, '-u', server.url], { cwd });
  try {
    const began = performance.now();
    const first = await run();
    const connected = first.waitFor('looking at').then(
      () => performance.now() - began,
      () => 0,
    );
    if (end) {
      await Promise.race([reach(first, end.moment, began), first.result]);
      await FAULTS[end.fault](server, first);
      if (!scenario.harassed) await checkLaws(server.sql, []);
    }
    const result = end ? await (await run()).result : await first.result;
    const seen = { lines: linesOf(result.stderr), ms: performance.now() - began, connectedMs: await connected };
    stop.abort();
    expect({
      at: end,
      exitCode: result.exitCode,
      said: result.exitCode === 0 ? '' : result.stdout + result.stderr,
    }).toEqual({
      at: end,
      exitCode: 0,
      said: '',
    });
    await checkLaws(server.sql, await harassing);
    await checkDone(server.sql);
    await expectNoDebris(server.sql);
    return seen;
  } finally {
    stop.abort();
    await harassing;
  }
}

async function reach(run: RunningCli, moment: Moment, began: number): Promise<void> {
  if ('ms' in moment) return void (await sleep(moment.ms - (performance.now() - began)));
  while (linesOf(run.stderr()) < moment.lines) await sleep(1);
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}
