import { Deadline, OutOfTime } from '../deadline.ts';
import { readSource } from '../files/read-source.ts';
import type { FoundFile } from '../files/walk-files.ts';
import { Models } from './models.ts';
import { readModels } from './read-models.ts';

/** The models of all files, and the files that were given up. */
export interface FoundModels {
  readonly models: Models;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Reads the models of each file, for as long as a file may be worked on. */
export function readAllModels(
  files: readonly FoundFile[],
  startDeadline: () => Deadline = () => new Deadline(),
): FoundModels {
  const models = new Models();
  const skipped: { file: string; reason: string }[] = [];
  for (const { path, shown } of files) {
    const read = readSource(path);
    if (read.kind === 'skipped') continue;
    try {
      for (const model of readModels(path, read.bytes.toString('utf8'), startDeadline())) models.add(model);
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      skipped.push({ file: shown, reason: 'its models take too long to read' });
    }
  }
  return { models, skipped };
}
