import { isBuiltAmong } from '../../catalog/built-indexes.ts';
import { type ArbiterVerdict, probeArbiter } from '../../catalog/probe-arbiter.ts';
import { countOf } from '../../model/count-of.ts';
import type { Key } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census, IndexFacts, OperationFacts } from '../../model/facts.ts';
import { inferArbiters } from '../../model/infer-arbiters.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { IndexBuild } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { UpsertSpelling } from '../../model/upsert-report.ts';
import type { IndexJudgement } from '../../resolve/judge-index.ts';
import { dropCommand } from '../../resolve/name-taken.ts';
import { partLabel } from '../../resolve/resolve-key.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import { adviseOnRowSecurity } from '../../resolve/row-security.ts';
import type { Workplace } from '../../session/workplace.ts';
import { bareTarget, conflictTarget, showTarget } from '../../sql/conflict-target.ts';
import { showName } from '../../sql/show-name.ts';
import { LIBRARIES, spellUpsert } from '../../sql/upsert-spellings.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { takeCensus } from '../survey/take-census.ts';
import { checkAgainstHeap } from './check-against-heap.ts';
import { checkReferences } from './check-references.ts';
import { failed, nameTaken, type Verdict } from './verdict.ts';

/**
 * `heap`: trust no index, and compare the rule's own with the table where amcheck is installed. `built`: indexes that this
 * very run has built, whose tables are not read again.
 */
export interface CheckOptions {
  readonly heap?: boolean;
  readonly built?: ReadonlySet<string>;
}

/** Index there and valid, no duplicates, upserts find their arbiter, nothing refers to rows that are gone. */
export async function checkUniqueKey(
  db: Queryable,
  workplace: Workplace,
  operation: UniqueKey,
  options: CheckOptions,
): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const { key, build, judgement, dedupe, refusals } = resolveRule(operation, facts);
  const [wrong] = refusals.key.all;
  if (wrong) throw new MsgdbError(wrong.code, { what: wrong.message, fix: wrong.fix });
  return [
    judgeIndex(build, judgement, facts),
    ...judgement.otherDebris.map((index) => leftover(index, facts)),
    ...(await checkDuplicates(db, key, { facts, judgement, options })),
    ...(options.heap ? await checkAgainstHeap(db, judgement.serving, facts) : []),
    ...(await checkArbiter(db, key, judgement, facts)),
    ...(await checkReferences(db, dedupe.references, facts)),
  ];
}

function judgeIndex(build: IndexBuild, judgement: IndexJudgement, facts: OperationFacts): Verdict {
  const common = { name: 'index', table: tableLabel(facts.table.table), title: `index ${build.name}` };
  const { serving, debris, building, deferrable, impostor } = judgement;
  if (serving) {
    const other = serving.name === build.name ? '' : `, under the name ${serving.name}`;
    return { ...common, status: 'ok', code: null, detail: `valid, as the rule defines it${other}` };
  }
  if (building) return failed(common, 'MSGDB_INDEX_INVALID', `${building.name} is being built now`);
  if (debris) return failed(common, 'MSGDB_INDEX_INVALID', `${debris.name} exists, but is not valid`);
  if (impostor) return nameTaken(common, impostor, facts);
  if (deferrable) {
    return failed(common, 'MSGDB_INDEX_MISSING', `${deferrable.name} is DEFERRABLE, so upserts cannot use it`);
  }
  return failed(common, 'MSGDB_INDEX_MISSING', 'no unique index has this meaning');
}

function leftover(index: IndexFacts, facts: OperationFacts): Verdict {
  return {
    name: `leftover-${index.name}`,
    table: tableLabel(facts.table.table),
    title: `leftover ${index.name}`,
    status: 'info',
    code: 'MSGDB_INDEX_INVALID',
    detail: `not valid, of the same meaning, and of no use: ${dropCommand(index, facts.table)}`,
  };
}

interface Judged {
  readonly facts: OperationFacts;
  readonly judgement: IndexJudgement;
  readonly options: CheckOptions;
}

async function checkDuplicates(
  db: Queryable,
  key: Key,
  { facts, judgement: { serving }, options }: Judged,
): Promise<readonly Verdict[]> {
  const common = {
    name: 'duplicates',
    table: tableLabel(facts.table.table),
    title: `no duplicates by ${key.columns.map(partLabel).join(', ')}`,
  };
  if (facts.table.rowSecurityActive) {
    const hidden = failed(common, 'MSGDB_ROWS_HIDDEN', 'row-level security hides rows from this role');
    return [{ ...hidden, fix: adviseOnRowSecurity(facts.table) }];
  }
  if (serving && options.built?.size && (await isBuiltAmong(db, key.table, serving, options.built))) {
    return [
      { ...common, status: 'ok', code: null, detail: `this run has built ${serving.name}, which read every row` },
    ];
  }
  const census: Census = await takeCensus(db, key, { ...options, facts });
  const rows = countOf(census.covered, 'row');
  if (census.excessRows === 0) return [{ ...common, status: 'ok', code: null, detail: `none in ${rows}` }];
  const found = `${countOf(census.excessRows, 'excess row')} in ${countOf(census.groups, 'group')}, of ${rows}`;
  const verdict = failed(common, 'MSGDB_DUPLICATES_FOUND', found);
  if (!serving) return [verdict];
  const lies = { name: 'index-lies', table: common.table, title: `index ${serving.name} agrees with the table` };
  return [verdict, failed(lies, 'MSGDB_INDEX_DAMAGED', `it says it is valid, and yet the table holds copies`)];
}

