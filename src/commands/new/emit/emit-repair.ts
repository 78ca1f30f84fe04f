import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { MsgdbError } from '../../../model/errors.ts';
import type { UniqueKey } from '../../../model/operations/unique-key.ts';
import type { FilesReport } from '../../../model/report.ts';
import type { Context } from '../../context/context.ts';
import { connectToRead } from '../../context/with-database.ts';
import { orUnwritable } from '../../project/or-unwritable.ts';
import { conclude } from '../../reports/conclude.ts';
import { makeReport } from '../../reports/make-report.ts';
import { kebabCase } from '../new.ts';
import { chooseFolder, openFolder } from './choose-folder.ts';
import { planRepair } from './plan-repair.ts';
import type { Written } from './writer.ts';
import { findWriter } from './writers.ts';

export interface EmitOptions {
  readonly name: string;
  readonly rule: UniqueKey;
  readonly runner: string;
  /** As it was typed; left out, the runner's own. */
  readonly directory?: string | undefined;
}

/**
 * Writes the repair of a rule as a migration of another runner: SQL that needs no msgdb where it is run. The database is
 * looked at, and what its plan refuses is not written.
 */
export async function emitRepair(
  context: Context,
  { name, rule, runner, directory }: EmitOptions,
): Promise<FilesReport> {
  const writer = findWriter(runner);
  const words = kebabCase(name);
  const folder = await chooseFolder(context, writer, directory);
  return await makeReport(context, async () => {
    const planned = await connectToRead(context, 'new', async (workplace) => planRepair(workplace, rule, name));
    if ('serving' in planned) {
      return {
        command: 'new',
        created: [],
        ...conclude({ findings: [], summary: `nothing to write: ${planned.serving} keeps the copies out already` }),
      };
    }
    const written = await writer.write({ words, ...planned.text }, await openFolder(folder));
    const unwritable = {
      what: `No migration can be written to ${folder}.`,
      fix: 'Make that a folder that can be written to, or name another one: --dir FOLDER.',
    };
    const created = await orUnwritable(unwritable, async () => writeAll(folder, written));
    for (const message of [...planned.notes, ...written.notes]) context.emit({ kind: 'note', message });
    const shown = created.map((path) => relative(context.workingDir, path));
    return {
      command: 'new',
      created: shown,
      ...conclude({
        findings: [],
        summary: `${shown.join(' and ')} written`,
        next: `read it, then ${written.next.replace('FOLDER', relative(context.workingDir, folder) || '.')}`,
      }),
    };
  });
}

/** No file is overwritten; what names them all comes last, and at once. */
async function writeAll(folder: string, { files, register }: Written): Promise<readonly string[]> {
  const created: string[] = [];
  const there = files.map(({ path }) => join(folder, path)).find((file) => existsSync(file));
  if (there !== undefined) throw isThere(there);
  for (const { path, content } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx' });
    created.push(file);
  }
  if (register === undefined) return created;
  const file = join(folder, register.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, register.content);
  await rename(`${file}.new`, file);
  return [...created, file];
}

function isThere(file: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${file} is there already.`,
    why: 'No file is overwritten.',
    fix: 'Give the migration another name.',
  });
}
