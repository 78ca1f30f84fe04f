import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { MsgdbError } from '../../model/errors.ts';
import {
  invalidPlan,
  isMember,
  isSurvivor,
  type PlanEnd,
  type PlanHeader,
  type PlanTarget,
  parsePlanLine,
} from '../../model/plan-file.ts';

/** A plan file that is as it was written. Its members stay in the file. */
export interface PlanFile {
  readonly file: string;
  readonly header: PlanHeader;
  readonly targets: readonly PlanSection[];
  /** Of the whole file: what the ledger knows it by. */
  readonly sha256: string;
}

/** The part of one rule. */
export interface PlanSection {
  readonly target: PlanTarget;
  readonly groups: number;
  readonly rows: number;
  /** Of the members' lines. */
  readonly sha256: string;
}

/** Lines that go to the server in one statement. */
const CHUNK = 2_000;

/**
 * Reads a plan through, without keeping its members.
 * @throws MsgdbError MSGDB_PLAN_INVALID when it is no plan, was edited or is cut off.
 */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const all = createHash('sha256');
  const found = { header: undefined as PlanHeader | undefined, end: undefined as PlanEnd | undefined };
  const sections: { target: PlanTarget; groups: number; rows: number; hash: Hash }[] = [];
  for await (const line of linesOf(file)) {
    if (found.end) throw invalidPlan(file, 'Something stands behind its last line.');
    const section = sections.at(-1);
    if (isMember(line) && section) {
      section.hash.update(`${line}\n`);
      section.rows += 1;
      if (isSurvivor(line)) section.groups += 1;
    } else {
      const parsed = parsePlanLine(line, file);
      if ((parsed.kind === 'header') !== (found.header === undefined))
        throw invalidPlan(file, 'It does not begin as one.');
      if (parsed.kind === 'header') found.header = parsed.header;
      if (parsed.kind === 'target')
        sections.push({ target: parsed.target, groups: 0, rows: 0, hash: createHash('sha256') });
      if (parsed.kind === 'end') found.end = parsed.end;
    }
    if (!found.end) all.update(`${line}\n`);
  }
  const { header, end } = found;
  if (!header) throw invalidPlan(file, 'It is empty.');
  if (!end) throw invalidPlan(file, 'It is cut off: its last line is not there.');
  if (end.sha256 !== all.digest('hex')) throw invalidPlan(file, 'It was changed after msgdb had written it.');
  const targets = sections.map(({ hash, ...section }) => ({ ...section, sha256: hash.digest('hex') }));
  return { file, header, targets, sha256: end.sha256 };
}

/**
 * The members' lines of a section, some at a time.
 * @throws MsgdbError MSGDB_PLAN_INVALID at the end, when they are others than when the file was read through.
 */
export async function* readMembers({ file, targets }: PlanFile, place: number): AsyncGenerator<readonly string[]> {
  const hash = createHash('sha256');
  let section = -1;
  let chunk: string[] = [];
  for await (const line of linesOf(file)) {
    if (!isMember(line)) {
      if (section === place) break;
      if (parsePlanLine(line, file).kind === 'target') section += 1;
      continue;
    }
    if (section !== place) continue;
    hash.update(`${line}\n`);
    chunk.push(line);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
  if (hash.digest('hex') !== targets[place]?.sha256) throw invalidPlan(file, 'It was changed while it was being read.');
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await openFile(file);
  try {
    yield* splitLines(handle.createReadStream({ encoding: 'utf8', autoClose: false }));
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** At line feeds alone: `readLines` also ends a line at U+2028 and U+2029, which JSON has within strings. */
async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    // Before it, a carriage return is an editor's: JSON has none but as an escape.
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
  throw unreadable(file, 'It is no plain file.');
}

function unreadable(file: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_PLAN_INVALID', {
    what: `The plan ${file} cannot be read.`,
    why,
    fix: 'Name a file that `msgdb dedupe --plan-out FILE` has written.',
  });
}
