import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import type { JudgedUpsert } from '../../upserts/judge/judged-upsert.ts';
import { orUnwritable } from '../project/or-unwritable.ts';
import { fingerprintOf } from './findings.ts';

const baselineSchema = z.object({ formatVersion: z.literal(1), known: z.array(z.string()) });

/** The findings that are known: an old codebase is adopted with them, and only new ones are reported. */
export async function readBaseline(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw invalid(path, error instanceof Error ? error.message : String(error));
  });
  try {
    return new Set(baselineSchema.parse(JSON.parse(text)).known);
  } catch {
    throw invalid(path, 'It is not what --update-baseline writes.');
  }
}

/** Writes all present findings; in order, so that a review shows what came and went. */
export async function writeBaseline(path: string, judged: readonly JudgedUpsert[]): Promise<ReadonlySet<string>> {
  const found = judged.filter(({ upsert }) => upsert.ignored === undefined);
  const known = [...new Set(found.flatMap((each) => each.remarks.map((remark) => fingerprintOf(each, remark))))].sort();
  const unwritable = {
    what: `The baseline cannot be written to ${path}.`,
    fix: 'Name a file that can be written, in a folder that exists: --baseline FILE.',
  };
  await orUnwritable(unwritable, async () =>
    writeFile(path, `${JSON.stringify({ formatVersion: 1, known }, null, 2)}\n`),
  );
  return new Set(known);
}

function invalid(path: string, why: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The baseline ${path} cannot be used.`,
    why,
    fix: 'Write it with --update-baseline, or leave --baseline out.',
    data: { path },
  });
}
