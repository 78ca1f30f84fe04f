import * as z from 'zod';
import { MsgdbError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { describeProblems } from '../model/option-problems.ts';
import type { UserConfig } from './define-config.ts';
import { DURATION_FORM, durationMs } from './duration.ts';
import { LIMIT_FORM, parseLimit } from './limit.ts';
import { MEMORY_FORM, memoryBytes } from './memory-size.ts';
import { FENCES, INDEX_REFERENCES, ON_DIFFER, ORMS, type Settings, STRATEGIES } from './settings.ts';

const text = z.string().trim().min(1, 'it is empty');
const count = (least: number) => z.int(`it is not a whole number from ${least} up`).min(least, `it is below ${least}`);

const duration = z.string(`it is not ${DURATION_FORM}`).transform((value, context) => {
  const ms = durationMs(value);
  if (ms === undefined) context.addIssue(`it is not ${DURATION_FORM}`);
  return ms;
});

const SHARE_FORM = 'it is not a share from 0 to 1';

const rowsOrShare = z.union(
  [
    z.int(),
    z.string(),
    z.strictObject({ losers: count(0) }),
    z.strictObject({ share: z.number(SHARE_FORM).min(0, SHARE_FORM).max(1, SHARE_FORM) }),
  ],
  `it is not ${LIMIT_FORM}`,
);

const limit = rowsOrShare.transform((value, context) => {
  if (typeof value === 'object') return value;
  const parsed = parseLimit(String(value));
  if (!parsed) context.addIssue(`it is not ${LIMIT_FORM}`);
  return parsed;
});

const memory = z.string(`it is not ${MEMORY_FORM}`).transform((value, context) => {
  const bytes = memoryBytes(value);
  if (bytes === undefined) context.addIssue(`it is not ${MEMORY_FORM}`);
  return bytes;
});

const userConfig = z.strictObject({
  databaseUrl: text.optional(),
  embedded: z.union([z.boolean(), text], 'it is neither true nor the name of a folder').optional(),
  migrationsDir: text.optional(),
  schema: text.optional(),
  lockWait: duration.optional(),
  lockTimeout: duration.optional(),
  lockRetries: count(0).optional(),
  strategy: z.enum(STRATEGIES, `it is not one of ${STRATEGIES.join(', ')}`).optional(),
  indexTimeout: duration.optional(),
  indexReferences: z.enum(INDEX_REFERENCES, `it is not one of ${INDEX_REFERENCES.join(', ')}`).optional(),
  fence: z.enum(FENCES, `it is not one of ${FENCES.join(', ')}`).optional(),
  waitForBlockers: duration.optional(),
  jobs: count(1).optional(),
  batchSize: count(1).optional(),
  batchDelay: duration.optional(),
  maxReplicaLag: duration.optional(),
  memory: memory.optional(),
  limit: limit.optional(),
  onDiffer: z.enum(ON_DIFFER, `it is not one of ${ON_DIFFER.join(', ')}`).optional(),
  orms: z.array(z.enum(ORMS, `it is not one of ${ORMS.join(', ')}`)).optional(),
  sources: z.array(text, 'it is not a list of files and folders').optional(),
  redact: z.boolean('it is neither true nor false').optional(),
}) satisfies z.ZodType<unknown, UserConfig>;

const SETTING_NAMES = Object.keys(userConfig.shape);

/**
 * Reads what a config file exports. All problems are told at once; a URL is never shown.
 * @throws MsgdbError MSGDB_CONFIG_INVALID
 */
export function parseUserConfig(exported: unknown, file: string, source = ''): Settings {
  const parsed = userConfig.safeParse(exported);
  if (!parsed.success) throw invalid(exported, parsed.error.issues, file, source);
  const {
    lockWait,
    lockTimeout,
    indexTimeout,
    waitForBlockers,
    batchDelay,
    maxReplicaLag,
    memory: bytes,
    ...same
  } = parsed.data;
  if (same.databaseUrl !== undefined && same.embedded) throw twoDatabases(file);
  return {
    ...same,
    lockWaitMs: lockWait,
    lockTimeoutMs: lockTimeout,
    indexTimeoutMs: indexTimeout,
    waitForBlockersMs: waitForBlockers,
    batchDelayMs: batchDelay,
    maxReplicaLagMs: maxReplicaLag,
    memoryBytes: bytes,
  };
}

function invalid(given: unknown, issues: readonly z.core.$ZodIssue[], file: string, source: string): MsgdbError {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const first = unknown[0];
  const near = first === undefined ? undefined : nearest(first, SETTING_NAMES);
  const problems = issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys')
    ? ['its default export is not an object of settings']
    : describeProblems({ schema: userConfig, given, issues, word: 'setting', secret: ['databaseUrl'] });
  const keys = issues.flatMap((issue) => (issue.path.length > 0 ? [issue.path.join('.')] : unknown));
  const line = lineOf(keys[0]?.split('.')[0], source);
  const at = line === undefined ? '' : ` See ${file}:${line}.`;
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${file} is not a valid configuration: ${problems.join('; ')}.`,
    why: `${first === undefined ? 'A value has the wrong form.' : `The settings are ${SETTING_NAMES.join(', ')}.`}${at}`,
    fix:
      first === undefined
        ? `Correct ${issues.map(({ path }) => path.join('.') || 'the default export').join(', ')} in ${file}.`
        : near
          ? `Rename "${first}" to "${near}" in ${file}.`
          : `Remove "${first}" from ${file}.`,
    data: { file, keys, ...(line === undefined ? {} : { line }) },
  });
}

/** The line on which a setting seems to be written; a value that is computed has none. */
function lineOf(setting: string | undefined, source: string): number | undefined {
  const line = source.split('\n').findIndex((each) => /["']?([\w-]+)["']?\s*:/.exec(each)?.[1] === setting);
  return setting === undefined || line < 0 ? undefined : line + 1;
}

function twoDatabases(file: string): MsgdbError {
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${file} has both databaseUrl and embedded.`,
    why: 'A command works on one database.',
    fix: `Take databaseUrl or embedded out of ${file}.`,
    data: { file },
  });
}
