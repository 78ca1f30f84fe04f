import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { statement } from '../src/model/statement.ts';
import { withFolder } from './clear-away.ts';
import { at, type Server, within, withServer } from './database.ts';

const CLI = fileURLToPath(new URL('../bin/msgdb.js', import.meta.url));
/** Compared with as their packages are on the day; their next majors need a newer Node. */
const OTHERS = ['node-pg-migrate@8', 'pg@8', 'umzug@3'];
const PLACES = [1, 2, 3, 4, 5];
/** The kernel counts processor time in hundredths of a second; the mean of many runs is finer. */
const TICK_MS = 10;

/** A command to time, and how it ends. */
interface Contender {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a command took in all its runs, beside Node.js doing nothing. */
export interface Start {
  readonly command: string;
  readonly 'cpu, mean ms': number;
  readonly 'wall, least ms': number;
  readonly 'wall, median ms': number;
  readonly 'cpu ÷ node': number;
}

/** Times commands that have little or nothing to do, in turn. The others' are installed from the registry. */
export async function benchStartup(repeat: number): Promise<readonly Start[]> {
  const runs = Math.max(repeat, 15);
  return await withServer({}, async (server) =>
    withFolder(async (folder) => {
      await within(server, 'postgres', async (session) => {
        for (const place of PLACES)
          await session.query(
            statement(
              `create table t${place} as select id, 'k' || id as k from generate_series(1, 1000) id; alter table t${place} add primary key (id)`,
            ),
          );
      });
      const contenders = await prepare(server, folder);
      const env = environment(server);
      const taken = contenders.map(() => ({ cpu: 0, walls: [] as number[] }));
      for (let run = 0; run < runs; run += 1) {
        for (const [place, contender] of contenders.entries()) {
          const { cpu, wall } = time(contender, folder, env);
          const sum = taken[place] ?? { cpu: 0, walls: [] };
          sum.cpu += cpu;
          sum.walls.push(wall);
        }
      }
      const nothing = taken[0]?.cpu ?? 1;
      return contenders.map(({ name }, place) => {
        const { cpu = 0, walls = [] } = taken[place] ?? {};
        const sorted = walls.toSorted((a, b) => a - b);
        return {
          command: name,
          'cpu, mean ms': Math.round(cpu / runs),
          'wall, least ms': Math.round(sorted[0] ?? 0),
          'wall, median ms': Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
          'cpu ÷ node': Math.round((cpu / nothing) * 100) / 100,
        };
      });
    }),
  );
}

/** A project of five rules, applied, and five applied migrations of each of the others. */
async function prepare(server: Server, folder: string): Promise<readonly Contender[]> {
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...OTHERS], { cwd: folder });
  await mkdir(join(folder, 'migrations'));
  await mkdir(join(folder, 'plain'));
  for (const place of PLACES) {
    await writeFile(join(folder, 'migrations', `000${place}-rule.ts`), ruleOf(place));
    await writeFile(join(folder, 'plain', `000${place}_rule.sql`), 'select 1;\n');
  }
  await writeFile(join(folder, 'umzug.mjs'), UMZUG);
  const database = at(server, 'postgres');
  const pgMigrate = join(folder, 'node_modules/node-pg-migrate/bin/node-pg-migrate.js');
  const nothing = [pgMigrate, 'up', '-m', 'plain'];
  for (const args of [[CLI, 'migrate', '-y', ...database], nothing]) {
    execFileSync(process.execPath, args, { cwd: folder, env: environment(server), stdio: 'ignore' });
  }
  return [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'msgdb --version', args: [CLI, '--version'] },
    { name: 'node-pg-migrate --version', args: [pgMigrate, '--version'] },
    { name: 'msgdb --help', args: [CLI, '--help'] },
    { name: 'node-pg-migrate --help', args: [pgMigrate, '--help'] },
    { name: "umzug's --help", args: ['umzug.mjs', '--help'] },
    { name: 'msgdb verify, five rules', args: [CLI, 'verify', ...database] },
    { name: 'msgdb migrate, nothing to do', args: [CLI, 'migrate', '-y', ...database] },
    { name: 'node-pg-migrate up, nothing to do', args: nothing },
    { name: "umzug's pending, without a database", args: ['umzug.mjs', 'pending'] },
  ];
}

function ruleOf(place: number): string {
  return `import { migration, uniqueKey } from 'msgdb';
export default migration({ summary: 'rule ${place}', up: [uniqueKey({ table: 't${place}', key: ['k'], index: 't${place}_k' })] });
`;
}

const UMZUG = `import { memoryStorage, Umzug } from 'umzug';
const migrations = [1, 2, 3, 4, 5].map((n) => ({ name: String(n), up: async () => {} }));
await new Umzug({ migrations, storage: memoryStorage(), logger: undefined }).runAsCLI();
`;

/** node-pg-migrate goes by the variables of libpq. */
function environment({ target }: Server): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const [place] = target.hosts;
  return {
    PATH,
    HOME,
    PGHOST: place?.host,
    PGPORT: String(place?.port),
    PGUSER: target.user,
    PGDATABASE: 'postgres',
  };
}

function time({ name, args }: Contender, cwd: string, env: NodeJS.ProcessEnv) {
  const before = cpuOfChildren();
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
  const wall = performance.now() - started;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return { cpu: cpuOfChildren() - before, wall };
}

/** Milliseconds that ended children took of a processor, in the program and in the kernel (Linux). */
function cpuOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}
