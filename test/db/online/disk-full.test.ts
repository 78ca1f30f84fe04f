import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../../src/embedded/index.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { connect } from '../../support/database-url.ts';
import { testCacheDirectory } from '../../support/server-binaries.ts';
import { column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';

/** A small file system in memory, where this account may mount one. */
async function mountSmall(megabytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(async () => {
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  // The account that the embedded server runs as.
  await chown(folder, 65534, 65534);
  return folder;
}

// Where the log of the server itself finds no room it stops (PANIC): that is the crash of test/faults.
test('a full disk is reported as such; with room again the next run completes and nothing is left', async (context) => {
  const folder = await mountSmall(64);
  if (folder === undefined) return context.skip('no file system can be mounted here');
  const server = await startEmbedded({ cacheDirectory: testCacheDirectory });
  const sql = connect(server.url);
  onTestFinished(async () => {
    await sql.end({ timeout: 1 });
    await server.stop();
  });
  await sql.unsafe(`create tablespace small location '${folder}'`);
  await sql.unsafe('alter role postgres set default_tablespace = small; set default_tablespace = small');
  await sql.unsafe(`create table t (id int, k text);
    insert into t select n, md5((n % 99900)::text) || repeat('k', 100) from generate_series(1, 100000) n`);
  // What is left is less than the index takes.
  const free = Number(execFileSync('df', ['--output=avail', '-B1', folder], { encoding: 'utf8' }).split('\n')[1]);
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(free - 8 * 1024 * 1024));
  const rule = uniqueKey({ table: 't', key: ['k'], index: 'wanted', keep: ['id'], limit: { share: 1 } });
  const project = await makeProjectOf({ url: server.url }, [rule], { settings: { strategy: 'online' } });
  const full = await project.migrate();
  expect(full.findings[0]?.message).toMatch(/wanted could not be built: the disk of the server is full/);
  expect(full.exitCode).toBe(5);
  expect(await column(sql, 'select count(*) from t')).toEqual(['99900']);
  await expectNoDebris(sql);
  await rm(ballast);
  expectOk(await project.migrate());
  expectOk(await project.verify());
  await expectNoDebris(sql);
});
