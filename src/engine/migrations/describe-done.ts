import { countOf } from '../../model/count-of.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { tableLabel } from '../../model/table-label.ts';

/** What entries of the ledger say has been done, for people: `12 rows of t removed, index t_k built`; '' for nothing. */
export function describeDone(entries: readonly LedgerEntry[]): string {
  const rows = new Map<string, number>();
  const things: string[] = [];
  for (const entry of entries) {
    switch (entry.kind) {
      case 'removed':
      case 'deleted':
      case 'updated':
      case 'created': {
        const what = JSON.stringify([
          tableLabel(entry.table),
          entry.kind === 'deleted' ? 'removed' : VERBS[entry.kind],
        ]);
        rows.set(what, (rows.get(what) ?? 0) + entry.rows);
        break;
      }
      case 'built-index':
      case 'indexed-reference':
        things.push(`index ${entry.index} built`);
        break;
      case 'attached-constraint':
        things.push(`constraint ${entry.constraint} added`);
        break;
      case 'dropped':
        things.push(`${entry.dropped.kind} ${entry.dropped.name} dropped`);
        break;
      case 'ran-sql':
        things.push('SQL run');
        break;
      case 'begun-sql':
        if (entry.done > 0) things.push(`${countOf(entry.done, 'statement')} of SQL run`);
        break;
      default:
        break;
    }
  }
  const changed = [...rows].filter(([, count]) => count > 0);
  const counted = changed.map(([what, count]) => {
    const [table, verb] = JSON.parse(what) as [string, string];
    return `${countOf(count, 'row')} of ${table} ${verb}`;
  });
  return [...counted, ...new Set(things)].join(', ');
}

const VERBS = { removed: 'removed', updated: 'changed', created: 'created' } as const;
