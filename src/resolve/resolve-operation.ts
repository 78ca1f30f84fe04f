import type { Key } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import type { IndexOperation } from '../model/operations/index-operation.ts';
import type { Relink } from '../model/operations/relink.ts';
import type { TableOperation } from '../model/operations/table-operation.ts';
import type { IndexBuild, ResolvedRelink } from '../model/plan.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { findDropped } from './find-dropped.ts';
import { plainIndexBuild } from './index-build.ts';
import { type IndexJudgement, judgeIndexes, NO_INDEX } from './judge-index.ts';
import { resolveKey } from './resolve-key.ts';
import { resolveRelink } from './resolve-relink.ts';
import { type ResolvedRule, resolveRule } from './resolve-rule.ts';

/** A rule that goes. */
export interface ResolvedDrop {
  readonly kind: 'drop-unique-key';
  readonly operation: DropUniqueKey;
  readonly key: Key;
  /** The index that has its meaning. */
  readonly index: IndexFacts | undefined;
  readonly refusals: Refusals;
}

/** An index that is not unique. */
export interface ResolvedIndex {
  readonly kind: 'index';
  readonly operation: IndexOperation;
  readonly build: IndexBuild;
  readonly judgement: IndexJudgement;
  readonly refusals: Refusals;
}

/** Lost references that are filled again. */
export interface ResolvedRelinking {
  readonly kind: 'relink';
  readonly operation: Relink;
  /** Undefined where it is refused. */
  readonly relink: ResolvedRelink | undefined;
  readonly refusals: Refusals;
}

/** What an operation means in the database as it is. */
export type ResolvedOperation = ResolvedRule | ResolvedDrop | ResolvedIndex | ResolvedRelinking;

/** Resolves an operation against the facts of its table. Pure. */
export function resolveOperation(operation: TableOperation, facts: OperationFacts): ResolvedOperation {
  switch (operation.kind) {
    case 'unique-key':
      return resolveRule(operation, facts);
    case 'drop-unique-key':
      return resolveDrop(operation, facts);
    case 'index':
      return resolveIndex(operation, facts);
    case 'relink':
      return resolveRelinking(operation, facts);
  }
}

/** Reasons why an operation does not mean anything in the database as it is: a column that is not there, most often. */
export function unresolved(resolved: ResolvedOperation): readonly Finding[] {
  return (resolved.kind === 'unique-key' ? resolved.refusals.key : resolved.refusals).all;
}

export function resolveDrop(operation: DropUniqueKey, facts: OperationFacts): ResolvedDrop {
  const refusals = new Refusals(tableLabel(facts.table.table));
  const key = resolveKey({ ...operation, nulls: 'distinct' }, facts, refusals);
  const index = refusals.all.length > 0 ? undefined : findDropped(operation, key, facts);
  return { kind: 'drop-unique-key', operation, key, index, refusals };
}

export function resolveIndex(operation: IndexOperation, facts: OperationFacts): ResolvedIndex {
  const refusals = new Refusals(tableLabel(facts.table.table));
  const build = plainIndexBuild(operation, facts, refusals);
  const judgement = refusals.all.length > 0 ? NO_INDEX : judgeIndexes(build, facts);
  return { kind: 'index', operation, build, judgement, refusals };
}

export function resolveRelinking(operation: Relink, facts: OperationFacts): ResolvedRelinking {
  const refusals = new Refusals(tableLabel(facts.table.table));
  return { kind: 'relink', operation, relink: resolveRelink(operation, facts, refusals), refusals };
}
