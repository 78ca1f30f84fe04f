import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanDatabase, expectNoDebris } from '../db/engine/project.ts';
import { makeRandom } from '../db/engine/random.ts';
import { makeProject, type RunningCli, startCli } from '../support/cli.ts';
import { EVERY, FULL, seedOfRun } from '../support/form.ts';
import { checkDone, checkLaws, harass, SCENARIOS, type Scenario } from './scenarios.ts';
import { type FaultServer, startFaultServer } from './server.ts';

/**
 * The whole matrix takes half an hour. The full form takes one boundary for each fault in each scenario; the short one, one
 * fault for each scenario.
 */
const MOMENTS = EVERY ? 18 : 0;
const SEED = seedOfRun();

/** How a run ends before its time; gives whether it was in time. */
const FAULTS = {
  'the program is killed': async (_, run) => (await run.kill('SIGKILL')).signal === 'SIGKILL',
  'its sessions are terminated': async (server, run) => {
    const ended = await server.sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'msgdb: %'`;
    await run.result;
    return ended.length > 0;
  },
  'the server crashes': async (server, run) => {
    const [row] = await server.sql`
      select count(*)::int as sessions from pg_stat_activity where application_name like 'msgdb: %'`;
    await server.crash();
    await run.result;
    return row?.sessions > 0;
  },
} as const satisfies Record<string, (server: FaultServer, run: RunningCli) => Promise<boolean>>;

type Fault = keyof typeof FAULTS;

/** When it ends: after so many lines of its story, or so many milliseconds. */
type Moment = { readonly lines: number } | { readonly ms: number };

/** What a run that nobody ends takes. */
interface Whole {
  readonly lines: number;
  readonly ms: number;
  readonly connectedMs: number;
}

/** For each fault, how many runs it was to end, and how many it did end. */
const counted = new Map<Fault, { readonly asked: number; readonly inTime: number }>();

/** All faults, or one: another for each of three scenarios that follow each other. */
function faultsOf(scenario: Scenario): readonly Fault[] {
  const all = Object.keys(FAULTS) as Fault[];
  const first = (SEED + SCENARIOS.indexOf(scenario)) % all.length;
  return FULL ? all : all.slice(first, first + 1);
}

describe.each(SCENARIOS)('$name', (scenario) => {
  let server: FaultServer;
  let whole: Promise<Whole> | undefined;

  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterAll(async () => server.stop());

  test.each(faultsOf(scenario))('%s, anywhere; one more run completes', { timeout: 1_800_000 }, async (fault) => {
    whole ??= play(server, scenario, undefined);
    for (const moment of momentsOf(scenario, fault, await whole)) await play(server, scenario, { fault, moment });
  });
});

afterAll(() => {
  // Otherwise the ends would have come too late, and proved nothing.
  const all = [...counted.values()];
  const inAll = all.reduce((sum, { asked, inTime }) => ({ asked: sum.asked + asked, inTime: sum.inTime + inTime }));
  expect(inAll.inTime / inAll.asked, 'all faults').toBeGreaterThan(0.5);
  for (const [fault, { asked, inTime }] of FULL ? counted : []) expect(inTime / asked, fault).toBeGreaterThan(0.5);
});

function momentsOf(scenario: Scenario, fault: Fault, whole: Whole): readonly Moment[] {
  const random = makeRandom(
    SEED + [...scenario.name, ...fault].reduce((sum, each) => sum * 31 + each.charCodeAt(0), 0),
  );
  const boundaries = Array.from({ length: whole.lines }, (_, place) => ({ lines: place + 1 }));
  return [
    // It connects with the second line; the last ones come when the work is done, and among writers may not come at all.
    ...(EVERY ? boundaries : boundaries.slice(1 + random.below(Math.ceil(whole.lines / 2))).slice(0, 1)),
    ...Array.from({ length: MOMENTS }, () => ({
      ms: whole.connectedMs + (random.below(1000) / 1000) * (whole.ms - whole.connectedMs),
    })),
  ];
}

/** Sets the tables up, runs, ends the run as asked, runs once more; the laws hold after both. */
async function play(
  server: FaultServer,
  scenario: Scenario,
  end: { readonly fault: Fault; readonly moment: Moment } | undefined,
): Promise<Whole> {
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
      const { asked, inTime } = counted.get(end.fault) ?? { asked: 0, inTime: 0 };
      const came = await FAULTS[end.fault](server, first);
      counted.set(end.fault, { asked: asked + 1, inTime: inTime + (came ? 1 : 0) });
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
