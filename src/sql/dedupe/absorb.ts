import type { Dedupe, Key, Merge, PlannedDedupe, ResolvedReference, TableImage } from '../../model/dedupe.ts';
import type { ArchivedReference } from '../../model/ledger.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { statement } from '../../model/statement.ts';
import { type Origin, openEntry } from '../history-schema.ts';
import { quoteName } from '../quote.ts';
import { archiveTable, otherBytes, rowsOf, sameRow, workTable } from '../relation.ts';
import { assertShapes } from '../shape.ts';
import { imageOf, intoArchive, tally } from './archive-rows.ts';
import { askFirst } from './ask-first.ts';
import { changeRows } from './change-rows.ts';
import { archivedReferences, askTable, assertUnreferenced, keepKin, moveChildren } from './children.ts';
import { rankColliding } from './collisions.ts';
import { createMoved, LiveTables } from './live-tables.ts';
import { mergedValues } from './merged-values.ts';
import { findAgain, survivorNames } from './places.ts';
import { rankedTable } from './rank.ts';
import { readAgain } from './read-again.ts';
import { type Refused, rankBroken, rankExcluded } from './remove-refused.ts';
import { setLosers } from './set-losers.ts';
import { stageSpared } from './spared.ts';
import { stageMovement } from './stage-children.ts';
import { type BatchStatement, work } from './statements.ts';

/** A table whose ranked rows are to become one row a group. */
interface Level {
  readonly image: TableImage;
  /** The rule's key; left out for children, whose losers are always archived. */
  readonly key?: Key;
  /** Work table (grp, rank, tab, tid) with the ranked rows. */
  readonly ranked: string;
  readonly merges: readonly Merge[];
  readonly references: readonly ResolvedReference[];
  readonly losers: Dedupe['losers'];
  /** Name of the level in work tables: the job, then the places of the references: `0`, `0_1`. */
  readonly path: string;
  readonly label: string | undefined;
  /** Why children go. */
  readonly because?: 'refused';
  /** For children: what they name. */
  readonly refersTo?: readonly ArchivedReference[];
}

/**
 * Makes every ranked group of a table one row: re-points what refers to losers, computes what the survivor takes from
 * them, archives and removes them, then updates the survivor (last, because a loser may hold the value until then).
 * Children that would collide are such groups themselves, so the function calls itself for them.
 */
export function absorbLosers(
  dedupe: Dedupe & Pick<PlannedDedupe, 'followedUp'>,
  job: number,
  origin: Origin,
): readonly BatchStatement[] {
  const live = new LiveTables(job);
  const root: Level = { ...dedupe, ranked: rankedTable(job), path: String(job), label: undefined };
  const updates = dedupe.references.length > 0 || typeof dedupe.losers === 'object';
  const statements = [...(updates ? createMoved(job) : []), ...absorbLevel(root, origin, live)];
  const again = dedupe.followedUp ? readAgain(dedupe, origin) : [];
  return [...statements, ...again, ...assertShapes(dedupe.shapes)].map((each) => askFirst(each, dedupe));
}

function absorbLevel(level: Level, origin: Origin, live: LiveTables): readonly BatchStatement[] {
  const besides = besidesPlanned(origin);
  live.add(level.image, level.ranked);
  const statements = [
    ...movementsOf(level.references).flatMap((movement, place) => [
      ...absorbMovement(level, movement, `${level.path}_${place}`, besides, live),
      // A trigger there may count children in the very rows that the next table's children are looked for by.
      ...findAgain(level.image, level.ranked, 'true'),
    ]),
    ...computeMerges(level),
    ...assertUnreferenced(level, level.references),
    ...askTable(level, level.references),
    ...removeLosers(level, origin, live),
    // No matter what a trigger has done: a group never loses its last row.
    ...findAgain(level.image, level.ranked, 'r.rank = 1'),
  ];
  live.remove(level.ranked);
  return [...statements, ...updateSurvivors(level, besides, live)];
}

/** The rows that a plan file lists are the losers of its rule: what is changed besides them is not counted as such. */
function besidesPlanned({ runId, migration, operation }: Origin): Origin {
  return { runId, migration, operation };
}

