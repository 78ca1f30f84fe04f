import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceFiles } from '../../../src/commands/migrate/rewrite/replace-files.ts';

async function folderOf(...names: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-replace-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of names) await writeFile(join(folder, name), name);
  const replacement = (to: string, ...from: readonly string[]) => ({
    from: from.map((name) => join(folder, name)),
    to: join(folder, to),
    text: `new ${to}`,
  });
  return { folder, replacement, files: async () => (await readdir(folder)).toSorted() };
}

test('files are replaced by the new ones', async () => {
  const { replacement, files } = await folderOf('1.sql', '1.down.sql', '2.sql');
  await replaceFiles([replacement('1.ts', '1.sql', '1.down.sql'), replacement('2.ts', '2.sql')]);
  expect(await files()).toEqual(['1.ts', '2.ts']);
});

test('where one cannot be written, none is replaced, and no file is overwritten', async () => {
  const { folder, replacement, files } = await folderOf('1.sql', '2.sql', '2.ts');
  await expect(replaceFiles([replacement('1.ts', '1.sql'), replacement('2.ts', '2.sql')])).rejects.toMatchObject({
    code: 'MSGDB_USAGE',
    message: `${join(folder, '2.ts')} cannot be written; no migration was rewritten.`,
    why: 'It is there already, and no file is overwritten.',
  });
  expect(await files()).toEqual(['1.sql', '2.sql', '2.ts']);
  expect(await readFile(join(folder, '2.ts'), 'utf8')).toBe('2.ts');
});

test('what cannot be removed is named, and the rest is removed', async () => {
  const { folder, replacement, files } = await folderOf('2.sql');
  await mkdir(join(folder, '1.sql'));
  await expect(replaceFiles([replacement('1.ts', '1.sql'), replacement('2.ts', '2.sql')])).rejects.toMatchObject({
    code: 'MSGDB_USAGE',
    fix: `Remove ${join(folder, '1.sql')} by hand.`,
  });
  expect(await files()).toEqual(['1.sql', '1.ts', '2.ts']);
});
