import { mkdir } from 'node:fs/promises';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { JudgedUpsert, MissingRule } from '../../upserts/judge/judged-upsert.ts';
import { ruleTable } from '../../upserts/judge/rule-table.ts';
import type { Context } from '../context/context.ts';
import { createMigration } from '../new/new.ts';
import { declaredRules } from '../project/load-files.ts';

/** Writes a migration for each rule without which an upsert fails, one a table and key; not where one has it already. */
export async function writeMissingRules(context: Context, judged: readonly JudgedUpsert[]): Promise<readonly string[]> {
  const rules = new Map<string, MissingRule>();
  for (const { upsert, remarks } of judged) {
    if (upsert.ignored !== undefined) continue;
    for (const { rule } of remarks) {
      if (rule) rules.set(JSON.stringify([rule.table.schema, rule.table.name, rule.key.toSorted()]), rule);
    }
  }
  if (rules.size === 0) return [];
  await mkdir(context.migrationsDir, { recursive: true });
  const there = await declaredRules(context);
  const created: string[] = [];
  for (const { table, key } of rules.values()) {
    const name = ruleTable(table, context.settings.schema);
    const names = new Set([name, `${table.schema}.${table.name}`]);
    if (there.some(({ rule }) => names.has(rule.table) && isOn(rule, key))) continue;
    const words = `unique-${table.name}-${key.join('-')}`;
    created.push(...(await createMigration(context, { name: words, table: name, key, sql: false })).created);
  }
  return created;
}

function isOn(rule: UniqueKey, key: readonly string[]): boolean {
  return rule.key.length === key.length && rule.key.every((part) => typeof part === 'string' && key.includes(part));
}
