import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { startBackend } from './backend.ts';
import { connect } from './database-url.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, and the database that each test file clones. */
    readonly server: { readonly url: string; readonly template: string };
  }
}

/** Starts the server of a run and makes its template database; both go when the run ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.vitest.logger.log(`TEST_SEED=${project.config.env.TEST_SEED}`);
  const backend = await startBackend(process.env);
  const template = `msgdb_test_${randomBytes(4).toString('hex')}_template`;
  const admin = connect(backend.url);
  try {
    await admin.unsafe(`create database ${template} template template0`);
  } catch (error) {
    await admin.end();
    await backend.stop();
    throw error;
  }
  await admin.end();
  project.provide('server', { url: backend.url, template });
  return async () => {
    const cleaner = connect(backend.url);
    await cleaner.unsafe(`drop database if exists ${template}`);
    await cleaner.end();
    await backend.stop();
  };
}
