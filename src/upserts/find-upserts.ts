import { type EmptyPath, findEmptyPaths } from './files/find-empty-paths.ts';
import { isAskedFor, isMigration } from './files/is-migration.ts';
import { kindOf, namesConflict } from './files/names-conflict.ts';
import { readAtMost, readSource } from './files/read-source.ts';
import { sift } from './files/sift.ts';
import { type FoundFile, walkFiles } from './files/walk-files.ts';
import { findInSource, isResolved } from './find-in-source.ts';
import { ModuleFinder } from './foreign/find-modules.ts';
import { ForeignConstants } from './foreign/foreign-constants.ts';
import type { Language } from './languages.ts';
import { Models } from './models/models.ts';
import { type FoundModels, readAllModels } from './models/read-all-models.ts';
import { resolveModels } from './models/resolve-models.ts';
import { isMapper } from './mybatis/read-mapper.ts';
import { SourceText } from './source-text.ts';
import { ForeignNames } from './syntax/foreign-names.ts';
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
  /** Those of the paths where no file of a known language is. */
  readonly empty: readonly EmptyPath[];
}

/** Finds every upsert in the source files at or below the paths, in the order of files and lines. */
export async function findUpserts(request: SourceRequest): Promise<FoundUpserts> {
  const { root, paths } = request;
  const grammars = new Grammars();
  const { met, known, others, modelFiles, skipped, passedOver } = await readFiles(request, grammars);
  const upserts = await withForeignConstants(met, known, grammars);
  const found = upserts.some(({ table }) => table.kind === 'model') ? readAllModels(modelFiles) : NO_MODELS;
  const resolved = upserts.map((upsert) => resolveModels(upsert, found.models));
  return {
    upserts: resolved,
    files: known.length,
    skipped: [...skipped, ...found.skipped],
    passedOver: [...passedOver],
    empty: await findEmptyPaths({ root, paths }, { known, others }),
  };
}

const NO_MODELS: FoundModels = { models: new Models(), skipped: [] };

/** A file in which upserts are, and names that other files may give a value. */
interface MetFile {
  readonly file: FoundFile;
  readonly language: Language;
  readonly wanted: readonly string[];
  readonly upserts: readonly Upsert[];
}

/** What the files came to, each read by itself. */
interface ReadFiles extends Pick<FoundUpserts, 'skipped'> {
  readonly met: readonly MetFile[];
  /** Those of a known language, and all others. */
  readonly known: readonly string[];
  readonly others: readonly string[];
  readonly modelFiles: readonly FoundFile[];
  readonly passedOver: ReadonlySet<string>;
}

async function readFiles(request: SourceRequest, grammars: Grammars): Promise<ReadFiles> {
  const { root, paths, within, signal } = request;
  const met: MetFile[] = [];
  const known: string[] = [];
  const others: string[] = [];
  const modelFiles: FoundFile[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const passedOver = new Set<string>();
  const onPassedOver = (folder: string): void => void passedOver.add(folder);
  for await (const file of walkFiles({ root, paths, within, onPassedOver })) {
    signal.throwIfAborted();
    const language = isOtherXml(file) ? undefined : file.language;
    if (!language) {
      others.push(file.path);
      if (!isPast(file, '', request) && namesConflict(file.path))
        skipped.push({ file: file.shown, reason: reasonFor(file) });
      continue;
    }
    known.push(file.path);
    const read = await readOne(file, language, request, grammars);
    if (read.hasModels) modelFiles.push(file);
    if (read.met) met.push(read.met);
    if (read.problem !== undefined) skipped.push({ file: file.shown, reason: read.problem });
  }
  return { met, known, others, modelFiles, skipped, passedOver };
}

interface ReadFile {
  readonly hasModels: boolean;
  readonly met?: MetFile;
  /** Why it, or a part of it, could not be read. */
  readonly problem?: string | undefined;
}

async function readOne(
  file: FoundFile,
  language: Language,
  request: SourceRequest,
  grammars: Grammars,
): Promise<ReadFile> {
  const read = readSource(file.path);
  if (read.kind === 'skipped') return { hasModels: false, problem: read.reason };
  const { models: hasModels, upserts: hasUpserts } = sift(file.path, read.bytes);
  if (!hasUpserts) return { hasModels };
  const text = read.bytes.toString('utf8');
  const foreign = new ForeignNames();
  const found = await findInSource(new SourceText(file.shown, text), language, grammars, { foreign });
  // What names of other files stand for is only known when all files are.
  const wanted = found.upserts.every(isResolved) ? [] : foreign.wanted;
  const upserts = isPast(file, text, request) ? found.upserts.map(ofMigration) : found.upserts;
  return { hasModels, met: { file, language, wanted, upserts }, problem: found.problem };
}

function isPast({ shown }: FoundFile, text: string, { root, paths }: SourceRequest): boolean {
  return isMigration(shown, text) && !isAskedFor(shown, { root, paths });
}

/** Files whose upserts name constants of other files are read once more with these. */
async function withForeignConstants(
  met: readonly MetFile[],
  files: readonly string[],
  grammars: Grammars,
): Promise<readonly Upsert[]> {
  if (met.every(({ wanted }) => wanted.length === 0)) return met.flatMap(({ upserts }) => upserts);
  const constants = new ForeignConstants(new ModuleFinder(files), grammars);
  const found: (readonly Upsert[])[] = [];
  for (const each of met)
    found.push(each.wanted.length === 0 ? each.upserts : await readAgain(each, constants, grammars));
  return found.flat();
}

async function readAgain(
  { file, language, wanted, upserts }: MetFile,
  constants: ForeignConstants,
  grammars: Grammars,
): Promise<readonly Upsert[]> {
  const read = readSource(file.path);
  if (read.kind === 'skipped') return upserts;
  const text = read.bytes.toString('utf8');
  const known = await constants.read(file.path, text, wanted);
  if (known.size === 0) return upserts;
  const foreign = new ForeignNames(known);
  const found = await findInSource(new SourceText(file.shown, text), language, grammars, { foreign });
  const isOld = upserts.some(({ ignored }) => ignored === OF_MIGRATION);
  return isOld ? found.upserts.map(ofMigration) : found.upserts;
}

/** So much comes before the first element of a mapper. */
const BEGINNING = 8_192;

function isOtherXml({ path, language }: FoundFile): boolean {
  return language?.kind === 'mapper' && !isMapper(readAtMost(path, BEGINNING)?.toString('latin1') ?? '');
}

function reasonFor({ path, language }: FoundFile): string {
  if (language?.kind === 'mapper') return 'it has ON CONFLICT, and of .xml files only mappers of MyBatis are read';
  return `it has ON CONFLICT, and ${kindOf(path)} files are not read`;
}

const OF_MIGRATION = 'it is part of a migration';

function ofMigration(upsert: Upsert): Upsert {
  return { ...upsert, ignored: upsert.ignored ?? OF_MIGRATION };
}
