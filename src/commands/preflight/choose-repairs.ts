import type { Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { type CopyOptions, type UniqueKey, uniqueKey } from '../../model/operations/unique-key.ts';
import type { PendingScript } from '../../model/pending.ts';
import type { LeftStatement } from '../../model/preflight-report.ts';
import { isNamed, nameRule, parseRuleName } from '../../model/rule-name.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import type { Context } from '../context/context.ts';
import type { LookedAt, PendingLook } from './look-at-pending.ts';

/** A rule that rows break, and the first statement that needs it. */
export interface Repair {
  readonly demand: UniqueDemand;
  readonly table: TableName;
  readonly rule: UniqueKey;
  /** As the configuration would name it. */
  readonly name: string;
}

/** What of the pending statements can be made to fit before they are run, and what cannot. */
export interface Repairs {
  readonly repairs: readonly Repair[];
  readonly left: readonly LeftStatement[];
}

export type UniqueDemand = Demand & { readonly ask: Extract<Demand['ask'], { readonly kind: 'unique' }> };

/**
 * Chooses what is removed for the pending statements: each key that rows of a present table break, once. Who survives is
 * said by flags, where there is one key, else by the rules of the configuration.
 * @throws MsgdbError MSGDB_USAGE where flags could mean more than one key.
 */
export function chooseRepairs(
  context: Context,
  { seen, scripts }: Pick<PendingLook, 'seen' | 'scripts'>,
  flags: CopyOptions | undefined,
): Repairs {
  const repairs = new Map<string, Repair>();
  const left: LeftStatement[] = [];
  for (const each of seen.filter(isUnique)) {
    const reason = reasonToLeave(each, scripts);
    if (reason !== undefined) left.push(leave(each.demand, reason));
    if (reason !== undefined || !each.looked.target || !('table' in each.demand.basis)) continue;
    const { demand } = each;
    const repair = repairOf(context, demand, each.demand.basis.table, flags);
    const id = JSON.stringify(repair.rule);
    if (!repairs.has(id)) repairs.set(id, repair);
  }
  const all = [...repairs.values()];
  if (flags && all.length > 1) throw severalKeys(all);
  return { repairs: all, left };
}

function isUnique(each: LookedAt): each is LookedAt & { readonly demand: UniqueDemand } {
  return each.demand.ask.kind === 'unique';
}

/** Why rows are not removed for a statement that they break, or may break. */
function reasonToLeave(
  { demand, looked: { statement, target } }: LookedAt & { readonly demand: UniqueDemand },
  scripts: readonly PendingScript[],
): string | undefined {
  if (statement.status === 'unresolved') return statement.detail;
  if (statement.status === 'ok') return undefined;
  if (scripts.some(({ file, applied }) => applied && file === demand.file)) return 'its runner has run the migration';
  if (target) return undefined;
  return demand.ask.key.length === 0 && statement.rows !== null
    ? `${statement.detail}, and none of them is a copy of another now`
    : undefined;
}

function leave({ migration, file, line, table }: Demand, reason: string): LeftStatement {
  return { migration, file, line, table: tableLabel(table), reason };
}

function repairOf(
  { rules, settings: { schema } }: Context,
  demand: UniqueDemand,
  table: TableName,
  flags: CopyOptions | undefined,
): Repair {
  const { key, where, nulls } = demand.ask;
  const [, written] =
    Object.entries(rules).find(([name]) => {
      const parsed = parseRuleName(name);
      return parsed !== undefined && isNamed(parsed, table, key, schema);
    }) ?? [];
  const rule = uniqueKey({
    ...written,
    ...flags,
    table: quotedTable(table),
    key,
    nulls,
    ...(where === undefined ? {} : { where }),
  });
  return { demand, table, rule, name: nameRule(table, key, schema) };
}

function severalKeys(all: readonly Repair[]): MsgdbError {
  const lines = all.map(({ name }) => `${JSON.stringify(name)}: { keep: [ … ] }`);
  return new MsgdbError('MSGDB_USAGE', {
    what: `--keep and --merge are given, and ${all.length} keys need repair: ${all.map(({ name }) => name).join(', ')}.`,
    why: 'The flags are about one key.',
    fix: `Write what holds for each in the configuration: rules: { ${lines.join(', ')} }`,
  });
}
