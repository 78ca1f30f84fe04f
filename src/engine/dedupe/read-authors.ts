import { type FiringTrigger, readFiringBelow } from '../../catalog/read-firing.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableId } from '../../model/table-name.ts';
import { changesOf, type TableChange } from '../../resolve/changes-of.ts';

/**
 * Triggers that msgdb's own statements fire and that may write new copies into the rule's table: those whose function
 * inserts into it by its own text; where none does, all that fire, for a function may call another.
 */
export async function readAuthors(db: Queryable, dedupe: PlannedDedupe): Promise<readonly FiringTrigger[]> {
  const firing: FiringTrigger[] = [];
  for (const { table, changes } of byTable(changesOf(dedupe))) {
    const triggers = await readFiringBelow(db, table);
    firing.push(...triggers.filter(({ events }) => changes.some((change) => events.includes(change))));
  }
  const writing = firing.filter(({ body }) => insertsInto(body, dedupe.key.table));
  return writing.length > 0 ? writing : firing;
}

function byTable(changes: readonly TableChange[]) {
  const tables = new Map<string, { readonly table: TableName; readonly changes: TableChange['change'][] }>();
  for (const { table, change } of changes) {
    const id = tableId(table);
    const known = tables.get(id);
    if (known) known.changes.push(change);
    else tables.set(id, { table, changes: [change] });
  }
  return tables.values();
}

/** Comments do not count, nor does a name in another schema than the table's. */
function insertsInto(body: string, { schema, name }: TableName): boolean {
  const code = body.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const written = code.matchAll(
    /\b(?:insert|merge)\s+into\s+(?:only\s+)?((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/gi,
  );
  return [...written].some(([, target = '']) => {
    const parts = (target.match(/"[^"]+"|[\w$]+/g) ?? []).map((part) =>
      part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase(),
    );
    return parts.at(-1) === name && (parts.length === 1 || parts[0] === schema);
  });
}
