import { concernsOneRule } from '../model/codes.ts';
import type { Dedupe, Key } from '../model/dedupe.ts';
import type { OperationFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { IndexBuild } from '../model/plan.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import type { Ties } from '../model/ties.ts';
import { changesOf } from './changes-of.ts';
import { indexBuild } from './index-build.ts';
import { type IndexJudgement, judgeIndexes, NO_INDEX } from './judge-index.ts';
import { refuseCascades } from './refuse-rewritten.ts';
import { resolveDedupe } from './resolve-dedupe.ts';
import { resolveKey } from './resolve-key.ts';
import { resolveTies } from './resolve-ties.ts';

/** What a rule means in the database as it is, and why it may have to be refused. */
export interface ResolvedRule {
  readonly kind: 'unique-key';
  readonly operation: UniqueKey;
  readonly key: Key;
  /** The index it asks for, and what the indexes that are there mean for it. */
  readonly build: IndexBuild;
  readonly judgement: IndexJudgement;
  readonly dedupe: Dedupe;
  readonly ties: Ties;
  readonly refusals: RuleRefusals;
}

/** Reasons to refuse a rule, by what they stand in the way of. */
export interface RuleRefusals {
  /** Names and expressions of the key: without them nothing can be looked at. */
  readonly key: Refusals;
  /** The survivor order: without it no row can be shown as the one that stays. */
  readonly order: Refusals;
  /** The rest of the rule. */
  readonly rule: Refusals;
  /** A removal, where there are excess rows. */
  readonly removal: Refusals;
}

/** Resolves a rule, once for each look at the database: all that follows takes what comes of it. */
export function resolveRule(operation: UniqueKey, facts: OperationFacts): ResolvedRule {
  const label = tableLabel(facts.table.table);
  const refusals: RuleRefusals = {
    key: new Refusals(label),
    order: new Refusals(label),
    rule: new Refusals(label),
    removal: new Refusals(label),
  };
  const key = resolveKey(operation, facts, refusals.key);
  const build = indexBuild(operation, key);
  const dedupe = resolveDedupe(operation, key, facts, refusals);
  const ties = resolveTies(dedupe, facts);
  refuseCascades(
    ties,
    changesOf(dedupe).map(({ table }) => table),
    facts,
    refusals.removal,
  );
  return {
    kind: 'unique-key',
    operation,
    key,
    build,
    judgement: refusals.key.all.length > 0 ? NO_INDEX : judgeIndexes(build, facts),
    dedupe,
    ties,
    refusals,
  };
}

/**
 * What is wrong with how the rule is written: a name, an expression, the survivor order. It is mended before anything
 * else is looked at: what else there may be follows from it, or waits.
 */
export function miswritten({ refusals: { key, order, rule } }: Pick<ResolvedRule, 'refusals'>): readonly Finding[] {
  return [...key.all, ...order.all, ...rule.all.filter(({ code }) => concernsOneRule(code))];
}

/** Is the rule refused for any rows? */
export function isRefused({ refusals }: Pick<ResolvedRule, 'refusals'>): boolean {
  return [refusals.key, refusals.order, refusals.rule].some(({ all }) => all.length > 0);
}
