import type { FenceEntry } from '../../model/kept-fence.ts';
import { formatTime } from '../human/numbers.ts';
import { dataTable, type Section } from './parts.ts';

/** The kept fences, and until when. */
export function fencesSection(fences: readonly FenceEntry[]): Section {
  const table = dataTable(
    'Fences that are kept until a deploy',
    [
      { title: 'Table', heads: true },
      { title: 'Key' },
      { title: 'Since (UTC)' },
      { title: 'Until (UTC)' },
      { title: 'By' },
      { title: 'State' },
    ],
    fences.map(({ table, key, since, until, by, state }) => ({
      cells: [
        { shown: table },
        { shown: key },
        { shown: formatTime(since), sortBy: since },
        { shown: formatTime(until), sortBy: until },
        { shown: by },
        { shown: state },
      ],
    })),
  );
  return { id: 'fences', title: 'Fences', body: fences.length === 0 ? [] : [table] };
}
