import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { readStatements } from '../../sql/pending/read-changes.ts';
import type { Listed, Runner } from '../runners/runner.ts';

/** A migration with its text. */
export interface ScriptText {
  readonly migration: string;
  /** From the working directory, for people. */
  readonly file: string;
  readonly text: string;
  /** Its runner has run it already. */
  readonly applied: boolean;
}

/** The files of migrations, with what goes up in them. */
export async function readTexts(
  directory: string | undefined,
  listed: readonly Listed[],
  workingDir: string,
): Promise<readonly Omit<ScriptText, 'applied'>[]> {
  return await Promise.all(
    listed.map(async ({ name, path }) => {
      const absolute = directory === undefined ? path : join(directory, path);
      const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
        throw new MsgdbError('MSGDB_USAGE', {
          what: `${absolute} cannot be read.`,
          why: error instanceof Error ? error.message : String(error),
          fix: 'Name files and folders that are there.',
        });
      });
      return { migration: name, file: relative(workingDir, absolute), text };
    }),
  );
}

/** Scripts as they were parsed, and findings about those that could not be. */
export interface ReadScripts {
  readonly scripts: readonly PendingScript[];
  readonly findings: readonly Finding[];
}

export async function readScripts(runner: Runner, texts: readonly ScriptText[]): Promise<ReadScripts> {
  const read = await Promise.all(texts.map(async (each) => readScript(runner, each)));
  return {
    scripts: read.map(({ script }) => script),
    findings: read.flatMap(({ problem }) => problem ?? []),
  };
}

/** What is not read may change anything. */
async function readScript(
  runner: Runner,
  { migration, file, text, applied }: ScriptText,
): Promise<{ readonly script: PendingScript; readonly problem?: Finding }> {
  const script = { migration, file, applied, transaction: runner.transaction(text) };
  try {
    return { script: { ...script, statements: await readStatements(runner.up(text)) } };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_MIGRATION_INVALID') throw error;
    const line = typeof error.data.line === 'number' ? error.data.line : 1;
    const opaque = { kind: 'opaque', what: 'SQL that cannot be read', names: 'anything', asks: false } as const;
    return {
      script: { ...script, statements: [{ line, text: '', changes: [opaque] }] },
      problem: finding('MSGDB_PENDING_NOT_READ', `${error.message} ${error.why}`, {
        migration,
        data: { file, line },
      }),
    };
  }
}
