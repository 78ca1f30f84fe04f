import type { LookedAt } from '../../inspect/pending/look-at-scripts.ts';
import { nameConstraint } from '../../model/constraint-name.ts';
import type { Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { type CopyOptions, type UniqueKey, uniqueKey } from '../../model/operations/unique-key.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import type { EarlyBuild, LeftStatement } from '../../model/preflight-report.ts';
import { isNamed, nameRule, parseRuleName } from '../../model/rule-name.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import type { Context } from '../context/context.ts';
import type { PendingLook } from './look-at-pending.ts';

/** A rule that rows break, and the first statement that needs it. */
export interface Repair {
  readonly demand: UniqueDemand;
  readonly table: TableName;
  readonly rule: UniqueKey;
  /** As the configuration would name it. */
  readonly name: string;
  /** The index that is built for the statement as well. */
  readonly index: string | undefined;
  /** Why it is not, where only a look at the table could tell. */
  readonly obstacle?: string;
  /** How long new copies are kept out where no index is built, in milliseconds; undefined where they are not. */
  readonly fence: number | undefined;
}

/** What of the pending statements can be made to fit before they are run, and what cannot. */
export interface Repairs {
  readonly repairs: readonly Repair[];
  readonly left: readonly LeftStatement[];
  /** Statements whose index would be built, and cannot. */
  readonly unbuilt: readonly EarlyBuild[];
}

/** What the user says of a repair. */
export interface RepairWish {
  /** What flags say of the copies of the only key that needs repair. */
  readonly copies: CopyOptions | undefined;
  /** The indexes of the statements are built, too. */
  readonly build: boolean;
  /** How long new copies are kept out afterwards, in milliseconds; undefined where they are not. */
  readonly keepFence?: number | undefined;
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
  { copies: flags, build, keepFence }: RepairWish,
): Repairs {
  const repairs = new Map<string, Repair>();
  const left: LeftStatement[] = [];
  const unbuilt: EarlyBuild[] = [];
  const broken: string[] = [];
  for (const each of seen.filter(isUnique)) {
    const reason = reasonToLeave(each, scripts);
    const { demand } = each;
    if (reason !== undefined) left.push(leave(each, reason));
    if (reason !== undefined || !('table' in demand.basis)) continue;
    const early = build ? earlyIndex(demand) : undefined;
    if (early && 'obstacle' in early) unbuilt.push(notBuilt(demand, early.obstacle));
    const index = early && 'name' in early ? early.name : undefined;
    const fence = index === undefined && demand.ask.key.length > 0 ? keepFence : undefined;
    if (!each.looked.target && index === undefined && fence === undefined) continue;
    const copies = each.looked.target ? flags : undefined;
    const repair = { ...repairOf(context, { demand, index, flags: copies }, demand.basis.table), fence };
    const { index: _, ...key } = repair.rule;
    const id = JSON.stringify(key);
    const known = repairs.get(id);
    if (known && index !== undefined) unbuilt.push(notBuilt(demand, `${index} is unique by the same key as another`));
    if (!known) repairs.set(id, repair);
    if (each.looked.target) broken.push(repair.name);
  }
  const all = [...repairs.values()];
  const names = [...new Set(broken)];
  if (flags && names.length > 1) throw severalKeys(names);
  return { repairs: all, left, unbuilt };
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

function leave({ demand: { migration, file, line, table }, looked: { now } }: LookedAt, reason: string): LeftStatement {
  const about = { migration, file, line, table: tableLabel(table) };
  if (!now) return { ...about, reason, rows: null, command: null };
  const mend = `\`${now.command}\` shows them, and without --dry-run removes them before the deploy, with an archive`;
  return {
    ...about,
    reason: `${now.reason}; it comes first and was not run, and now the table has ${now.detail}: ${mend}`,
    rows: now.rows,
    command: now.command,
  };
}

/** The same once the repair is done: it may have removed copies that an earlier pending statement was to take away. */
export function leftAfter(left: readonly LeftStatement[], seen: readonly LookedAt[]): readonly LeftStatement[] {
  const still = seen.flatMap((each) => (each.looked.now ? [leave(each, each.looked.statement.detail)] : []));
  return [...left.filter(({ command }) => command === null), ...still];
}

function repairOf(
  { rules, settings: { schema } }: Context,
  { demand, index, flags }: Pick<Repair, 'demand' | 'index'> & { readonly flags: CopyOptions | undefined },
  table: TableName,
): Omit<Repair, 'fence'> {
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
    ...(index === undefined ? {} : { index }),
  });
  return { demand, table, rule, name: nameRule(table, key, schema), index };
}

/** The name of the index that a statement makes, or why it cannot be built before. */
export function earlyIndex({
  ask,
  index,
  table,
}: UniqueDemand): { readonly name: string } | { readonly obstacle: string } {
  if (ask.obstacle !== undefined) return { obstacle: ask.obstacle };
  if (index) return { name: index.name };
  if (ask.as === 'index') return { obstacle: 'the statement gives the index no name' };
  const columns = ask.key.filter((part) => typeof part === 'string');
  const name = nameConstraint({ table: table.name, columns, as: ask.as });
  return name === undefined ? { obstacle: 'the statement gives the constraint no name' } : { name };
}

export function notBuilt({ migration, file, line, table, index }: Demand, detail: string): EarlyBuild {
  const about = { migration, file, line, table: tableLabel(table), index: index?.name ?? null };
  return { ...about, state: 'not built', detail, statements: [] };
}

function severalKeys(names: readonly string[]): MsgdbError {
  const lines = names.map((name) => `${JSON.stringify(name)}: { keep: [ … ] }`);
  return new MsgdbError('MSGDB_USAGE', {
    what: `--keep and --merge are given, and ${names.length} keys need repair: ${names.join(', ')}.`,
    why: 'The flags are about one key.',
    fix: `Write what holds for each in the configuration: rules: { ${lines.join(', ')} }`,
  });
}
