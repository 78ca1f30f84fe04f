// Builds dist/ from src/: rolldown bundles the program and the library into few files, because Node takes longer to find
// and read 400 modules than to run them (docs/decisions/0036), and tsc writes the types of the library. The new build
// takes the old one's place at the end, so that a program that is being run meanwhile finds one or the other, and
// nothing of an earlier build is left behind.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = `${root}dist.${process.pid}`;
const old = `${made}.old`;

// What is started by its path: the program, what migrations import, the thread they are loaded in, and the server that
// tests start as another account.
const ENTRIES = ['cli/main', 'index', 'loader/module-worker', 'embedded/index'];

// Names of packages, and of Node's own modules; not paths, on Windows either.
const PACKAGES = /^(?![./]|[A-Za-z]:[\\/])/;

try {
  await bundle();
  declareTypes();
  if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
  renameSync(made, `${root}dist`);
} finally {
  rmSync(made, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}

async function bundle() {
  const sources = await rolldown({
    cwd: root,
    input: Object.fromEntries(ENTRIES.map((name) => [name, `${root}src/${name}.ts`])),
    platform: 'node',
    external: PACKAGES,
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(message);
    },
  });
  await sources.write({
    dir: made,
    // One folder below dist/, as the entries are, so that `../` is dist/ in all of them.
    chunkFileNames: 'chunks/[name].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
}

function declareTypes() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', made];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the types of the library could not be written');
  const reached = reachTypes(join(made, 'index.d.ts'));
  const names = readdirSync(made, { recursive: true, encoding: 'utf8' });
  for (const file of names.map((name) => join(made, name))) {
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
  // The deepest first.
  for (const name of names.toSorted().toReversed()) {
    const path = join(made, name);
    if (existsSync(path) && statSync(path).isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
  }
}

// The library loads the commands, whose types are nobody else's business.
function reachTypes(file, reached = new Set()) {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\b[\s(]*['"](\.[^'"]+)\.[jt]s['"]/g))
    reachTypes(resolve(dirname(file), `${path}.d.ts`), reached);
  return reached;
}
