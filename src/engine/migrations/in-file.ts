import { MsgdbError } from '../../model/errors.ts';

/** What is wrong with SQL, said with the file that it stands in. */
export async function inFile<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof MsgdbError ? located(error, path) : error;
  }
}

export function located(error: MsgdbError, path: string): MsgdbError {
  // In a file of code the line is one of the SQL in it, not of the file.
  const data = path.endsWith('.sql') ? { ...error.data, file: path } : { file: path };
  return new MsgdbError(error.code, {
    what: `${path}: ${error.message}`,
    why: error.why,
    fix: error.fix,
    data,
    cause: error,
  });
}

export function nothingToRun(): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: 'The SQL does nothing.',
    why: 'There is no statement in it, only comments or semicolons.',
    fix: 'Write a statement, or remove the file.',
  });
}
