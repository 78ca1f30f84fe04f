import type { Workplace } from './workplace.ts';

/** More workers than this gain little, and other sessions want some too. */
export const MOST_WORKERS = 4;
const MAX_KILOBYTES = 2_147_483_647;

/**
 * Settings for a transaction that looks for groups: sorting in parallel beats hashing and compiling here. The memory
 * that the user allows is shared by the session and its workers, each of which sorts for itself.
 */
export function findSettings({ settings, server }: Workplace): Readonly<Record<string, string>> {
  const workers = Math.min(MOST_WORKERS, server.parallelWorkers);
  return {
    enable_hashagg: 'off',
    jit: 'off',
    max_parallel_workers_per_gather: String(workers),
    work_mem: kilobytesOf(settings.memoryBytes / (workers + 1)),
  };
}

/** An amount of memory as a setting has it, within what every server takes. */
export function kilobytesOf(bytes: number): string {
  return `${Math.min(Math.max(Math.floor(bytes / 1024), 64), MAX_KILOBYTES)}kB`;
}
