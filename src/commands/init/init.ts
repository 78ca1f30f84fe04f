import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { Snippet } from '../../model/init-report.ts';
import type { InitReport } from '../../model/report.ts';
import type { Context } from '../context/context.ts';
import { orUnwritable } from '../project/or-unwritable.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { checkOf, type ProjectCheck } from '../runners/project-check.ts';
import { addScript, scriptIn } from './add-script.ts';
import { ciStep } from './ci-step.ts';
import { configText } from './config-text.ts';
import { describeProject, type Project, recogniseProject } from './recognise-project.ts';

export interface InitOptions {
  /** Overwrite a config file that is there. */
  readonly force: boolean;
  /** The runner that the project has; otherwise it is found by its files. */
  readonly from?: string | undefined;
  readonly dryRun: boolean;
}

/** Names of config files, in the order in which they are read. */
const CONFIGS = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `msgdb.config.${extension}`);

/**
 * Looks at the project, and writes a config file and the migrations folder that fit; the script of package.json and the
 * step for CI only when a person agrees, and never into a pipeline that is there. What is not written is shown.
 */
export async function init(context: Context, options: InitOptions): Promise<InitReport> {
  return await makeReport(context, async (timed) => {
    const project = await recogniseProject(timed.projectDir, options.from);
    const desk = openDesk(timed, options.dryRun);
    const config = await writeConfig(timed, options, project, desk);
    await desk.makeFolder(config.migrationsDir);
    await ignoreData(timed.projectDir, desk);
    const check = checkOf(project.runners);
    const snippets = [...(await writeScript(project, check, desk)), ...(await writeStep(timed, project, check, desk))];
    const created = desk.written();
    const verb = options.dryRun ? 'would be written' : 'written';
    return {
      command: 'init',
      dryRun: options.dryRun,
      found: describeProject(project),
      created,
      snippets,
      ...conclude({
        findings: [],
        summary: created.length === 0 ? 'nothing to do: all files exist' : `${created.join(', ')} ${verb}`,
        next:
          check.name === 'preflight' && !check.command.includes('|')
            ? check.command.split(' && ')[0]
            : 'msgdb new "what it is about" --table TABLE --key COLUMN',
      }),
    };
  });
}

/** Where files are written, or, in a dry run, only noted. Paths are from the project's folder. */
interface Desk {
  readonly write: (file: string, text: string) => Promise<void>;
  readonly makeFolder: (folder: string) => Promise<void>;
  /** Agrees a person to it? In a dry run all is shown as if they did. */
  readonly agree: (question: string) => Promise<boolean>;
  readonly written: () => readonly string[];
}

function openDesk(context: Context, dryRun: boolean): Desk {
  const { projectDir } = context;
  const created: string[] = [];
  return {
    write: async (file, text) => {
      created.push(file);
      if (dryRun) return;
      await orUnwritable(unwritable(file, projectDir), async () => {
        await mkdir(dirname(join(projectDir, file)), { recursive: true });
        await writeFile(join(projectDir, file), text);
      });
    },
    makeFolder: async (folder) => {
      if (await exists(join(projectDir, folder))) return;
      created.push(`${folder}/`);
      if (dryRun) return;
      await orUnwritable(unwritable(folder, projectDir), async () =>
        mkdir(join(projectDir, folder), { recursive: true }),
      );
    },
    agree: async (question) => dryRun || (await agrees(context, question)),
    written: () => created,
  };
}

function unwritable(file: string, projectDir: string) {
  return {
    what: `${file} cannot be written in ${projectDir}.`,
    fix: 'Make the folder writable, or run `msgdb init` as the user whose project it is.',
  };
}

/** Where nobody can be asked, the answer is no. */
async function agrees(context: Context, question: string): Promise<boolean> {
  try {
    return await context.confirm(question, []);
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_CONFIRMATION_NEEDED') return false;
    throw error;
  }
}

async function writeConfig(
  { projectDir, migrationsDir }: Context,
  { force }: InitOptions,
  project: Project,
  desk: Desk,
): Promise<{ readonly migrationsDir: string }> {
  const named = relative(projectDir, migrationsDir).split(sep).join('/');
  const present = await firstOf(projectDir, CONFIGS);
  // Beside another runner a folder of the usual name would be taken for its own.
  const folder =
    present === undefined && named === 'migrations' && project.runners.length > 0 ? 'msgdb/migrations' : named;
  if (present === undefined || force) await desk.write(CONFIGS[0] ?? '', configText(project, folder));
  return { migrationsDir: folder };
}

async function ignoreData(projectDir: string, desk: Desk): Promise<void> {
  const present = await readFile(join(projectDir, '.gitignore'), 'utf8').catch(() => '');
  if (/^\/?\.msgdb\/?$/m.test(present)) return;
  const separator = present === '' || present.endsWith('\n') ? '' : '\n';
  await desk.write('.gitignore', `${present}${separator}.msgdb/\n`);
}

async function writeScript(
  { manifest, runners }: Project,
  { name, command }: ProjectCheck,
  desk: Desk,
): Promise<readonly Snippet[]> {
  if (manifest === undefined || runners.length === 0) return [];
  const script = `msgdb:${name}`;
  const present = scriptIn(manifest, script);
  if (present === command) return [];
  const text = `"${script}": ${JSON.stringify(command)}`;
  const place = 'package.json, in scripts';
  if (present !== undefined) return [{ place, why: `it has another script of that name: ${present}`, text }];
  const changed = addScript(manifest, script, command);
  if (changed === undefined) return [{ place, why: 'it could not be read', text }];
  if (!(await desk.agree(`Add the script ${text} to package.json?`))) return [{ place, why: NOT_AGREED, text }];
  await desk.write('package.json', changed);
  return [];
}

const NOT_AGREED = 'not written without a yes: answer it on a terminal, or give --yes';

async function writeStep(
  { projectDir }: Context,
  project: Project,
  check: ProjectCheck,
  desk: Desk,
): Promise<readonly Snippet[]> {
  const { ci, runners } = project;
  if (!ci || runners.length === 0) return [];
  const { file, content, place, use } = ciStep(ci, check, project);
  const before = check.deploy === undefined ? '' : `, before \`${check.deploy}\``;
  const call = { place, why: `to be added by hand${before}: a pipeline that is there is never changed`, text: use };
  if (file === undefined) return [call];
  const present = await readFile(join(projectDir, file), 'utf8').catch(() => undefined);
  if (present === content) return [call];
  if (present !== undefined) return [call, { place: file, why: 'the file is there already', text: content }];
  const question = `Write ${file}? It runs only when a pipeline calls it.`;
  if (!(await desk.agree(question))) return [{ place: file, why: NOT_AGREED, text: content }, call];
  await desk.write(file, content);
  return [call];
}

async function firstOf(directory: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await exists(join(directory, name))) return name;
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
