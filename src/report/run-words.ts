import { formatCount } from '../model/count-of.ts';
import type { RunChange } from '../model/run-report.ts';

const WORDS: Readonly<Record<string, string>> = {
  removed: 'rows removed, with a copy in the archive',
  deleted: 'rows removed, without a copy',
  updated: 'rows changed',
  created: 'rows created',
  purged: 'rows whose copies were purged since',
  'built-index': 'index built',
  'indexed-reference': 'index built for a reference',
  'accepted-index': 'index found and taken as it was',
  'attached-constraint': 'constraint attached',
  dropped: 'index or constraint dropped',
  'kept-fence': 'fence put up',
  'ran-sql': 'SQL of the migration run',
  'begun-sql': 'SQL of the migration begun',
};

/** What a change of a past run is, for people. */
export function changeWords({ kind, name, rows }: RunChange): string {
  const words = WORDS[kind] ?? kind;
  return [rows > 0 ? formatCount(rows) : '', words, name ?? ''].filter(Boolean).join(' ');
}

/** Whether it was taken back. */
export function undoneWords({ undoneAt, rows, restored }: RunChange): string {
  if (undoneAt !== null && restored >= rows) return 'undone';
  return restored > 0 ? `${formatCount(restored)} restored` : '';
}