async function checkArbiter(
  db: Queryable,
  key: Key,
  judgement: IndexJudgement,
  facts: OperationFacts,
): Promise<readonly Verdict[]> {
  const table = tableLabel(facts.table.table);
  const clause = showTarget(key);
  const common = { name: 'arbiter', table, title: `upserts find their index` };
  const target = conflictTarget(key);
  const verdict = await probeArbiter(db, facts.table, target);
  if (!isFound(verdict)) return [failed(common, 'MSGDB_ARBITER_MISSING', `${clause} ${reason(verdict)}`)];
  const arbiters = arbitersOf(verdict, key, judgement, facts);
  const deferrable = arbiters.find(({ immediate }) => !immediate);
  if (deferrable) {
    const detail = `${clause} resolves to ${deferrable.name}, which is DEFERRABLE: it is planned, and fails when it runs (55000)`;
    return [failed(common, 'MSGDB_UPSERT_DEFERRABLE', detail)];
  }
  const bareTo = bareTarget(key);
  const bare = bareTo === target ? verdict : await probeArbiter(db, facts.table, bareTo);
  const index = arbiters[0]?.name ?? '';
  const ok: Verdict = {
    ...common,
    status: 'ok',
    code: null,
    detail: index ? `${clause} resolves to ${index}` : `${clause} resolves to an index that this role may not see`,
    upsert: { table, index, clause, spellings: spellAll(key, facts, index, bare) },
  };
  if (isFound(bare)) return [ok];
  const without = showTarget({ columns: key.columns, predicate: undefined });
  return [
    ok,
    {
      name: 'bare-target',
      table,
      title: 'upserts name the predicate',
      status: 'info',
      code: 'MSGDB_ARBITER_MISSING',
      detail: `${without} alone ${reason(bare)}: the index is partial. Write ${clause}`,
    },
  ];
}

type Found = Extract<ArbiterVerdict, { kind: 'found' | 'unnamed' }>;

function isFound(verdict: ArbiterVerdict): verdict is Found {
  return verdict.kind === 'found' || verdict.kind === 'unnamed';
}

/** An index of the rule's own meaning is always one of them: its predicate is the target's. */
function arbitersOf(
  verdict: Found,
  { columns, predicate }: Key,
  { serving }: IndexJudgement,
  { table }: OperationFacts,
): readonly IndexFacts[] {
  if (verdict.kind === 'found') return table.indexes.filter(({ name }) => verdict.indexes.includes(name));
  const { certain, indexes } = inferArbiters(table.indexes, {
    columns: columns.flatMap((part) => ('column' in part ? part.column : [])),
    expressions: columns.some((part) => 'expression' in part),
    particular: false,
    where: predicate !== undefined,
  });
  if (certain) return indexes;
  return serving ? [serving] : [];
}

/** In SQL by the columns, by them with the predicate and by the constraint; then as each library writes it. */
function spellAll(
  key: Key,
  facts: OperationFacts,
  index: string,
  bareVerdict: ArbiterVerdict,
): readonly UpsertSpelling[] {
  const bareWorks = isFound(bareVerdict);
  const constraint = facts.table.indexes.find(({ name }) => name === index)?.constraint;
  const bare = showTarget({ columns: key.columns, predicate: undefined });
  return [
    ...(key.predicate === undefined ? [] : [{ via: 'sql' as const, text: showTarget(key), works: true }]),
    { via: 'sql', text: bare, works: bareWorks },
    {
      via: 'sql',
      text: `ON CONFLICT ON CONSTRAINT ${showName(constraint?.name ?? index)}`,
      works: constraint !== undefined,
    },
    ...LIBRARIES.map((via): UpsertSpelling => {
      const { text, sends } = spellUpsert(via, key, index);
      return { via, text, works: sends === 'whole' || (sends === 'columns' && bareWorks) };
    }),
  ];
}

function reason(verdict: Exclude<ArbiterVerdict, Found>): string {
  return verdict.kind === 'missing' ? 'finds no index (42P10)' : `cannot be planned: ${verdict.message}`;
}
