import { type ArbiterVerdict, type Probe, probeArbiters } from '../../catalog/probe-arbiter.ts';
import type { Relation } from '../../catalog/read-relations.ts';
import type { TableFacts, TableName } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Target, Upsert } from '../upsert.ts';
import { judgeRacy } from './judge-racy.ts';
import { judgeUpsert, probedTarget } from './judge-upsert.ts';
import { type JudgedUpsert, unresolved } from './judged-upsert.ts';
import { settleTarget } from './settle-target.ts';
import { findTable } from './tables.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** What the judgement is made from. */
export interface Bench {
  readonly relations: readonly Relation[];
  readonly readTable: (table: TableName) => Promise<UpsertFacts>;
  /** Runs statements outside of any transaction. */
  readonly session: Queryable;
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
    const probe = facts && target && probeOf(facts, target);
    const key = probe && `${probe.facts.oid} ${probe.target}`;
    if (probe && key !== undefined) probes.set(key, probe);
    settled.push({ upsert, found, facts, target, key });
  }
  const verdicts = await askAll(probes, bench);
  return settled.map(({ upsert, found, facts, target, key }): JudgedUpsert => {
    if (found.kind === 'unresolved' || !facts)
      return unresolved(upsert, found.kind === 'unresolved' ? found.reason : '');
    if (upsert.kind !== 'on-conflict') return judgeRacy(upsert, facts);
    return judgeUpsert(upsert, target ?? upsert.target, facts, key === undefined ? undefined : verdicts.get(key));
  });
}

function probeOf(facts: TableFacts, target: Target): Probe | undefined {
  const text = probedTarget(target);
  return text === undefined || target.kind === 'constraint'
    ? undefined
    : { facts, target: text, parameter: target.kind === 'key' && target.parameter };
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
