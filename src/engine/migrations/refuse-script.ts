import { readPartitions } from '../../catalog/read-partitions.ts';
import type { PlannedDedupe, ResolvedReference } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { RowEntry } from '../../model/ledger.ts';
import type { IndexBuild, Plan, Step } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { createIndex } from '../../sql/index-ddl.ts';
import type { Restoration } from '../../sql/restore.ts';
import { changingTriggers } from '../../sql/triggers.ts';
import { prepareAll } from '../restore/attempt-restore.ts';

/** A command that can print what it would do. */
export type ScriptedCommand = 'migrate' | 'dedupe' | 'rollback';

/**
 * Why a script could not do what the command would: a run looks at the catalogue and at what came of a statement while it
 * works, a script is written once and is run later, by somebody who may not look.
 */
export async function refuseScript(
  db: Queryable,
  command: ScriptedCommand,
  { steps }: Plan,
): Promise<readonly Finding[]> {
  const reasons = new Map<string, Finding>();
  for (const step of steps.flatMap(withInner)) {
    for (const { table, what } of await reasonsOf(db, step)) {
      const message = `A script cannot ${what}.`;
      const fix = `Run \`msgdb ${command}\` instead of a script (\`msgdb ${command} --dry-run\` shows what it would do).`;
      reasons.set(message, finding('MSGDB_REFUSED', message, { table: tableLabel(table), fix }));
    }
  }
  return [...reasons.values()];
}

function withInner(step: Step): readonly Step[] {
  return step.kind === 'transaction' ? step.steps : [step];
}

interface Reason {
  readonly table: TableName;
  readonly what: string;
}

async function reasonsOf(db: Queryable, step: Step): Promise<readonly Reason[]> {
  switch (step.kind) {
    case 'restore-rows': {
      const reasons: Reason[] = [];
      const prepared = await prepareAll(db, step.entries);
      for (const [place, entry] of step.entries.entries()) {
        const label = tableLabel(entry.table);
        for (const why of await whyNotRestored(db, entry, prepared[place])) {
          reasons.push({ table: entry.table, what: `restore rows of ${label} as rollback does: ${why}` });
        }
      }
      return reasons;
    }
    case 'dedupe':
      return step.census.excessRows > 0 ? whyNotInOnePass(step.dedupe) : [];
    case 'build-index':
    case 'index-references':
      return await whyNotAdopted(db, step);
    default:
      return [];
  }
}

/** Re-pointing changes the key itself, as in a tree by (parent, name): what was no copy becomes one. */
function whyNotInOnePass({ key, references }: PlannedDedupe): readonly Reason[] {
  const held = allOf(references).flatMap(({ child, columns }) =>
    isSameTable(child.table, key.table) ? columns.map(({ name }) => name) : [],
  );
  const moved = held.filter((name) => key.columns.some((part) => !('column' in part) || part.column === name));
  const label = tableLabel(key.table);
  return moved.length === 0
    ? []
    : [
        {
          table: key.table,
          what: `remove all copies of ${label}: ${moved.join(', ')} refers to ${label} itself and is part of the key, so each pass may make copies for the next`,
        },
      ];
}

function allOf(references: readonly ResolvedReference[]): readonly ResolvedReference[] {
  return references.flatMap((each) => [each, ...allOf(each.references)]);
}

/** A run makes an index that a partition has already a part of the new one, and undo leaves it. */
async function whyNotAdopted(
  db: Queryable,
  step: Extract<Step, { kind: 'build-index' | 'index-references' }>,
): Promise<readonly Reason[]> {
  const { build } = step;
  if (!build.partitioned || (step.kind === 'build-index' && !step.concurrently)) return [];
  const partitions = await readPartitions(db, build.table, build.name);
  return partitions.flatMap(({ table, own }) =>
    own
      .filter(({ definition }) => mayBeAdopted(build, definition))
      .map(({ name }) => ({
        table,
        what: `build ${build.name} as migrate does: partition ${tableLabel(table)} has the index ${name}, which may become its part`,
      })),
  );
}

/** As far as that can be seen before there is an index for it to be a part of: expressions are written as PostgreSQL does. */
function mayBeAdopted(build: IndexBuild, definition: string): boolean {
  const wanted = build.as?.definition ?? createIndex(build).text;
  if (isUnique(wanted) !== isUnique(definition)) return false;
  const known = build.predicate === undefined && build.columns.every((part) => 'column' in part);
  return !known || partsOf(wanted) === partsOf(definition);
}

function isUnique(definition: string): boolean {
  return /^create unique /i.test(definition);
}

function partsOf(definition: string): string {
  return definition.replace(/^.*? using /is, '').replaceAll(/["\s]/g, '');
}

async function whyNotRestored(
  db: Queryable,
  entry: RowEntry,
  restoration: Restoration | undefined,
): Promise<readonly string[]> {
  if (!restoration) return ['the table is gone'];
  if (entry.kind === 'created') {
    return ['rows that were created may be referred to when the script is run, and would go with what refers to them'];
  }
  const event = entry.kind === 'removed' ? 'insert' : 'update';
  const triggers = await db.query(changingTriggers(entry.table, event, entry.runId));
  const names = triggers.map(({ name }) => String(name)).join(', ');
  return [
    ...(triggers.length > 0 ? [`trigger ${names} could change them on their way back, and has to be disabled`] : []),
    ...shapeOf(restoration),
  ];
}

function shapeOf({ entry, table, columns, referencedBy }: Restoration): readonly string[] {
  const { length } = table.columns;
  return [
    ...(columns.length < length ? ['the table has columns that the archive has not'] : []),
    ...(entry.kind === 'updated' && table.identity.length === 0
      ? ['the table has no primary key, so changed rows are found one by one']
      : []),
    ...(referencedBy.some(({ deferred }) => deferred)
      ? ['a deferred foreign key refers to them, so all have to come back before it is checked']
      : []),
  ];
}
