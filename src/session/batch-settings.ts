import { sortMemory } from './allowed-memory.ts';
import { lockSettings } from './retry-lock.ts';
import type { Workplace } from './workplace.ts';

/**
 * Settings for a batch, whose statements go from a few thousand known rows to others. It has just locked those, so their
 * pages are in memory, and a look-up by place or index is not the page from disk that the planner takes it for: with its
 * usual costs it reads the whole table in each batch, or the whole child. Half of what the user allows is for sorting,
 * shared by the jobs; a statement sorts and hashes.
 */
export function batchSettings(workplace: Workplace): Readonly<Record<string, string>> {
  return {
    ...lockSettings(workplace),
    jit: 'off',
    random_page_cost: '0.1',
    work_mem: sortMemory(workplace, 2 * workplace.settings.jobs),
  };
}
