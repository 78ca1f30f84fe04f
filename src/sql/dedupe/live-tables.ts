import type { TableImage } from '../../model/dedupe.ts';
import { statement } from '../../model/statement.ts';
import { tableId } from '../../model/table-name.ts';
import { workTable } from '../relation.ts';
import type { BatchStatement } from './statements.ts';

/**
 * The work tables that still name rows of a table by their place. An UPDATE gives a row a new place, so every update of
 * that table has to be followed there (a self-reference re-points rows of the very groups that are being absorbed).
 */
export class LiveTables {
  readonly #byTable = new Map<string, string[]>();
  readonly #moved: string;

  /** `job` distinguishes batches that run at the same time. */
  constructor(job: number) {
    this.#moved = movedTable(job);
  }

  add(image: TableImage, work: string): void {
    this.#of(image).push(work);
  }

  remove(work: string): void {
    for (const [table, names] of this.#byTable) {
      this.#byTable.set(
        table,
        names.filter((name) => name !== work),
      );
    }
  }

  /** A CTE, with its comma, that notes old and new places from `changed`; empty when they are not needed. */
  remember(image: TableImage): string {
    if (this.#of(image).length === 0) return '';
    return `moved as (
        insert into ${this.#moved} select msgdb_tab, msgdb_tid, msgdb_new_tab, msgdb_new_tid from changed),
      `;
  }

  /** Statements that follow the update. */
  refresh(image: TableImage): readonly BatchStatement[] {
    const followers = this.#of(image).map((work) => ({
      role: 'work' as const,
      statement: statement(`
      update ${work} w set tab = m.new_tab, tid = m.new_tid
        from ${this.#moved} m where w.tab = m.tab and w.tid = m.tid`),
    }));
    return followers.length === 0
      ? []
      : [...followers, { role: 'work', statement: statement(`delete from ${this.#moved}`) }];
  }

  #of(image: TableImage): string[] {
    const key = tableId(image.table);
    const names = this.#byTable.get(key) ?? [];
    this.#byTable.set(key, names);
    return names;
  }
}

/** Makes the table that `remember` fills. */
export function createMoved(job: number): readonly BatchStatement[] {
  const moved = movedTable(job);
  return [
    { role: 'work', statement: statement(`drop table if exists ${moved}`) },
    {
      role: 'work',
      statement: statement(`create unlogged table ${moved} (tab oid, tid tid, new_tab oid, new_tid tid)`),
    },
  ];
}

/** What `createMoved` made, dropped by who does not leave it to the end of the run. */
export function dropMoved(job: number): BatchStatement {
  return { role: 'work', statement: statement(`drop table ${movedTable(job)}`) };
}

function movedTable(job: number): string {
  return workTable(`moved_${job}`);
}
