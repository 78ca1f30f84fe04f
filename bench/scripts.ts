import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withFolder } from './clear-away.ts';
import { at, recreate, type Server, USUAL_LOCALE, withServer } from './database.ts';
import { type Effort, runProgram } from './program.ts';

const DATABASE = 'scripts';
/** The shortest of so many runs counts: what else the machine does only makes them longer. */
const ROUNDS = 5;

interface Script {
  readonly statements: number;
  /** Rows of each INSERT. */
  readonly rows: number;
  /** With VACUUM among them, which makes each statement run by itself. */
  readonly alone?: true;
}

const SCRIPTS: readonly Script[] = [
  { statements: 4_000, rows: 1 },
  { statements: 16_000, rows: 1 },
  { statements: 100_000, rows: 1 },
  { statements: 100, rows: 1_000 },
  { statements: 1, rows: 100_000 },
  { statements: 16_000, rows: 1, alone: true },
];

/** Times SQL files beside psql: the dry run, which reads them, and the run. */
export async function benchScripts(): Promise<readonly Readonly<Record<string, number | string>>[]> {
  return await withServer({}, async (server) => {
    const results: Readonly<Record<string, number | string>>[] = [];
    for (const script of SCRIPTS) results.push(await benchScript(server, script));
    return results;
  });
}

async function benchScript(server: Server, script: Script) {
  return await withFolder(async (folder) => {
    const file = join(folder, '0001-load.sql');
    const text = textOf(script);
    await writeFile(file, text);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runBoth(server, { folder, file }, script));
    const least = (value: (round: Round) => number): number => Math.min(...rounds.map(value));
    const psql = least((round) => round.psqlMs);
    const ratio = (ms: number): number => Number((ms / psql).toFixed(2));
    const [dryRun, run] = [least((round) => round.dryRun.ms), least((round) => round.run.ms)];
    return {
      statements: script.statements,
      rows: script.statements * script.rows,
      inOne: script.alone ? 'no' : 'yes',
      megabytes: Number((text.length / 1e6).toFixed(1)),
      psqlMs: psql,
      dryRunMs: dryRun,
      dryRunRatio: ratio(dryRun),
      runMs: run,
      runRatio: ratio(run),
      peakMb: Math.max(...rounds.map((round) => round.run.peakMb)),
    };
  });
}

interface Round {
  readonly psqlMs: number;
  readonly dryRun: Effort;
  readonly run: Effort;
}

async function runBoth(
  server: Server,
  { folder, file }: { readonly folder: string; readonly file: string },
  { alone }: Script,
): Promise<Round> {
  await recreate(server, DATABASE, { locale: USUAL_LOCALE });
  const [, url = ''] = at(server, DATABASE);
  const started = performance.now();
  const once = alone ? [] : ['--single-transaction'];
  await promisify(execFile)('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...once, '-f', file, url]);
  const psqlMs = Math.round(performance.now() - started);
  await recreate(server, DATABASE, { locale: USUAL_LOCALE });
  const where = ['--migrations-dir', folder, ...at(server, DATABASE)];
  const dryRun = await runProgram(['migrate', '--dry-run', ...where]);
  return { psqlMs, dryRun, run: await runProgram(['migrate', ...where]) };
}

function textOf({ statements, rows, alone }: Script): string {
  const row = (id: number): string => `(${id}, 'item ${id}', 'what there is to say of this item, in some words')`;
  const inserts = Array.from({ length: statements }, (_, place) => {
    const values = Array.from({ length: rows }, (_, each) => row(place * rows + each));
    return `insert into items (id, name, note) values ${values.join(',\n')};\n`;
  });
  const table = 'create table items (id int primary key, name text not null, note text);\n';
  return `${table}${inserts.join('')}${alone ? 'vacuum items;\n' : ''}`;
}
