import { expect, test } from 'vitest';
import type { ServerFacts } from '../../../src/model/facts.ts';
import { sortMemory } from '../../../src/session/allowed-memory.ts';
import { buildSettings } from '../../../src/session/build-settings.ts';

const MB = 1024 ** 2;

test.each<[string, number | undefined, Partial<ServerFacts>, Record<string, string>]>([
  ['the server’s defaults', 256, {}, { maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '4' }],
  [
    'more workers set by the server',
    256,
    { maintenanceWorkers: 6 },
    { maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '6' },
  ],
  [
    'fewer workers in all',
    256,
    { parallelWorkers: 3 },
    { maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '3' },
  ],
  [
    'less memory than the server gives',
    16,
    {},
    { maintenance_work_mem: '16384kB', max_parallel_maintenance_workers: '4' },
  ],
  [
    'more memory set by the server, and nothing said',
    undefined,
    { maintenanceBytes: 2048 * MB },
    { maintenance_work_mem: '2097152kB', max_parallel_maintenance_workers: '4' },
  ],
  [
    'more memory set by the server than is allowed',
    256,
    { maintenanceBytes: 2048 * MB },
    { maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '4' },
  ],
  ['nothing said', undefined, {}, { maintenance_work_mem: '262144kB', max_parallel_maintenance_workers: '4' }],
  [
    'no workers, nothing said, and a small server',
    undefined,
    { maintenanceWorkers: 0, maintenanceBytes: 16 * MB },
    { maintenance_work_mem: '16384kB' },
  ],
  [
    'no workers, nothing said, and a large server',
    undefined,
    { maintenanceWorkers: 0, maintenanceBytes: 2048 * MB },
    { maintenance_work_mem: '2097152kB' },
  ],
  ['no workers for builds: the server’s memory', 256, { maintenanceWorkers: 0 }, { maintenance_work_mem: '65536kB' }],
  ['no workers at all', 256, { parallelWorkers: 0 }, { maintenance_work_mem: '65536kB' }],
  ['no workers, and less than the server’s memory', 16, { maintenanceWorkers: 0 }, { maintenance_work_mem: '16384kB' }],
])('an index is built with %s', (_, memory, server, expected) => {
  const defaults = { parallelWorkers: 8, maintenanceWorkers: 2, maintenanceBytes: 64 * MB, workBytes: 4 * MB };
  const memoryBytes = memory && memory * MB;
  const settings = buildSettings({ settings: { memoryBytes }, server: { ...defaults, ...server } });
  expect(settings).toEqual(expected);
});

test.each<[string, number | undefined, number, string]>([
  ['a share of the usual amount', undefined, 4, '65536kB'],
  ['what the server gives, where that is more', undefined, 100, '102400kB'],
  ['a share of what is allowed, though the server gives more', 128, 100, '32768kB'],
])('a sort has %s', (_, memory, ownMegabytes, expected) => {
  const server = { maintenanceBytes: 64 * MB, workBytes: ownMegabytes * MB };
  expect(sortMemory({ settings: { memoryBytes: memory && memory * MB }, server }, 4)).toBe(expected);
});
