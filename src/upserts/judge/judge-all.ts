import { type ArbiterVerdict, type Probe, probeArbiters } from '../../catalog/probe-arbiter.ts';
import type { Relation } from '../../catalog/read-relations.ts';
import type { TableName } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableId } from '../../model/table-name.ts';
import type { Upsert, WholeStatement } from '../upsert.ts';
import { analyseWhole, type WholeVerdict } from './analyse-whole.ts';
import { judgeRacy } from './judge-racy.ts';
import { type Answer, judgeUpsert } from './judge-upsert.ts';
import { type JudgedUpsert, unresolved, withUnread } from './judged-upsert.ts';
import { withRefusal } from './refused.ts';
import { settleColumns, settleTarget } from './settle-target.ts';
import { findTable } from './tables.ts';
import { type KeyTarget, targetSql } from './target-shape.ts';
import { withValues } from './try-values.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** What the judgement is made from. */
export interface JudgeContext {
  readonly relations: readonly Relation[];
  readonly readTable: (table: TableName) => Promise<UpsertFacts>;
  /** Runs statements outside of any transaction. */
  readonly session: Queryable;
  readonly lockTimeoutMs: number;
  /** A copy of a schema may lack functions, and triggers of views. */
  readonly schema: 'original' | 'copy';
}

/** Judges all upserts: each table is read once, and each target asked for once. */
export async function judgeAll(upserts: readonly Upsert[], context: JudgeContext): Promise<readonly JudgedUpsert[]> {
  const tables = new Tables(context);
  const settled = [];
  for (const upsert of upserts) {
    const found = findTable(upsert.table, context.relations);
    const facts = found.kind === 'found' ? await tables.read(found.table) : undefined;
    const target = facts && upsert.kind === 'on-conflict' ? settleTarget(upsert, facts) : undefined;
    settled.push({ upsert, found, facts, target });
  }
  const asked = settled.flatMap(({ facts, target }) => (facts && target?.kind === 'key' ? [{ facts, target }] : []));
  const answers = await answerAll(asked, context);
  const wholes = await analyseAll(
    settled.flatMap(({ upsert, facts }) => (facts && upsert.kind === 'on-conflict' ? (upsert.whole ?? []) : [])),
    context,
  );
  return settled.map(({ upsert, found, facts, target }): JudgedUpsert => {
    if (found.kind === 'unresolved') return unresolved(upsert, found.reason, found.remedy);
    if (!facts) return unresolved(upsert, '');
    if (upsert.kind !== 'on-conflict') return judgeRacy(upsert, facts);
    const answer = target?.kind === 'key' ? answers.get(target) : undefined;
    const judged = judgeUpsert(settleColumns(upsert, facts), target ?? upsert.target, facts, answer);
    const whole = upsert.whole && wholes.get(keyOf(upsert.whole));
    if (whole?.kind === 'refused') return withRefusal(judged, upsert, whole.refusal, facts);
    return withUnread(judged, upsert.unread ?? whole?.reason);
  });
}

/** A function or operator of an extension, and a view that a trigger inserts into. */
const LEFT_OUT = new Set(['42883', '55000']);

/** By their text: the same statement may stand in several places. */
async function analyseAll(
  statements: readonly WholeStatement[],
  { session, lockTimeoutMs, schema }: JudgeContext,
): Promise<ReadonlyMap<string, WholeVerdict>> {
  const verdicts = new Map<string, WholeVerdict>();
  for (const whole of new Map(statements.map((each) => [keyOf(each), each])).values()) {
    const verdict = await analyseWhole(whole, session, lockTimeoutMs);
    const leftOut = schema === 'copy' && verdict?.kind === 'refused' && LEFT_OUT.has(verdict.refusal.sqlstate);
    if (verdict && !leftOut) verdicts.set(keyOf(whole), verdict);
  }
  return verdicts;
}

function keyOf({ names, text }: WholeStatement): string {
  return `${names} ${text}`;
}

interface Asked {
  readonly facts: UpsertFacts;
  readonly target: KeyTarget;
}

/** A target that finds no index for any value is asked for again, with values. */
async function answerAll(asked: readonly Asked[], context: JudgeContext): Promise<ReadonlyMap<KeyTarget, Answer>> {
  const verdicts = await askAll(asked, context);
  const missed = asked.flatMap(({ facts, target }) =>
    verdicts.get(target)?.kind === 'missing'
      ? [{ target, tried: withValues(target, facts).map((each) => ({ facts, target: each })) }]
      : [],
  );
  const tried = await askAll(
    missed.flatMap((each) => each.tried),
    context,
  );
  const found = new Map(
    missed.map((each) => [each.target, each.tried.map(({ target }) => tried.get(target)).find(isFound)]),
  );
  return new Map(
    [...verdicts].map(([target, verdict]) => [target, { verdict, withValue: found.get(target) }] as const),
  );
}

function isFound(verdict: ArbiterVerdict | undefined): boolean {
  return verdict?.kind === 'found' || verdict?.kind === 'unnamed';
}

async function askAll(
  asked: readonly Asked[],
  { session, lockTimeoutMs }: JudgeContext,
): Promise<ReadonlyMap<KeyTarget, ArbiterVerdict>> {
  const probes = new Map<string, Probe>();
  const keys = new Map<KeyTarget, string>();
  for (const { facts, target } of asked) {
    const text = targetSql(target);
    const key = `${facts.oid} ${text}`;
    keys.set(target, key);
    probes.set(key, { facts, target: text, parameter: target.parameter });
  }
  const verdicts = await probeArbiters(session, [...probes.values()], lockTimeoutMs);
  const byKey = new Map([...probes.keys()].map((key, place) => [key, verdicts[place]]));
  return new Map(
    [...keys].flatMap(([target, key]) => {
      const verdict = byKey.get(key);
      return verdict ? [[target, verdict] as const] : [];
    }),
  );
}

class Tables {
  readonly #known = new Map<string, UpsertFacts>();
  readonly #context: JudgeContext;

  constructor(context: JudgeContext) {
    this.#context = context;
  }

  async read(table: TableName): Promise<UpsertFacts> {
    const key = tableId(table);
    const known = this.#known.get(key) ?? (await this.#context.readTable(table));
    this.#known.set(key, known);
    return known;
  }
}