function absorbMovement(
  level: Level,
  movement: Movement,
  path: string,
  origin: Origin,
  live: LiveTables,
): readonly BatchStatement[] {
  const kin = workTable(`kin_${path}`);
  const statements: BatchStatement[] = [...stageMovement(level, movement, kin, path)];
  live.add(movement.child, kin);
  statements.push(...removeRefused(level, { movement, refused: rankBroken(movement, kin, path), kin }, origin, live));
  movement.uniques.forEach((unique, place) => {
    const ranked = workTable(`ranked_${path}_${place}`);
    statements.push(...rankColliding(movement, unique, kin, ranked));
    const children: Level = {
      image: movement.child,
      ranked,
      merges: unique.onCollision === 'merge' ? movement.merges : [],
      references: movement.references,
      losers: 'archive',
      path: `${path}_${place}`,
      label: movement.label,
      refersTo: archivedReferences(level.image, movement),
    };
    statements.push(...absorbLevel(children, origin, live), ...keepKin(movement.child, kin, ranked));
  });
  statements.push(...removeRefused(level, { movement, refused: rankExcluded(movement, kin, path), kin }, origin, live));
  statements.push(...moveChildren(level.image, movement, kin, origin, live));
  live.remove(kin);
  return statements;
}

/** Children of a movement that a constraint would refuse, among those in the work table `kin`. */
interface RefusedChildren {
  readonly movement: Movement;
  readonly refused: readonly Refused[];
  readonly kin: string;
}

/** They have no survivor: what refers to them has nothing to be re-pointed to, and keeps the batch from removing them. */
function removeRefused(
  level: Level,
  { movement, refused, kin }: RefusedChildren,
  origin: Origin,
  live: LiveTables,
): readonly BatchStatement[] {
  return refused.flatMap(({ ranked, statements }) => {
    const children: Level = {
      image: movement.child,
      ranked,
      merges: [],
      references: [],
      losers: 'archive',
      path: level.path,
      label: movement.label,
      because: 'refused',
      refersTo: archivedReferences(level.image, movement),
    };
    return [
      ...statements,
      ...assertUnreferenced(children, movement.references),
      ...removeLosers(children, origin, live),
      ...keepKin(movement.child, kin, ranked),
    ];
  });
}

function computeMerges(level: Level): readonly BatchStatement[] {
  const { statements, moves } = stageSpared(level);
  return [...statements, ...mergedValues({ ...level, moves, into: merged(level.path) }).map(work)];
}

function removeLosers(level: Level, origin: Origin, live: LiveTables): readonly BatchStatement[] {
  const { image, ranked, losers, label } = level;
  if (typeof losers === 'object') return setLosers(level, losers.set, origin, live);
  const writes = { table: image.table, command: 'delete' } as const;
  const onlyFor = `from ${ranked} r where r.rank > 1`;
  // Of one table, the place alone says which row it is (a twentieth of joining a million).
  const same = image.partitioned ? sameRow('t', 'r') : 't.ctid = r.tid';
  const doomed = `${rowsOf(image)} t using ${ranked} r where r.rank > 1 and ${same}`;
  // All that were chosen are removed, or the batch is undone. Counting what was deleted keeps it for a second reader.
  const chosen = `${ranked} where rank > 1`;
  if (losers === 'delete') {
    return [
      work(openEntry(origin, 'deleted', { table: image.table })),
      count({ writes, onlyFor, archived: false }, `with ${tally(chosen)} delete from ${doomed}`),
    ];
  }
  const { refersTo } = level;
  const entry = { table: image.table, archive: archiveTable(image).name, ...(refersTo ? { refersTo } : {}) };
  const text = `
      with gone as (delete from ${doomed} returning r.grp as msgdb_grp${survivorNames(image, 'r')}, t.*),
      ${tally(label === undefined ? chosen : 'gone')}
      ${intoArchive(image, survivorNames(image))}
      select ${imageOf(image, 'g', 'removed', 'g.msgdb_grp')}${survivorNames(image, 'g')} from gone g`;
  return [
    work(openEntry(origin, 'removed', entry)),
    label === undefined
      ? count({ writes, onlyFor, archived: true }, text)
      : {
          role: 'children-removed',
          because: level.because ?? 'copies',
          label,
          writes,
          onlyFor,
          statement: statement(text),
        },
  ];
}

function updateSurvivors(level: Level, origin: Origin, live: LiveTables): readonly BatchStatement[] {
  const { image, ranked, merges, path } = level;
  if (merges.length === 0) return [];
  const present = merges.map((merge) => `t.${quoteName(merge.column)}`);
  const wanted = merges.map((_, place) => `m.m${place + 1}`);
  return changeRows({
    image,
    origin,
    live,
    from: `${ranked} r join ${merged(path)} m on m.grp = r.grp`,
    where: `r.rank = 1 and ${otherBytes(present, wanted)}`,
    pair: 'r.grp',
    assignments: merges.map(({ column }, place) => ({ column, value: `m.m${place + 1}` })),
    reads: 'what a trigger left',
    as: (statement) => ({ role: 'merged', statement }),
  });
}

function merged(path: string): string {
  return workTable(`merged_${path}`);
}

function count(
  removal: Pick<BatchStatement, 'writes' | 'onlyFor'> & { readonly archived: boolean },
  text: string,
): BatchStatement {
  return { role: 'removed', ...removal, statement: statement(text) };
}
