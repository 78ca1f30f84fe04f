import { z } from 'zod';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import type { TableFacts, TableName } from '../../model/facts.ts';
import { uniqueKey } from '../../model/operations/unique-key.ts';
import type { Queryable } from '../../model/statement.ts';
import { quotedTable } from '../../model/table-label.ts';
import { refuseHiddenRows } from '../../resolve/refuse-hidden-rows.ts';
import { partLabel } from '../../resolve/resolve-key.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import type { Workplace } from '../../session/workplace.ts';
import { countViolations } from '../../sql/pending/violations.ts';
import { describeTarget } from '../describe-target.ts';
import { showCommand } from '../discover/show-command.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { surveyKey } from '../survey/survey-rule.ts';
import { findingOn, type Seen } from './looked.ts';

type Unique = Extract<Ask, { kind: 'unique' }>;

/** Do the rows of a table break a key, as the index would judge it? */
export async function lookAtUnique(
  db: Queryable,
  workplace: Workplace,
  demand: Demand & { readonly ask: Unique },
  name: TableName,
  samples: number,
): Promise<Seen> {
  const { ask } = demand;
  const rule = ruleOf(ask, name);
  const facts = await gatherFacts(db, workplace.server, rule, workplace.settings.schema);
  refuseHiddenRows(facts.table);
  const resolved = resolveRule(rule, facts);
  const inspected = { facts, resolved, survey: await surveyKey(db, resolved, facts) };
  const target = await describeTarget(db, inspected, { samples, migration: demand.migration });
  const key = resolved.key.columns.map(partLabel).join(', ');
  const { excessRows, groups, coveredRows } = target;
  if (excessRows === 0) return { status: 'ok', detail: `no duplicates by ${key} in ${countOf(coveredRows, 'row')}` };
  const detail = `${countOf(excessRows, 'excess row')} in ${countOf(groups, 'group')} by ${key}`;
  const command = showCommand({ ...name, table: name.name, key: ask.key }, 'dedupe', {
    where: ask.where ?? null,
    nulls: ask.nulls,
    defaultSchema: workplace.settings.schema,
  });
  const fix = `Run \`${command}\` to see what would be removed, then without --dry-run.`;
  const message = `The statement will fail (23505): ${detail}.`;
  return {
    status: 'fails',
    detail,
    rows: excessRows,
    findings: [findingOn(demand, 'MSGDB_DUPLICATES_FOUND', message, { fix })],
    target,
    command,
  };
}

/** The rule that a unique index would keep. */
export function ruleOf({ key, nulls, where }: Unique, table: TableName, index?: string) {
  return uniqueKey({
    table: quotedTable(table),
    key,
    nulls,
    ...(where === undefined ? {} : { where }),
    ...(index === undefined ? {} : { index }),
  });
}

/** Every row would get the same key: there may be one. */
export async function lookAtConstantKey(
  db: Queryable,
  demand: Demand & { readonly ask: Unique },
  table: TableFacts,
): Promise<Seen> {
  const [row] = await db.query(
    countViolations({
      table: table.table,
      partitioned: table.kind === 'partitioned',
      condition: demand.ask.where ?? 'true',
      identity: [],
    }),
  );
  const { rows } = z.object({ rows: z.coerce.number() }).parse(row);
  if (rows < 2) return { status: 'ok', detail: `${countOf(rows, 'row')}, which is no more than one` };
  const detail = `all ${countOf(rows, 'row')} would have the same key`;
  const fix = 'Add the column without UNIQUE, give each row a value of its own, then add the constraint.';
  return {
    status: 'fails',
    detail,
    rows: rows - 1,
    findings: [findingOn(demand, 'MSGDB_DUPLICATES_FOUND', `The statement will fail (23505): ${detail}.`, { fix })],
  };
}
