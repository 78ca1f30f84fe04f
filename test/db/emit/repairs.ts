import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { emitRepair } from '../../../src/commands/new/emit/emit-repair.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { FilesReport } from '../../../src/model/report.ts';
import { makeContext } from '../../support/context.ts';
import type { TestDatabase } from '../../support/database.ts';

/** A project's folder with files in it. */
export function makeFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'msgdb-emit-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** All files of a folder, as paths from it. */
export function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
}

export interface Emitted {
  readonly folder: string;
  readonly report: FilesReport;
  readonly notes: readonly string[];
  /** The files that were written or changed, from the folder. */
  readonly created: readonly string[];
  readonly read: (end: string) => string;
}

/** What `msgdb new NAME --emit RUNNER` writes into a project. */
export async function emit(
  db: Pick<TestDatabase, 'url'>,
  rule: UniqueKeyOptions,
  runner: string,
  {
    folder = makeFolder(),
    directory,
    name = 'one-row-each',
  }: { folder?: string; directory?: string; name?: string } = {},
): Promise<Emitted> {
  const notes: string[] = [];
  const context = await makeContext(db, {
    projectDir: folder,
    workingDir: folder,
    migrationsDir: join(folder, 'msgdb'),
    emit: (event) => {
      if (event.kind === 'note') notes.push(event.message);
    },
  });
  const report = await emitRepair(context, { name, rule: uniqueKey(rule), runner, directory });
  const created = report.created.map((path) => relative(folder, join(folder, path)));
  return {
    folder,
    report,
    notes,
    created,
    read: (end) => readFileSync(join(folder, created.find((path) => path.endsWith(end)) ?? end), 'utf8'),
  };
}
