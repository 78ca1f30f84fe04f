import { readSource } from './files/read-source.ts';
import { type Sifted, sift } from './files/sift.ts';
import { type FoundFile, walkFiles } from './files/walk-files.ts';
import { findInSource } from './find-in-source.ts';
import { languageOf } from './languages.ts';
import { Models } from './models/models.ts';
import { readModels } from './models/read-models.ts';
import { resolveModels } from './models/resolve-models.ts';
import { SourceText } from './source-text.ts';
import { Grammars } from './syntax/grammars.ts';
import type { Upsert } from './upsert.ts';

export interface SourceRequest {
  /** Absolute. Files are shown relative to it. */
  readonly root: string;
  readonly paths: readonly string[];
  readonly signal: AbortSignal;
}

export interface FoundUpserts {
  readonly upserts: readonly Upsert[];
  /** Files of a known language. */
  readonly files: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Files that are read at the same time. Their bytes are let go when they are sifted out. */
const READERS = 32;

/** Finds every upsert in the source files at or below the paths, in the order of files and lines. */
export async function findUpserts({ root, paths, signal }: SourceRequest): Promise<FoundUpserts> {
  const grammars = new Grammars();
  const upserts: Upsert[] = [];
  const modelFiles: FoundFile[] = [];
  const skipped: { file: string; reason: string }[] = [];
  let files = 0;
  for await (const batch of inBatches(walkFiles(root, paths), READERS)) {
    signal.throwIfAborted();
    files += batch.length;
    for (const { file, content } of await Promise.all(batch.map(readFileOf))) {
      if (content.kind === 'skipped') skipped.push({ file: file.shown, reason: content.reason });
      else if (content.text !== undefined) {
        const found = await findInFile(file, content.text, grammars);
        upserts.push(...found.upserts);
        if (found.problem) skipped.push({ file: file.shown, reason: found.problem });
      }
      if (content.kind === 'read' && content.sifted.models) modelFiles.push(file);
    }
  }
  const models = upserts.some(({ table }) => table.kind === 'model') ? await readAllModels(modelFiles) : new Models();
  return { upserts: upserts.map((upsert) => resolveModels(upsert, models)), files, skipped };
}

type Content =
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'read'; readonly sifted: Sifted; readonly text: string | undefined };

async function readFileOf(file: FoundFile): Promise<{ readonly file: FoundFile; readonly content: Content }> {
  const read = await readSource(file.path);
  if (read.kind === 'skipped') return { file, content: read };
  const sifted = sift(file.path, read.bytes);
  return { file, content: { kind: 'read', sifted, text: sifted.upserts ? read.bytes.toString('utf8') : undefined } };
}

async function findInFile(file: FoundFile, text: string, grammars: Grammars) {
  const language = languageOf(file.path);
  if (!language) return { upserts: [] };
  return await findInSource(new SourceText(file.shown, text), language, grammars);
}

async function readAllModels(files: readonly FoundFile[]): Promise<Models> {
  const models = new Models();
  for (const file of files) {
    const read = await readSource(file.path);
    if (read.kind === 'skipped') continue;
    for (const model of readModels(file.path, read.bytes.toString('utf8'))) models.add(model);
  }
  return models;
}

async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
