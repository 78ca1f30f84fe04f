import type { z } from 'zod';
import { MsgdbError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { describeProblems } from '../option-problems.ts';
import { namesAt } from '../option-schema.ts';

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
  const { issues } = parsed.error;
  const problems = describeProblems({ schema, given: options, issues, word: 'option' });
  const names = namesAt(schema, []);
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
  const [first] = unknown;
  const near = first === undefined ? undefined : nearest(first, names);
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${operation}({ … }) has ${problems.length === 1 ? 'an option that is wrong' : `${problems.length} options that are wrong`}.`,
    why: `${problems.join('; ')}.${first === undefined ? '' : ` The options are ${names.join(', ')}.`}`,
    fix: near
      ? `Write "${near}" instead of "${first}" in ${operation}({ … }).`
      : `Correct ${operation}({ … }) in the migration file.`,
  });
}
