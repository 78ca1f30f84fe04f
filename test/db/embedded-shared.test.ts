import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/embedded/index.ts';
import {
  ask,
  eventually,
  keptData,
  newDirectory,
  parentOf,
  processesIn,
  start,
  startOwner,
} from '../support/embedded-server.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

describe('two commands on one kept directory', () => {
  test('share one server, which the last one stops', async () => {
    const directory = await newDirectory();
    const first = await start({ directory });
    const second = await start({ directory });
    expect(second.url).toBe(first.url);
    await first.stop();
    expect(await ask(second, 'select 1')).toBe(1);
    await second.stop();
    expect(processesIn(directory)).toEqual([]);
  });

  test('keep it when the one that started it is killed', async () => {
    const directory = await newDirectory();
    const owner = startOwner({ directory, cacheDirectory: testCacheDirectory });
    await owner.report;
    const second = await start({ directory });
    owner.child.kill('SIGKILL');
    await owner.ended;
    expect(await ask(second, 'select 1')).toBe(1);
    await second.stop();
    expect(processesIn(directory)).toEqual([]);
  });

  test('lose it when both are killed, at any time', async () => {
    const directory = await newDirectory();
    const owners = [1, 2].map(() => startOwner({ directory, cacheDirectory: testCacheDirectory }));
    const [report] = await Promise.all(owners.map((owner) => owner.report));
    const socket = decodeURIComponent(/host=([^&]*)/.exec(report?.url ?? '')?.[1] ?? '');
    for (const owner of owners) owner.child.kill('SIGKILL');
    expect(await eventually(() => processesIn(directory).length === 0 && !existsSync(socket))).toBe(true);
  });

  test('start it once when they come at the same time', async () => {
    const directory = await newDirectory();
    const owners = [1, 2, 3, 4, 5].map(() => startOwner({ directory, cacheDirectory: testCacheDirectory }));
    const reports = await Promise.all(owners.map((owner) => owner.report));
    expect(reports.map((report) => report.message).filter((message) => message !== undefined)).toEqual([]);
    expect(new Set(reports.map((report) => report.url)).size).toBe(1);
    expect(readdirSync(directory).sort()).toEqual(['data', 'postgres.log']);
  });

  test('come and go in quick succession, and each one gets a server that works', async () => {
    const directory = await newDirectory();
    const one = async (): Promise<void> => {
      for (let turn = 0; turn < 4; turn += 1) {
        const server: EmbeddedServer = await start({ directory });
        expect(await ask(server, 'select 1')).toBe(1);
        await server.stop();
      }
    };
    await Promise.all([one(), one(), one()]);
    expect(processesIn(directory)).toEqual([]);
  });

  test('get a new server when the supervisor of the old one was killed', async () => {
    const directory = await keptData();
    const first = await start({ directory });
    const data = join(directory, 'data');
    const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const supervisor = parentOf(Number(pid));
    // Its other half, the shell that reads the owners' pipe, is its only other child.
    const reader = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && name !== pid)
      .find((name) => existsSync(`/proc/${name}/stat`) && parentOf(Number(name)) === supervisor);
    process.kill(supervisor, 'SIGKILL');
    process.kill(Number(reader), 'SIGKILL');
    const second = await start({ directory });
    expect(await ask(second, 'select answer from kept')).toBe(42);
    await Promise.all([first.stop(), second.stop()]);
    expect(processesIn(directory)).toEqual([]);
  });
});
