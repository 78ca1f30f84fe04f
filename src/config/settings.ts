import { resolve } from 'node:path';
import type { Limit, OnDiffer } from '../model/operations/common.ts';
import type { Library } from '../model/upsert-report.ts';
import type { FenceChoice, IndexReferences, Strategy } from './config.ts';

export const STRATEGIES = ['auto', 'locked', 'online'] as const satisfies readonly Strategy[];
export const ON_DIFFER = ['keep', 'stop'] as const satisfies readonly OnDiffer[];
export const INDEX_REFERENCES = ['temporary', 'keep', 'none'] as const satisfies readonly IndexReferences[];
export const FENCES = ['reject', 'skip', 'none'] as const satisfies readonly FenceChoice[];

export const ORMS = [
  'supabase',
  'prisma',
  'sqlalchemy',
  'drizzle',
  'kysely',
  'knex',
  'typeorm',
  'sequelize',
  'django',
  'gorm',
  'active-record',
  'ecto',
  'laravel',
] as const satisfies readonly Library[];

/** What flags or a config file say, parsed; both are read into this shape, and flags go first. */
export interface Settings {
  readonly databaseUrl?: string | undefined;
  /** True for the default directory. */
  readonly embedded?: boolean | string | undefined;
  readonly migrationsDir?: string | undefined;
  readonly schema?: string | undefined;
  readonly lockWaitMs?: number | undefined;
  readonly lockTimeoutMs?: number | undefined;
  readonly lockRetries?: number | undefined;
  readonly strategy?: Strategy | undefined;
  readonly indexTimeoutMs?: number | undefined;
  readonly indexReferences?: IndexReferences | undefined;
  readonly fence?: FenceChoice | undefined;
  readonly waitForBlockersMs?: number | undefined;
  readonly jobs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly batchDelayMs?: number | undefined;
  readonly maxReplicaLagMs?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly limit?: Limit | undefined;
  readonly onDiffer?: OnDiffer | undefined;
  readonly orms?: readonly Library[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly redact?: boolean | undefined;
}

const DEFAULTS = {
  schema: 'public',
  migrationsDir: 'migrations',
  lockWaitMs: 60_000,
  lockTimeoutMs: 2_000,
  lockRetries: 10,
  strategy: 'auto',
  indexTimeoutMs: 0,
  indexReferences: 'temporary',
  fence: 'reject',
  waitForBlockersMs: 0,
  jobs: 1,
  batchDelayMs: 0,
  memoryBytes: 256 * 1024 ** 2,
  onDiffer: 'keep',
  redact: false,
} as const satisfies Settings;

export interface SettingsOrigin {
  readonly cwd: string;
  readonly projectDir: string;
  /** The schema that the database URL names. */
  readonly urlSchema: string | undefined;
}

/** Flags, then the file, then the defaults; folders become absolute, each from where it was written. */
export function mergeSettings(flags: Settings, file: Settings, { cwd, projectDir, urlSchema }: SettingsOrigin) {
  const batchSize = flags.batchSize ?? file.batchSize;
  const maxReplicaLagMs = flags.maxReplicaLagMs ?? file.maxReplicaLagMs;
  const limit = flags.limit ?? file.limit;
  return {
    schema: flags.schema ?? file.schema ?? urlSchema ?? DEFAULTS.schema,
    migrationsDir: flags.migrationsDir
      ? resolve(cwd, flags.migrationsDir)
      : resolve(projectDir, file.migrationsDir ?? DEFAULTS.migrationsDir),
    lockWaitMs: flags.lockWaitMs ?? file.lockWaitMs ?? DEFAULTS.lockWaitMs,
    lockTimeoutMs: flags.lockTimeoutMs ?? file.lockTimeoutMs ?? DEFAULTS.lockTimeoutMs,
    lockRetries: flags.lockRetries ?? file.lockRetries ?? DEFAULTS.lockRetries,
    strategy: flags.strategy ?? file.strategy ?? DEFAULTS.strategy,
    indexTimeoutMs: flags.indexTimeoutMs ?? file.indexTimeoutMs ?? DEFAULTS.indexTimeoutMs,
    indexReferences: flags.indexReferences ?? file.indexReferences ?? DEFAULTS.indexReferences,
    fence: flags.fence ?? file.fence ?? DEFAULTS.fence,
    waitForBlockersMs: flags.waitForBlockersMs ?? file.waitForBlockersMs ?? DEFAULTS.waitForBlockersMs,
    jobs: flags.jobs ?? file.jobs ?? DEFAULTS.jobs,
    ...(batchSize === undefined ? {} : { batchSize }),
    batchDelayMs: flags.batchDelayMs ?? file.batchDelayMs ?? DEFAULTS.batchDelayMs,
    ...(maxReplicaLagMs === undefined ? {} : { maxReplicaLagMs }),
    memoryBytes: flags.memoryBytes ?? file.memoryBytes ?? DEFAULTS.memoryBytes,
    ...(limit === undefined ? {} : { limit }),
    onDiffer: flags.onDiffer ?? file.onDiffer ?? DEFAULTS.onDiffer,
    orms: file.orms ?? [],
    sources: (file.sources ?? []).map((source) => resolve(projectDir, source)),
    redact: flags.redact ?? file.redact ?? DEFAULTS.redact,
  };
}
