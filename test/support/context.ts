import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Context } from '../../src/commands/context/context.ts';
import { resolveTarget } from '../../src/config/connection-target.ts';
import { parseUrl } from '../../src/config/parse-url.ts';

const REPOSITORY = new URL('../../', import.meta.url);

/** What a test wants otherwise than by default. */
export interface ContextOverrides extends Partial<Omit<Context, 'database' | 'settings'>> {
  readonly settings?: Partial<Context['settings']>;
}

/** The context of a command on a database (or on its URL for another role), with the shipped migrations. */
export async function makeContext(
  { url }: { readonly url: string },
  { settings, ...overrides }: ContextOverrides = {},
): Promise<Context> {
  const surroundings = { env: {}, home: tmpdir(), baseDir: tmpdir(), osUser: 'postgres', socketDirectories: [] };
  const { target } = await resolveTarget(parseUrl(url, 'the test'), 'the test', surroundings);
  return {
    database: { kind: 'url', target },
    settings: {
      schema: 'public',
      historySchema: 'msgdb',
      strategy: 'auto',
      waitMs: 0,
      lockTimeoutMs: 2_000,
      lockRetries: 10,
      lockWaitMs: 10_000,
      indexTimeoutMs: 0,
      fence: 'reject',
      waitForBlockersMs: 0,
      batchDelayMs: 0,
      window: 'always',
      jobs: 1,
      indexReferences: 'temporary',
      memoryBytes: 64 * 1024 ** 2,
      limit: undefined,
      onDiffer: 'keep',
      ...settings,
    },
    migrationsDir: fileURLToPath(new URL('migrations', REPOSITORY)),
    projectDir: fileURLToPath(REPOSITORY),
    workingDir: fileURLToPath(REPOSITORY),
    sources: [],
    orms: [],
    rules: {},
    // Built: each load of a migration would compile the sources again.
    libraryEntry: fileURLToPath(new URL('dist/index.js', REPOSITORY)),
    env: {},
    signal: new AbortController().signal,
    emit: () => {},
    now: () => new Date(),
    confirm: async () => false,
    ...overrides,
  };
}
