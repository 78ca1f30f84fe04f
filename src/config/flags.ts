import { MsgdbError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Limit, OnDiffer } from '../model/operations/common.ts';
import type { FenceChoice, IndexReferences, Strategy } from './config.ts';
import { parseDuration } from './duration.ts';
import { LIMIT_FORM, parseLimit } from './limit.ts';
import { MEMORY_FORM, memoryBytes } from './memory-size.ts';
import { FENCES, INDEX_REFERENCES, ON_DIFFER, type Settings, STRATEGIES } from './settings.ts';
import { parseWholeNumber } from './whole-number.ts';

/** The flags that configure, as they were typed. */
export interface ConfigFlags {
  readonly databaseUrl?: string | undefined;
  readonly embedded?: boolean | string | undefined;
  readonly config?: string | undefined;
  readonly migrationsDir?: string | undefined;
  readonly schema?: string | undefined;
  readonly lockWait?: string | undefined;
  readonly lockTimeout?: string | undefined;
  readonly lockRetries?: string | undefined;
  readonly strategy?: string | undefined;
  readonly indexTimeout?: string | undefined;
  readonly indexReferences?: string | undefined;
  readonly fence?: string | undefined;
  readonly waitForBlockers?: string | undefined;
  readonly jobs?: string | undefined;
  readonly batchSize?: string | undefined;
  readonly batchDelay?: string | undefined;
  readonly maxReplicaLag?: string | undefined;
  readonly memory?: string | undefined;
  readonly limit?: string | undefined;
  readonly onDiffer?: string | undefined;
  readonly redact?: boolean | undefined;
}

/**
 * Parses the flags.
 * @throws MsgdbError MSGDB_USAGE for the first one that means nothing.
 */
export function parseFlags(flags: ConfigFlags): Settings {
  if (flags.databaseUrl !== undefined && flags.embedded) throw twoDatabases();
  return {
    databaseUrl: notEmpty('--database-url', flags.databaseUrl),
    embedded: flags.embedded === '' ? true : flags.embedded,
    migrationsDir: notEmpty('--migrations-dir', flags.migrationsDir),
    schema: notEmpty('--schema', flags.schema),
    lockWaitMs: duration('--lock-wait', flags.lockWait),
    lockTimeoutMs: duration('--lock-timeout', flags.lockTimeout),
    lockRetries: parseWholeNumber('--lock-retries', flags.lockRetries, { least: 0, fallback: undefined }),
    strategy: strategy(flags.strategy),
    indexTimeoutMs: duration('--index-timeout', flags.indexTimeout),
    indexReferences: indexReferences(flags.indexReferences),
    fence: fence(flags.fence),
    waitForBlockersMs: duration('--wait-for-blockers', flags.waitForBlockers),
    jobs: parseWholeNumber('--jobs', flags.jobs, { least: 1, fallback: undefined }),
    batchSize: parseWholeNumber('--batch-size', flags.batchSize, { least: 1, fallback: undefined }),
    batchDelayMs: duration('--batch-delay', flags.batchDelay),
    maxReplicaLagMs: duration('--max-replica-lag', flags.maxReplicaLag),
    memoryBytes: memory(flags.memory),
    limit: limit(flags.limit),
    onDiffer: onDiffer(flags.onDiffer),
    redact: flags.redact,
  };
}

function twoDatabases(): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: '--database-url and --embedded are given together.',
    why: 'A command works on one database.',
    fix: 'Leave --embedded out to work on the server, or --database-url to work on the embedded one.',
  });
}

/** An empty value is nearly always an unset variable in a script: `-u "$URL"`. */
function notEmpty(flag: string, value: string | undefined): string | undefined {
  if (value?.trim() !== '') return value;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is given without a value.`,
    why: 'The value is empty; in a script that is often a variable that is not set.',
    fix: `Give ${flag} a value, or leave it out.`,
  });
}

function duration(flag: string, value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseDuration(value, flag);
}

function strategy(value: string | undefined): Strategy | undefined {
  if (value === undefined) return undefined;
  const known = STRATEGIES.find((name) => name === value);
  if (known) return known;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--strategy is "${value}", which is not one of ${STRATEGIES.join(', ')}.`,
    why: '"locked" builds the index while writers wait, "online" while they go on; "auto" decides by the time that writers would wait.',
    fix: `Write --strategy ${nearest(value, STRATEGIES) ?? 'auto'}, or leave it out.`,
  });
}

function memory(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const bytes = memoryBytes(value);
  if (bytes !== undefined) return bytes;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--memory is "${value}", which is not ${MEMORY_FORM}.`,
    why: 'It is what looking for groups and building indexes may use on the server.',
    fix: 'Write it like --memory 512MB, or leave it out.',
  });
}

function indexReferences(value: string | undefined): IndexReferences | undefined {
  if (value === undefined) return undefined;
  const known = INDEX_REFERENCES.find((name) => name === value);
  if (known) return known;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--index-references is "${value}", which is not one of ${INDEX_REFERENCES.join(', ')}.`,
    why: 'An index that a foreign key lacks is made for the time of the run ("temporary"), made and kept ("keep"), or not made ("none").',
    fix: `Write --index-references ${nearest(value, INDEX_REFERENCES) ?? 'temporary'}, or leave it out.`,
  });
}

function fence(value: string | undefined): FenceChoice | undefined {
  if (value === undefined) return undefined;
  const known = FENCES.find((name) => name === value);
  if (known) return known;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--fence is "${value}", which is not one of ${FENCES.join(', ')}.`,
    why: '"reject" fails the statement that makes a copy (23505), "skip" leaves the row out, "none" puts no trigger up.',
    fix: `Write --fence ${nearest(value, FENCES) ?? 'reject'}, or leave it out.`,
  });
}

function limit(value: string | undefined): Limit | undefined {
  if (value === undefined) return undefined;
  const parsed = parseLimit(value);
  if (parsed) return parsed;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--limit is "${value}", which is not ${LIMIT_FORM}.`,
    why: 'It is the most rows a plan may remove.',
    fix: 'Write it like --limit 1000 or --limit 5%.',
  });
}

function onDiffer(value: string | undefined): OnDiffer | undefined {
  if (value === undefined) return undefined;
  const known = ON_DIFFER.find((name) => name === value);
  if (known) return known;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--on-differ is "${value}", which is not one of ${ON_DIFFER.join(', ')}.`,
    why: 'Copies that differ outside the key: "keep" lets the survivor win, "stop" leaves their groups alone.',
    fix: `Write --on-differ ${nearest(value, ON_DIFFER) ?? 'stop'}, or leave it out.`,
  });
}
