import type { HistoryRow } from '../../catalog/read-history.ts';
import { hasContent } from '../../model/checksum.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import { findRenamed, type Renamed } from '../../plan/renamed-migrations.ts';
import { resolveTo } from '../project/resolve-to.ts';

/** What of the history is made to fit the files, by name. */
export interface Repairs {
  readonly edited: readonly string[];
  /** Unchanged, but recorded by a checksum of an earlier version. */
  readonly former: readonly string[];
  readonly renamed: readonly Renamed[];
  /** Failed, and without a file. */
  readonly failed: readonly string[];
  /** Applied or begun, and without a file. */
  readonly lost: readonly string[];
}

const NONE: Repairs = { edited: [], former: [], renamed: [], failed: [], lost: [] };

/**
 * Chooses what there is to repair. What is applied is forgotten only by its name: a folder that is the wrong one must not
 * empty the history.
 * @throws MsgdbError MSGDB_USAGE for a name that neither files nor history know.
 */
export function chooseRepairs(
  files: readonly MigrationFile[],
  history: readonly HistoryRow[],
  name: string | undefined,
): Repairs {
  const hasFile = (row: HistoryRow): boolean => files.some((file) => file.name === row.name);
  const orphan = history.find((row) => row.name === name && !hasFile(row));
  if (orphan) return { ...NONE, [orphan.state === 'failed' ? 'failed' : 'lost']: [orphan.name] };
  const only = resolveTo(name, files, 'repair');
  const renamed = findRenamed(files, history);
  if (only !== undefined && ![...history.map((row) => row.name), ...renamed.map(({ to }) => to)].includes(only)) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${only} has not been applied.`,
      fix: 'Name one of those that `msgdb status` lists as applied.',
    });
  }
  const chosen = files.filter((file) => only === undefined || file.name === only);
  const compared = chosen.flatMap((file) =>
    history.filter((row) => row.name === file.name).map((row) => ({ file, recorded: row.checksum })),
  );
  const differs = compared.filter(({ file, recorded }) => recorded !== file.checksum);
  return {
    edited: differs.filter(({ file, recorded }) => !hasContent(file, recorded)).map(({ file }) => file.name),
    former: differs.filter(({ file, recorded }) => hasContent(file, recorded)).map(({ file }) => file.name),
    renamed: renamed.filter(({ to }) => only === undefined || to === only),
    failed:
      only === undefined ? history.filter((row) => row.state === 'failed' && !hasFile(row)).map((row) => row.name) : [],
    lost: [],
  };
}
