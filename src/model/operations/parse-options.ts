import type { z } from 'zod';
import { MsgdbError } from '../errors.ts';

/**
 * Parses the options a migration file gives to an operation.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID naming every option that is wrong, so that one look mends them all.
 */
export function parseOptions<Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  options: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'the argument'}: ${issue.message}`,
  );
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${operation}(…) was given options it does not understand.`,
    why: problems.join('; '),
    fix: `Correct the options of ${operation} in the migration file.`,
  });
}
