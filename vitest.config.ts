import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { makeMemoryFolder } from './test/support/temporary-folder.ts';

const results = process.env.VITEST_RESULTS;
// Before the server and the workers start, which take it over.
const memory = process.env.TMPDIR ? undefined : makeMemoryFolder();
if (memory !== undefined) process.env.TMPDIR = memory;

/** Tests that draw at random draw the same again with it; `global-setup` prints it. */
const seed = process.env.TEST_SEED ?? String(Date.now() % 1_000_000);

/** See test/support/remember-loaded.ts. */
const REMEMBER_LOADED = fileURLToPath(new URL('test/support/remember-loaded.ts', import.meta.url));
const loadOnce: Plugin = {
  name: 'load files of a project once',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source.endsWith('/loader/load-modules.ts') && importer !== REMEMBER_LOADED ? REMEMBER_LOADED : undefined,
};

export default defineConfig({
  resolve: { alias: { msgdb: fileURLToPath(new URL('src/index.ts', import.meta.url)) } },
  test: {
    pool: 'forks',
    // A file costs a second of a core more in a process of its own: nothing in src or test keeps state in modules.
    isolate: false,
    // Tests wait for servers and programs more than they compute; vitest itself would leave a core free.
    maxWorkers: availableParallelism() * 2,
    // A test fails by what it asserts, not by how busy the machine is.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // For a script that counts: the results as JSON, besides what a person reads.
    reporters: results ? ['default', ['json', { outputFile: results }]] : ['default'],
    // Tests assert text: the colours and the width of the terminal they happen to run in are not theirs.
    env: { NO_COLOR: '1', FORCE_COLOR: undefined, TEST_SEED: seed },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.js'] } },
      {
        extends: true,
        plugins: [loadOnce],
        test: {
          name: 'database',
          include: ['test/{db,cli,property,faults}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
