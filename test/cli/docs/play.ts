import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { makeProject } from '../../support/cli.ts';
import type { TestDatabase } from '../../support/database.ts';
import { runInside } from '../../support/run-inside.ts';
import { NOT_RUN } from './not-run.ts';
import type { Deed, Part } from './page.ts';
import type { Scene } from './scenes.ts';

/** Where a page is played: a database, and the folder of a project. */
interface Stage {
  readonly db: TestDatabase;
  readonly cwd: string;
  readonly ends: Scene['ends'];
}

/** Does what the parts of a page say, one after the other; a scene begins where it has one for the heading. */
export async function play(db: TestDatabase, parts: readonly Part[], scenes: Readonly<Record<string, Scene>>) {
  let stage: Stage | undefined;
  for (const { page, heading, deeds } of parts) {
    const scene = scenes[heading];
    if (scene !== undefined) stage = await setUp(db, scene);
    for (const deed of deeds) {
      if (deed.kind === 'line' && isLeftOut(page, deed.line)) continue;
      if (stage === undefined) throw new Error(`${page}, ${heading}: nothing is set up: test/cli/docs/scenes.ts`);
      await perform(stage, deed);
    }
  }
}

/** Whether no test sends the line. */
export function isLeftOut(page: string, line: string): boolean {
  return NOT_RUN.some((left) => left.page === page && line.startsWith(left.begins));
}

async function setUp(db: TestDatabase, { sql, files, before, ends }: Scene): Promise<Stage> {
  await db.reset();
  for (const text of sql ?? []) await db.sql.unsafe(text).simple();
  const stage = { db, cwd: await makeProject(files?.(db.url) ?? {}), ends };
  for (const line of before ?? []) await perform(stage, { kind: 'line', line: `npx msgdb ${line}`, remark: '' });
  return stage;
}

async function perform(stage: Stage, deed: Deed): Promise<void> {
  if (deed.kind === 'file') {
    // `msgdb new` has written it before, or the folder for it is new.
    const path = join(stage.cwd, deed.path);
    if (deed.path.startsWith('migrations/')) await access(path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, deed.content);
    return;
  }
  const result = await send(stage, deed.line);
  const expected = deed.remark.includes('exit code 1') ? 1 : (stage.ends?.[deed.line.replace('npx msgdb ', '')] ?? 0);
  const said = `${result.stdout}\n${result.stderr}`;
  if (deed.shown === undefined) expect(result.exitCode, `${deed.line}\n${said}`).toBe(expected);
  else expectShown(said, deed.shown, deed.line);
}

async function send({ db, cwd }: Stage, line: string) {
  const [, command = ''] = /^(?:npx )?msgdb (.*?)(?: \| jq .*)?$/.exec(line) ?? [];
  if (command === '') throw new Error(`no command of msgdb, and not among those left out: ${line}`);
  // Files of flags are looked for in this process's folder, which is not the project's.
  const inProject = (await nameRun(db, command)).replaceAll(
    /(--(?:plan|plan-out|resume) |--output \w+=)/g,
    `$1${cwd}/`,
  );
  const words = wordsOf(inProject).filter((word) => !word.startsWith('--embedded'));
  const run = (more: readonly string[]) =>
    runInside([...words, ...more], { cwd, env: { DATABASE_URL: db.url, LC_ALL: 'C.UTF-8' } });
  const result = await run([]);
  // What asks is answered yes.
  return result.exitCode === 1 && result.stderr.includes('MSGDB_CONFIRMATION_NEEDED') ? await run(['--yes']) : result;
}

/** The run that a page names is the latest one here. */
async function nameRun(db: TestDatabase, command: string): Promise<string> {
  const named = /\b(?:\d{8}-\d{6}-[0-9a-f]{4}|RUN)\b/;
  if (!named.test(command)) return command;
  const [run] = await db.sql`select id from msgdb.runs order by started_at desc limit 1`;
  return command.replace(named, run?.id);
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** The paragraphs that a page shows come in this order, with the same words, however wide a column is; `…` is for more. */
function expectShown(output: string, shown: string, line: string): void {
  const [came, wanted] = [paragraphsOf(output), paragraphsOf(shown)];
  let from = 0;
  for (const paragraph of wanted) {
    const place = came.findIndex((each, at) => at >= from && isShownBy(each, paragraph));
    if (place < 0) expect(mask(output), `what ${line} shows: ${paragraph.join(' ')}`).toBe(mask(shown));
    from = place + 1;
  }
}

function isShownBy(came: readonly string[], wanted: readonly string[]): boolean {
  const left = [...came];
  for (const word of wanted.filter((each) => each !== '…')) {
    const place = left.indexOf(word);
    if (place < 0) return false;
    left.splice(place, 1);
  }
  return left.length === 0 || wanted.includes('…');
}

function paragraphsOf(text: string): readonly (readonly string[])[] {
  return mask(text)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split(/\s+/).filter((word) => !/^─*$/.test(word)));
}

/** Without what differs each time: durations, runs, the database, the folder. */
function mask(text: string): string {
  return text
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{4}/g, 'RUN')
    .replaceAll(/^([\w-]+) · [^\n]* ·\s+run RUN/gm, '$1 · DATABASE · run RUN')
    .replaceAll(/\S*(?=migrations\/\d{4})/g, '')
    .replaceAll(/\b\d[\d,.]* (?:ms|s|min)\b/g, 'TIME');
}
