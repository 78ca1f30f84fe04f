import { expect, test } from 'vitest';
import type { ServerFacts } from '../../../src/model/facts.ts';
import { buildSettings } from '../../../src/session/build-settings.ts';

const MB = 1024 ** 2;

test.each<[string, number, Partial<ServerFacts>, Record<string, string>]>([
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
  ['no workers for builds: the server’s memory', 256, { maintenanceWorkers: 0 }, { maintenance_work_mem: '65536kB' }],
  ['no workers at all', 256, { parallelWorkers: 0 }, { maintenance_work_mem: '65536kB' }],
  ['no workers, and less than the server’s memory', 16, { maintenanceWorkers: 0 }, { maintenance_work_mem: '16384kB' }],
])('an index is built with %s', (_, memory, server, expected) => {
  const defaults = { parallelWorkers: 8, maintenanceWorkers: 2, maintenanceBytes: 64 * MB };
  const settings = buildSettings({ settings: { memoryBytes: memory * MB }, server: { ...defaults, ...server } });
  expect(settings).toEqual(expected);
});
