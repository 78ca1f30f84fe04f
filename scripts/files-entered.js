// Counts the files of src/ in which a function runs while `dedupe --dry-run` looks at a rule: from the command's own
// function until the plan is made, so without command line, configuration and report. By V8's coverage.
// node scripts/files-entered.js: how many of each folder, and which.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

/** A file for each of src/, unlike dist/. */
const DIST = new URL(`../dist.${process.pid}/`, import.meta.url);

/** A table with copies, and one that refers to it: what most rules meet. */
const TABLES = `
  create table chat (id int primary key, phone text, seen timestamptz);
  create table note (id int primary key, chat_id int references chat);
  insert into chat select n, 'p' || n % 7, now() from generate_series(1, 10) n;
  insert into note select n, n from generate_series(1, 10) n`;

try {
  compile();
  const { startEmbedded } = await import(new URL('embedded/index.js', DIST));
  const server = await startEmbedded();
  try {
    await makeTables(server);
    const words = ['dedupe', '--table', 'chat', '--key', 'phone', '--dry-run', '-q', '--output', '/dev/null'];
    const files = await filesBetween(
      { file: 'commands/dedupe/dedupe.js', name: 'dedupe' },
      { file: 'plan/plan-dedupe.js', name: 'planDedupe' },
      [...words, '-u', server.url],
    );
    report(files);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(DIST, { recursive: true, force: true });
}

function compile() {
  mkdirSync(DIST);
  const config = fileURLToPath(new URL('tsconfig.json', DIST));
  const compilerOptions = { noEmit: false, declaration: false, rootDir: '../src', outDir: '.' };
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['../src'] }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' });
  if (status !== 0) throw new Error('src could not be compiled');
}

async function makeTables({ url }) {
  const place = new URL(url.replace('@/', '@localhost/')).searchParams;
  const sql = postgres({ host: place.get('host'), port: place.get('port'), user: 'postgres', database: 'postgres' });
  await sql.unsafe(TABLES);
  await sql.end();
}

/** Files of which functions run from when the first function is entered until the second one is. */
async function filesBetween(first, second, words) {
  const session = new Session();
  session.connect();
  const functions = await Promise.all(
    [first, second].map(async ({ file, name }) => (await import(new URL(file, DIST)))[name]),
  );
  post(session, 'Profiler.enable');
  post(session, 'Debugger.enable');
  post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const seen = [];
  session.on('Debugger.paused', () => seen.push(post(session, 'Profiler.takePreciseCoverage').result));
  for (const each of functions) {
    const { result } = post(session, 'Runtime.evaluate', { expression: `globalThis.${hold(each)}` });
    post(session, 'Debugger.setBreakpointOnFunctionCall', { objectId: result.objectId });
  }
  const { main } = await import(new URL('cli/main.js', DIST));
  process.argv.splice(2, Infinity, ...words);
  await main();
  session.disconnect();
  if (seen.length < 2) throw new Error('the functions were not entered');
  return seen[1].filter(({ url, functions }) => url.startsWith(DIST.href) && functions.some(ranAsCalled)).map(nameOf);
}

function hold(value) {
  globalThis.entered = value;
  return 'entered';
}

/** Not the module itself, which runs when it is imported. */
function ranAsCalled({ ranges: [{ startOffset, count }] }) {
  return startOffset > 0 && count > 0;
}

function nameOf({ url }) {
  return fileURLToPath(url).slice(fileURLToPath(DIST).length).replace(/\.js$/, '');
}

function post(session, method, params = {}) {
  let answer;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(`${method}: ${error.message}`);
    answer = result;
  });
  return answer;
}

function report(files) {
  for (const folder of [...new Set(files.map((file) => file.split('/')[0]))].sort()) {
    const names = files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1));
    console.log(`${String(names.length).padStart(4)} ${folder}: ${names.sort().join(', ')}`);
  }
  console.log(`${String(files.length).padStart(4)} files`);
}
