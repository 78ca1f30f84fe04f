import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Target } from '../../config/targets/configure-targets.ts';
import { MsgdbError } from '../../model/errors.ts';

const earlierSchema = z.object({
  command: z.literal('fleet'),
  runs: z.string(),
  dryRun: z.boolean(),
  asked: z.string(),
  results: z.array(
    z.object({
      name: z.string(),
      database: z.string(),
      schema: z.string().nullable(),
      status: z.string(),
    }),
  ),
});

type Earlier = z.infer<typeof earlierSchema>;

/** Targets that an earlier run is done with. */
export interface EarlierRun {
  isDone(target: Target): boolean;
}

/** The command that goes on with it. */
export interface Resumed {
  readonly runs: string;
  readonly asked: string;
  readonly workingDir: string;
}

/**
 * Reads the report of an earlier run.
 * @throws MsgdbError MSGDB_USAGE for what is none, and for the report of another command or of other flags.
 */
export async function readEarlier(file: string, { runs, asked, workingDir }: Resumed): Promise<EarlierRun> {
  const earlier = await parseReport(file, workingDir);
  if (earlier.runs !== runs || earlier.asked !== asked) throw another(file, earlier, runs);
  const done = new Set(earlier.results.filter(({ status }) => status === 'ok' || status === 'done before').map(idOf));
  return { isDone: ({ name, label, schema }) => done.has(idOf({ name, database: label, schema: schema ?? null })) };
}

async function parseReport(file: string, workingDir: string): Promise<Earlier> {
  try {
    return earlierSchema.parse(JSON.parse(await readFile(resolve(workingDir, file), 'utf8')));
  } catch (error) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${file} is no report of a run with --targets.`,
      why:
        error instanceof z.ZodError || error instanceof SyntaxError
          ? 'It is not the JSON that such a run writes, or only a part of it.'
          : String(error),
      fix: 'Name the file that --output json=FILE wrote; or leave --resume out: what is done is found done, and not done twice.',
    });
  }
}

/** A target of the same name that is another database now has not been worked on. */
function idOf({ name, database, schema }: Pick<Earlier['results'][number], 'name' | 'database' | 'schema'>): string {
  return JSON.stringify([name, database, schema]);
}

function another(file: string, earlier: Earlier, runs: string): MsgdbError {
  const of = earlier.runs === runs ? `${runs} with other flags${earlier.dryRun ? ' (a dry run)' : ''}` : earlier.runs;
  return new MsgdbError('MSGDB_USAGE', {
    what: `${file} is the report of another command: ${of}.`,
    why: 'What was done there says nothing of what is asked for now. Nothing was begun.',
    fix: 'Give the same command and flags as then, or leave --resume out.',
  });
}
