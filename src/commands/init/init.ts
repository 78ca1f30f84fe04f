import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FilesReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface InitOptions {
  /** Overwrite a config file that is there. */
  readonly force: boolean;
}

const CONFIG = `import { defineConfig } from 'msgdb';

export default defineConfig({
  // The database: --database-url, MSGDB_DATABASE_URL, DATABASE_URL or .env come before this.
  // databaseUrl: 'postgresql://app@localhost:5432/shop',
  migrationsDir: 'migrations',
  // schema: 'public',
});
`;

/** Writes a config file and the migrations folder, and keeps the embedded server's data out of version control. */
export async function init(context: Context, { force }: InitOptions): Promise<FilesReport> {
  return await makeReport(context, async () => {
    const config = join(context.projectDir, 'msgdb.config.ts');
    const created: string[] = [];
    if (force || !(await exists(config))) {
      await writeFile(config, CONFIG);
      created.push('msgdb.config.ts');
    }
    if (!(await exists(context.migrationsDir))) {
      await mkdir(context.migrationsDir, { recursive: true });
      created.push(`${relative(context.projectDir, context.migrationsDir)}/`);
    }
    if (await ignoreData(join(context.projectDir, '.gitignore'))) created.push('.gitignore');
    return {
      command: 'init',
      created,
      ...conclude({
        findings: [],
        summary: created.length === 0 ? 'nothing to do: all files exist' : `${created.join(', ')} written`,
        next: 'msgdb new "what it is about" --table TABLE --key COLUMN',
      }),
    };
  });
}

async function ignoreData(path: string): Promise<boolean> {
  const present = (await exists(path)) ? await readFile(path, 'utf8') : '';
  if (/^\/?\.msgdb\/?$/m.test(present)) return false;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  await writeFile(path, `${present}${separator}.msgdb/\n`);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
