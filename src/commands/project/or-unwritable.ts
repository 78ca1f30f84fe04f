import { MsgdbError } from '../../model/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'The user that msgdb runs as may not write there.',
  EPERM: 'The user that msgdb runs as may not write there.',
  EROFS: 'The file system is read-only.',
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota is used up.',
};

/**
 * Writes files; what the system says against it is told as msgdb tells its errors.
 * @throws MsgdbError MSGDB_USAGE
 */
export async function orUnwritable<Result>(
  { what, fix }: { readonly what: string; readonly fix: string },
  work: () => Promise<Result>,
): Promise<Result> {
  return await work().catch((error: NodeJS.ErrnoException) => {
    // A file is there already, or this is no error of the file system.
    const known = error instanceof MsgdbError || error.code === undefined || error.syscall === undefined;
    throw known ? error : new MsgdbError('MSGDB_USAGE', { what, why: reasonOf(error), fix, cause: error });
  });
}

function reasonOf({ code = '', message, path = 'It', syscall }: NodeJS.ErrnoException): string {
  if (code === 'ENOTDIR' || (code === 'EEXIST' && syscall === 'mkdir'))
    return `${path} is a file, or would be within one.`;
  return REASONS[code] ?? message;
}
