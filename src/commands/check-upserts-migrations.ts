import type { JudgedUpsert, MissingRule } from '../upserts/judge/judged-upsert.ts';
import type { Context } from './context.ts';
import { createMigration } from './new.ts';

/** Writes a migration for each rule without which an upsert fails, one a table and key. */
export async function writeMissingRules(context: Context, judged: readonly JudgedUpsert[]): Promise<readonly string[]> {
  const rules = new Map<string, MissingRule>();
  for (const { upsert, remarks } of judged) {
    if (upsert.ignored !== undefined) continue;
    for (const { rule } of remarks) {
      if (rule) rules.set(JSON.stringify([rule.table.schema, rule.table.name, rule.key.toSorted()]), rule);
    }
  }
  const created: string[] = [];
  for (const { table, key } of rules.values()) {
    const name = table.schema === context.settings.schema ? table.name : `${table.schema}.${table.name}`;
    const words = `unique-${table.name}-${key.join('-')}`;
    created.push(...(await createMigration(context, { name: words, table: name, key, sql: false })).created);
  }
  return created;
}
