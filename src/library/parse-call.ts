import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import { migration } from '../model/migration.ts';
import { nearest } from '../model/nearest.ts';
import type { Operation } from '../model/operations/index.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import { describeProblems } from '../model/option-problems.ts';
import { namesAt } from '../model/option-schema.ts';

const flag = z.boolean().default(false);
const samples = z.int().min(0).default(5);
const common = { signal: z.instanceof(AbortSignal).optional() };
const rule = z.custom<UniqueKey>(
  (value) => (value as UniqueKey | null)?.kind === 'unique-key',
  'is not uniqueKey({ … })',
);

/** What each call takes. An option that there is not may be a `dryRun` that was meant. */
export const CALLS = {
  migrate: z.strictObject({
    ...common,
    dryRun: flag,
    to: z.string().optional(),
    only: z.string().optional(),
    allowOutOfOrder: flag,
  }),
  rollback: z.strictObject({
    ...common,
    dryRun: flag,
    to: z.string().optional(),
    step: z.int().min(1).optional(),
  }),
  verify: z.strictObject({ ...common, rule: rule.optional(), heap: flag, race: z.int().min(2).optional() }),
  findDuplicates: z.strictObject({
    ...common,
    rule: rule.optional(),
    samples,
    explain: z.union([z.boolean(), z.strictObject({ by: z.string().optional() })]).default(false),
  }),
  dedupe: z.strictObject({ ...common, rule: rule.optional(), dryRun: flag, samples }),
  checkUpserts: z.strictObject({
    ...common,
    sql: z.string().optional(),
    paths: z.array(z.string()).default([]),
    schemaFile: z.string().optional(),
    withPending: flag,
    strict: flag,
    baseline: z.string().optional(),
  }),
  preflight: z.strictObject({
    ...common,
    paths: z.array(z.string()).default([]),
    sql: z.string().optional(),
    runner: z.string().optional(),
    all: flag,
    since: z.string().optional(),
    samples,
    strict: flag,
    repair: flag,
    dryRun: flag,
    build: flag,
    keepFence: z.string().optional(),
  }),
  dropFences: z.strictObject({ ...common, table: z.string().optional() }),
  apply: z.strictObject({ ...common, dryRun: flag }),
  revert: z.strictObject({ ...common, dryRun: flag }),
} as const;

export type CallName = keyof typeof CALLS;

/**
 * Reads the options of a call.
 * @throws MsgdbError MSGDB_USAGE
 */
export function parseCall<Name extends CallName>(name: Name, given: unknown): z.output<(typeof CALLS)[Name]> {
  const schema: z.ZodType = CALLS[name];
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return withParsedRule(parsed.data) as z.output<(typeof CALLS)[Name]>;
  const { issues } = parsed.error;
  const names = namesAt(schema, []);
  const [unknown] = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const near = unknown === undefined ? undefined : nearest(unknown, names);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${name}() cannot be called like this: ${describeProblems({ schema, given, issues, word: 'option' }).join('; ')}.`,
    why: `The options are ${names.join(', ')}. Nothing was done.`,
    fix: near ? `Write "${near}" instead of "${unknown}".` : `Correct the options of ${name}().`,
  });
}

/** A rule may be written as a plain object, which nothing has looked at. */
function withParsedRule(data: unknown): unknown {
  const { rule } = data as { readonly rule?: UniqueKey };
  return rule === undefined ? data : { ...(data as object), rule: parseOperations(rule)[0] };
}

/**
 * Reads operations given to `apply` or `revert`.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID
 */
export function parseOperations(given: unknown): readonly Operation[] {
  const { up } = migration({ summary: '', up: (Array.isArray(given) ? given : [given]) as readonly Operation[] });
  if (up.every(({ kind }) => kind !== 'sql')) return up;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: 'sql({ … }) cannot be applied by the library.',
    why: 'It stands in a migration of another tool, which runs SQL itself.',
    fix: 'Run the SQL with that tool, before or after.',
  });
}
