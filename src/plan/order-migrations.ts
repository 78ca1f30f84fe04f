import { type Finding, finding } from '../model/finding.ts';

/** A migration as the files have it. */
interface Named {
  readonly name: string;
  readonly checksum: string;
}

/** A migration as the history has it. */
interface Recorded extends Named {
  readonly state: 'running' | 'done' | 'failed' | 'rolled back';
}

/** What is to be applied, in order, and what speaks against it. */
export interface MigrationOrder {
  readonly pending: readonly string[];
  /** Not applied either, but beyond `to`. */
  readonly later: readonly string[];
  readonly refusals: readonly Finding[];
}

export interface OrderOptions {
  /** The last migration to apply. */
  readonly to: string | undefined;
  readonly allowOutOfOrder: boolean;
}

/** Compares files and history: pending migrations, edited ones, and ones that would come too late. */
export function orderMigrations(
  files: readonly Named[],
  history: readonly Recorded[],
  { to, allowOutOfOrder }: OrderOptions,
): MigrationOrder {
  const refusals: Finding[] = [];
  const recorded = new Map(history.map((row) => [row.name, row]));
  const last = files.findLast((file) => recorded.get(file.name)?.state === 'done')?.name;
  for (const file of files) {
    const row = recorded.get(file.name);
    if (row?.state === 'done' && row.checksum !== file.checksum) refusals.push(edited(file.name));
  }
  for (const row of history) {
    if (row.state === 'done' && !files.some((file) => file.name === row.name)) refusals.push(missing(row.name));
  }
  const open = files.filter((file) => recorded.get(file.name)?.state !== 'done');
  const wanted = to === undefined ? open : open.filter((file) => file.name <= to);
  if (!allowOutOfOrder && last !== undefined) {
    // One that was begun or undone is continued in any case.
    refusals.push(
      ...wanted.filter((file) => file.name < last && !recorded.has(file.name)).map((file) => late(file.name, last)),
    );
  }
  return {
    pending: wanted.map((file) => file.name),
    later: open.filter((file) => !wanted.includes(file)).map((file) => file.name),
    refusals,
  };
}

function edited(name: string): Finding {
  return finding('MSGDB_MIGRATION_EDITED', `${name} was edited after it was applied.`, {
    migration: name,
    fix: `Restore the file, or accept the new content with \`msgdb repair ${name}\`.`,
  });
}

function missing(name: string): Finding {
  return finding('MSGDB_MIGRATION_MISSING', `${name} was applied, but its file is missing.`, { migration: name });
}

function late(name: string, last: string): Finding {
  return finding('MSGDB_OUT_OF_ORDER', `${name} sorts before ${last}, which has been applied.`, { migration: name });
}
