import { isAskedFor, isMigration } from './files/is-migration.ts';
import { kindOf, namesConflict } from './files/names-conflict.ts';
import { readAtMost, readSource } from './files/read-source.ts';
import { sift } from './files/sift.ts';
import { type FoundFile, walkFiles } from './files/walk-files.ts';
import { findInSource } from './find-in-source.ts';
import { Models } from './models/models.ts';
import { type FoundModels, readAllModels } from './models/read-all-models.ts';
import { resolveModels } from './models/resolve-models.ts';
import { isMapper } from './mybatis/read-mapper.ts';
import { SourceText } from './source-text.ts';
import { Grammars } from './syntax/grammars.ts';
import type { Upsert } from './upsert.ts';

/** Which source is searched; `signal` stops it between two files. */
export interface SourceRequest {
  /** Absolute. Files are shown relative to it. */
  readonly root: string;
  readonly paths: readonly string[];
  /** The folder that the paths may not lead out of. */
  readonly within?: string | undefined;
  readonly signal: AbortSignal;
}

export interface FoundUpserts {
  readonly upserts: readonly Upsert[];
  /** Files of a known language. */
  readonly files: number;
  /** Those that could not be read, and those of other kinds in which the words stand. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Folders that were not entered, but for hidden ones. */
  readonly passedOver: readonly string[];
}

/** Finds every upsert in the source files at or below the paths, in the order of files and lines. */
export async function findUpserts({ root, paths, within, signal }: SourceRequest): Promise<FoundUpserts> {
  const grammars = new Grammars();
  const upserts: Upsert[] = [];
  const modelFiles: FoundFile[] = [];
  const skipped: { file: string; reason: string }[] = [];
  let files = 0;
  const isPast = (file: string, text: string): boolean => isMigration(file, text) && !isAskedFor(file, { root, paths });
  const passedOver = new Set<string>();
  const onPassedOver = (folder: string): void => void passedOver.add(folder);
  for await (const file of walkFiles({ root, paths, within, onPassedOver })) {
    signal.throwIfAborted();
    const language = isOtherXml(file) ? undefined : file.language;
    if (!language) {
      if (!isPast(file.shown, '') && namesConflict(file.path))
        skipped.push({ file: file.shown, reason: reasonFor(file) });
      continue;
    }
    files += 1;
    const read = readSource(file.path);
    if (read.kind === 'skipped') {
      skipped.push({ file: file.shown, reason: read.reason });
      continue;
    }
    const sifted = sift(file.path, read.bytes);
    if (sifted.models) modelFiles.push(file);
    if (!sifted.upserts) continue;
    const text = read.bytes.toString('utf8');
    const found = await findInSource(new SourceText(file.shown, text), language, grammars);
    const old = isPast(file.shown, text);
    for (const upsert of found.upserts) upserts.push(old ? ofMigration(upsert) : upsert);
    if (found.problem !== undefined) skipped.push({ file: file.shown, reason: found.problem });
  }
  const found = upserts.some(({ table }) => table.kind === 'model') ? readAllModels(modelFiles) : NO_MODELS;
  const resolved = upserts.map((upsert) => resolveModels(upsert, found.models));
  return { upserts: resolved, files, skipped: [...skipped, ...found.skipped], passedOver: [...passedOver] };
}

const NO_MODELS: FoundModels = { models: new Models(), skipped: [] };

/** So much comes before the first element of a mapper. */
const BEGINNING = 8_192;

function isOtherXml({ path, language }: FoundFile): boolean {
  return language?.kind === 'mapper' && !isMapper(readAtMost(path, BEGINNING)?.toString('latin1') ?? '');
}

function reasonFor({ path, language }: FoundFile): string {
  if (language?.kind === 'mapper') return 'it has ON CONFLICT, and of .xml files only mappers of MyBatis are read';
  return `it has ON CONFLICT, and ${kindOf(path)} files are not read`;
}

function ofMigration(upsert: Upsert): Upsert {
  return { ...upsert, ignored: upsert.ignored ?? 'it is part of a migration' };
}
