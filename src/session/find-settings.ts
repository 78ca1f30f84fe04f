import { sortMemory } from './allowed-memory.ts';
import type { Workplace } from './workplace.ts';

/** More workers than this gain little, and other sessions want some too. */
export const MOST_WORKERS = 4;

/**
 * Settings for a transaction that looks for groups: sorting in parallel beats hashing and compiling here. The memory
 * that the user allows is shared by the session and its workers, each of which sorts for itself.
 */
export function findSettings(workplace: Pick<Workplace, 'settings' | 'server'>): Readonly<Record<string, string>> {
  const workers = Math.min(MOST_WORKERS, workplace.server.parallelWorkers);
  return {
    enable_hashagg: 'off',
    jit: 'off',
    max_parallel_workers_per_gather: String(workers),
    work_mem: sortMemory(workplace, workers + 1),
  };
}
