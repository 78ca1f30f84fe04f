import { type Checksums, hasContent } from '../model/checksum.ts';
import { type Finding, finding } from '../model/finding.ts';
import { findSharedNumbers, lastName, type SharedNumber } from './migration-numbers.ts';
import { findRenamed, type Renamed } from './renamed-migrations.ts';

/** A migration as the files have it. */
export interface NamedFile extends Checksums {
  readonly name: string;
}

/** A migration as the history has it. */
export interface RecordedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly state: 'running' | 'done' | 'failed' | 'rolled back';
}

/** What is to be applied, in order, and what speaks against it. */
export interface MigrationOrder {
  readonly pending: readonly string[];
  /** Not applied either, but beyond `to`, or others than `only`. */
  readonly later: readonly string[];
  readonly refusals: readonly Finding[];
}

export interface OrderOptions {
  /** The last migration to apply. */
  readonly to?: string | undefined;
  /** The one to apply. */
  readonly only?: string | undefined;
  readonly allowOutOfOrder: boolean;
}

/** Compares files and history: pending migrations, edited, missing and renamed ones, and ones that would come too late. */
export function orderMigrations(
  files: readonly NamedFile[],
  history: readonly RecordedMigration[],
  { to, only, allowOutOfOrder }: OrderOptions,
): MigrationOrder {
  const recorded = new Map(history.map((row) => [row.name, row]));
  const renamed = findRenamed(files, history);
  const isNew = ({ name }: NamedFile): boolean => !recorded.has(name) && !renamed.some((each) => each.to === name);
  const last = files.findLast((file) => recorded.get(file.name)?.state === 'done')?.name;
  const open = files.filter((file) => recorded.get(file.name)?.state !== 'done');
  const wanted = open.filter(({ name }) => (to === undefined || name <= to) && (only === undefined || name === only));
  // One that was begun or undone is continued in any case.
  const late = allowOutOfOrder || last === undefined ? [] : wanted.filter((file) => file.name < last && isNew(file));
  const shared = allowOutOfOrder
    ? []
    : findSharedNumbers(
        files,
        wanted.filter((file) => isNew(file) && !late.includes(file)),
      );
  return {
    pending: wanted.map((file) => file.name),
    later: open.filter((file) => !wanted.includes(file)).map((file) => file.name),
    refusals: [
      ...findEdited(files, recorded).map(edited),
      ...findMissing(files, history, renamed).map(missing),
      ...renamed.map(wasRenamed),
      ...late.map((file) => outOfOrder(file.name, last ?? '', files)),
      ...shared.map((each) => numberedTwice(each, files)),
    ],
  };
}

function findEdited(files: readonly NamedFile[], recorded: ReadonlyMap<string, RecordedMigration>): readonly string[] {
  const isEdited = (file: NamedFile): boolean => {
    const row = recorded.get(file.name);
    return row?.state === 'done' && !hasContent(file, row.checksum);
  };
  return files.filter(isEdited).map(({ name }) => name);
}

function findMissing(
  files: readonly NamedFile[],
  history: readonly RecordedMigration[],
  renamed: readonly Renamed[],
): readonly string[] {
  return history
    .filter(({ state }) => state === 'done')
    .map(({ name }) => name)
    .filter((name) => !files.some((file) => file.name === name) && !renamed.some(({ from }) => from === name));
}

function edited(name: string): Finding {
  return finding('MSGDB_MIGRATION_EDITED', `${name} was edited after it was applied.`, {
    migration: name,
    fix: `Restore the file, or accept the new content with \`msgdb repair ${name}\`.`,
  });
}

function missing(name: string): Finding {
  return finding('MSGDB_MIGRATION_MISSING', `${name} was applied, but its file is missing.`, {
    migration: name,
    fix: `Restore the file from version control, or point --migrations-dir at the right folder. Where it is gone for good, \`msgdb repair ${name}\` takes it out of the history; what it did stays.`,
  });
}

function wasRenamed({ from, to }: Renamed): Finding {
  return finding('MSGDB_MIGRATION_RENAMED', `${from} was applied, and its file is ${to} now.`, {
    migration: to,
    fix: `Give the file its name ${from} back, or record the new one with \`msgdb repair ${to}\`.`,
  });
}

function outOfOrder(name: string, last: string, files: readonly NamedFile[]): Finding {
  return finding('MSGDB_OUT_OF_ORDER', `${name} sorts before ${last}, which has been applied.`, {
    migration: name,
    fix: renameOrAllow(name, files),
  });
}

function numberedTwice({ name, other }: SharedNumber, files: readonly NamedFile[]): Finding {
  return finding('MSGDB_DUPLICATE_NUMBER', `${name} has the number of ${other}.`, {
    migration: name,
    fix: renameOrAllow(name, files),
  });
}

function renameOrAllow(name: string, files: readonly NamedFile[]): string {
  const names = files.map((file) => file.name);
  return `Rename it to ${lastName(name, names)}, or run \`msgdb migrate --allow-out-of-order\`.`;
}
