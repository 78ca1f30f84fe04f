import type { ServerFacts } from '../model/facts.ts';
import { buildMemory, type Memory, ownBuildMemory } from './allowed-memory.ts';
import { MOST_WORKERS } from './find-settings.ts';

/** What is set for a build. */
export type BuildSettings = Readonly<Record<'maintenance_work_mem' | 'max_parallel_maintenance_workers', string>>;

interface Allowed extends Memory {
  readonly server: Memory['server'] & Pick<ServerFacts, 'parallelWorkers' | 'maintenanceWorkers'>;
}

/**
 * Settings for building an index. PostgreSQL shares maintenance_work_mem between the workers, and takes no more of them
 * than have 32 MB each and the table is large enough for. CPU of a concurrent build of 2 M rows (18), with 256 MB and 2
 * workers, and 256 MB and 4, in parts of what the defaults take (64 MB, 2 workers allowed, 1 taken): text of ICU 0.92 and 0.66, of C 0.93 and
 * 0.81, of glibc 0.94; uuid 0.91 and 0.92; bigint 0.93 and 0.94. Without workers more memory helps numbers (0.9) and
 * harms texts (1.0 to 1.15): a large sort misses the cache more often. A server that allows none keeps its own.
 */
export function buildSettings(allowed: Allowed): Partial<BuildSettings> {
  const { maintenanceWorkers, parallelWorkers } = allowed.server;
  const workers = Math.min(MOST_WORKERS, parallelWorkers);
  if (maintenanceWorkers === 0 || workers === 0) {
    return { maintenance_work_mem: ownBuildMemory(allowed) };
  }
  return {
    maintenance_work_mem: buildMemory(allowed),
    max_parallel_maintenance_workers: String(Math.max(maintenanceWorkers, workers)),
  };
}
