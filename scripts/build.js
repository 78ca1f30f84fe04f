// Builds dist/ from src/ with plain tsc. The new build takes the old one's place at the end, so that a program that is
// being run meanwhile finds one or the other, and nothing of an earlier build is left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = `${root}dist.${process.pid}`;
const old = `${made}.old`;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', made];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
if (status === 0) {
  if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
  renameSync(made, `${root}dist`);
}
rmSync(made, { recursive: true, force: true });
rmSync(old, { recursive: true, force: true });
process.exitCode = status ?? 1;
