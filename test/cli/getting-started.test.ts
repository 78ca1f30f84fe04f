import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject, REPOSITORY, runCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';

const db = useDatabase();
const MINUTES = { timeout: 180_000 };

/** What a reader does: a command to run, or a file to write. */
type Deed = { readonly command: string } | { readonly file: string; readonly content: string };

test('the page can be followed to its end, and nothing of the sample comes into the database', MINUTES, async () => {
  await db.sql.unsafe(`
    create table messages (id int primary key, wa_message_id text, updated_at timestamptz not null default now());
    insert into messages select n, 'wamid.' || n % 40 from generate_series(1, 50) n`);
  const page = await readFile(join(REPOSITORY, 'docs/getting-started.md'), 'utf8');
  const [sample = '', project = ''] = page.split(/^## In your project$/m);

  expect(await follow(deedsIn(sample), {})).toBe(11);
  expect(await follow(deedsIn(project.split(/^## /m)[0] ?? ''), { DATABASE_URL: db.url })).toBe(6);

  const [left] = await db.sql`
    select (select count(*)::int from messages) as messages,
           (select array_agg(name) from msgdb.migrations) as migrations`;
  expect(left).toEqual({ messages: 40, migrations: ['0001-one-row-a-message'] });
});

/** Does what a part of the page says, in a new folder; gives the number of commands that were run. */
async function follow(deeds: readonly Deed[], env: Readonly<Record<string, string>>): Promise<number> {
  const cwd = await makeProject({});
  await mkdir(join(cwd, 'node_modules'));
  await symlink(REPOSITORY, join(cwd, 'node_modules/msgdb'));
  let run = 0;
  for (const deed of deeds) {
    if ('file' in deed) {
      await access(join(cwd, deed.file)); // a command before it has written the file
      await writeFile(join(cwd, deed.file), deed.content);
    } else {
      const [line = '', remark = ''] = deed.command.split(/\s+# /);
      const { exitCode, stdout, stderr } = await runCli(wordsOf(line), { cwd, env });
      expect({ line, exitCode, stdout, stderr }).toMatchObject({ exitCode: remark.startsWith('exit code 1') ? 1 : 0 });
      run += 1;
    }
  }
  return run;
}

/** The commands of msgdb, and the files whose content follows their name, in the order of the page. */
function deedsIn(text: string): readonly Deed[] {
  const blocks = [...text.matchAll(/(?:`(migrations\/[^`]+)`:\n\n)?^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, file, language, content = '']): readonly Deed[] => {
    if (file !== undefined) return [{ file, content }];
    if (language !== 'sh') return [];
    const lines = content.split('\n').filter((line) => line.startsWith('npx msgdb '));
    return lines.map((command) => ({ command: command.slice('npx msgdb '.length) }));
  });
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}
