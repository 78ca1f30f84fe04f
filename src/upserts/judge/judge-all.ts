import { type ArbiterVerdict, type Probe, probeArbiters } from '../../catalog/probe-arbiter.ts';
import type { Relation } from '../../catalog/read-relations.ts';
import type { TableFacts, TableName } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Upsert } from '../upsert.ts';
import { judgeRacy } from './judge-racy.ts';
import { judgeUpsert, probedTarget } from './judge-upsert.ts';
import { type JudgedUpsert, unresolved } from './judged-upsert.ts';
import { settleColumns, settleTarget } from './settle-target.ts';
import { findTable } from './tables.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** What the judgement is made from. */
export interface Bench {
  readonly relations: readonly Relation[];
  readonly readTable: (table: TableName) => Promise<UpsertFacts>;
  /** Runs statements outside of any transaction. */
  readonly session: Queryable;
  readonly versionNumber: number;
  readonly lockTimeoutMs: number;
}

/** Judges all upserts: each table is read once, and each target asked for once. */
export async function judgeAll(upserts: readonly Upsert[], bench: Bench): Promise<readonly JudgedUpsert[]> {
  const tables = new Tables(bench);
  const probes = new Map<string, Probe>();
  const settled = [];
  for (const upsert of upserts) {
    const found = findTable(upsert.table, bench.relations);
    const facts = found.kind === 'found' ? await tables.read(found.table) : undefined;
    const target = facts && upsert.kind === 'on-conflict' ? settleTarget(upsert, facts) : undefined;
    const probe = facts && target && probeOf(facts, target, bench);
    const key = probe && `${probe.facts.oid} ${probe.target}`;
    if (probe && key !== undefined) probes.set(key, probe);
    settled.push({ upsert, found, facts, target, key });
  }
  const verdicts = await askAll(probes, bench);
  return settled.map(({ upsert, found, facts, target, key }): JudgedUpsert => {
    if (found.kind === 'unresolved' || !facts)
      return unresolved(upsert, found.kind === 'unresolved' ? found.reason : '');
    if (upsert.kind !== 'on-conflict') return judgeRacy(upsert, facts);
    const spelled = settleColumns(upsert, facts);
    return judgeUpsert(spelled, target ?? upsert.target, facts, key === undefined ? undefined : verdicts.get(key));
  });
}

/** Before version 16 a target with a parameter is asked for without its WHERE: only a whole index is sure to serve it. */
function probeOf(
  facts: TableFacts,
  target: NonNullable<ReturnType<typeof settleTarget>>,
  { versionNumber }: Bench,
): Probe | undefined {
  const parameter = target.kind === 'key' && target.parameter;
  const asked = parameter && versionNumber < 160_000 ? { ...target, where: undefined } : target;
  const text = probedTarget(asked);
  return text === undefined || target.kind === 'constraint'
    ? undefined
    : { facts, target: text, parameter: parameter && versionNumber >= 160_000 };
}

async function askAll(
  probes: ReadonlyMap<string, Probe>,
  { session, lockTimeoutMs }: Bench,
): Promise<ReadonlyMap<string, ArbiterVerdict>> {
  const verdicts = await probeArbiters(session, [...probes.values()], lockTimeoutMs);
  return new Map(
    [...probes.keys()].flatMap((key, place) => (verdicts[place] ? [[key, verdicts[place]] as const] : [])),
  );
}

class Tables {
  readonly #known = new Map<string, UpsertFacts>();
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async read(table: TableName): Promise<UpsertFacts> {
    const key = JSON.stringify([table.schema, table.name]);
    const known = this.#known.get(key) ?? (await this.#bench.readTable(table));
    this.#known.set(key, known);
    return known;
  }
}
