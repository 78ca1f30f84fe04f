import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import { isSurvivor, type PlanEnd, type PlanHeader, type PlanTarget } from '../../model/plan-file.ts';
import { type PlanFile, readPlanFile } from './read-plan-file.ts';

/** Takes a plan line by line. */
export interface PlanWriter {
  /** Begins the part of a rule; one that was begun and not committed is discarded. */
  begin(target: PlanTarget): Promise<void>;
  add(lines: readonly string[]): Promise<void>;
  commit(): void;
}

/** What has been written, up to some line. */
interface Mark {
  readonly offset: number;
  readonly hash: Hash;
  readonly targets: number;
  readonly groups: number;
  readonly rows: number;
}

/**
 * Writes a plan file, for its owner alone: a reader sees the old file or the whole new one. The last line has a hash of
 * all before it, by which an edited plan or half of one is known. A file that is there is kept: somebody may have looked
 * at it, and apply it.
 * @throws MsgdbError MSGDB_USAGE when the file cannot be written, or is there with other contents.
 */
export async function writePlanFile(
  file: string,
  header: PlanHeader,
  write: (plan: PlanWriter) => Promise<void>,
): Promise<PlanEnd> {
  const path = resolve(file);
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) throw unwritable(file, 'It is no plain file.');
  const handle = await open(draft, 'w', 0o600).catch((error: unknown) => {
    throw unwritable(file, error instanceof Error ? error.message : String(error));
  });
  try {
    const end = await writeLines(handle, header, write);
    await handle.sync();
    await handle.close();
    if (there) {
      if (!(await isSamePlan(draft, path))) throw exists(file);
      await rm(draft);
      return end;
    }
    await rename(draft, path);
    return end;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
}

/** Is it the same but for when it was made? */
async function isSamePlan(draft: string, path: string): Promise<boolean> {
  try {
    const [made, there] = [await readPlanFile(draft), await readPlanFile(path)];
    return [made, there].map(contentOf).every((content, _, [first]) => content === first);
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_PLAN_INVALID') return false;
    throw error;
  }
}

function contentOf({ header, targets }: PlanFile): string {
  return JSON.stringify({ header: { ...header, madeAt: '' }, targets });
}

async function writeLines(
  handle: FileHandle,
  header: PlanHeader,
  write: (plan: PlanWriter) => Promise<void>,
): Promise<PlanEnd> {
  let mark: Mark = { offset: 0, hash: createHash('sha256'), targets: 0, groups: 0, rows: 0 };
  async function append(lines: readonly string[], more: Partial<Mark> = {}): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    await writeAll(handle, bytes, mark.offset);
    mark.hash.update(bytes);
    mark = { ...mark, offset: mark.offset + bytes.length, ...more };
  }
  await append([JSON.stringify(header)]);
  let committed: Mark = { ...mark, hash: mark.hash.copy() };
  await write({
    async begin(target) {
      await handle.truncate(committed.offset);
      mark = { ...committed, hash: committed.hash.copy() };
      await append([JSON.stringify({ target })], { targets: mark.targets + 1 });
    },
    async add(lines) {
      const groups = lines.filter(isSurvivor).length;
      await append(lines, { groups: mark.groups + groups, rows: mark.rows + lines.length });
    },
    commit() {
      committed = { ...mark, hash: mark.hash.copy() };
    },
  });
  const { targets, groups, rows } = mark;
  const end = { targets, groups, rows, sha256: mark.hash.copy().digest('hex') };
  await append([JSON.stringify({ end })]);
  return end;
}

/** A write may take fewer bytes than it was given: on a file system that is nearly full, or mounted over a network. */
async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function exists(file: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The file ${file} exists, and has other contents than the plan.`,
    why: 'A plan may have been reviewed, so it is not overwritten.',
    fix: 'Give another name with --plan-out, or delete the file.',
  });
}

function unwritable(file: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The plan cannot be written to ${file}.`,
    why,
    fix: 'Name a file in a folder that exists and is writable with --plan-out.',
  });
}
