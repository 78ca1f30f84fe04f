// Runs the tests on each PostgreSQL version: node scripts/test-matrix.js [15 16 …] [-- vitest's arguments]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['15', '16', '17', '18'];
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

const { versions, passedOn } = parseArguments(process.argv.slice(2));
const runs = versions.map(runTests);
printTable(runs);
process.exitCode = runs.every((run) => run.exitCode === 0) ? 0 : 1;

function parseArguments(args) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const wanted = args.slice(0, end);
  const unknown = wanted.filter((version) => !VERSIONS.includes(version));
  if (unknown.length > 0) {
    console.error(
      `not a version: ${unknown.join(', ')}. Versions: ${VERSIONS.join(', ')}; vitest's arguments after --`,
    );
    process.exit(2);
  }
  return { versions: wanted.length === 0 ? VERSIONS : wanted, passedOn: args.slice(end + 1) };
}

function runTests(version) {
  console.log(`\nPostgreSQL ${version}`);
  const started = Date.now();
  const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...passedOn], {
    stdio: 'inherit',
    env: { ...process.env, POSTGRES_VERSION: version },
  });
  if (signal !== null) process.exit(130);
  return { version, exitCode: status, seconds: (Date.now() - started) / 1000 };
}

function printTable(all) {
  console.log('\nPostgreSQL  result  seconds');
  for (const { version, exitCode, seconds } of all) {
    console.log(`${version.padEnd(10)}  ${exitCode === 0 ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(7)}`);
  }
}
