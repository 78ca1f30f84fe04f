import { MsgdbError } from '../../../model/errors.ts';
import { camelCase, inTemplate, snakeCase } from './spelling.ts';
import { bothWays } from './sql-writers.ts';
import { nextVersion, versionsIn } from './versions.ts';
import type { Folder, RepairText, Writer } from './writer.ts';

export const NODE_PG_MIGRATE: Writer = {
  name: 'node-pg-migrate',
  folders: ['migrations', 'db/migrations', 'database/migrations'],
  own: /^\d+[-_][^/]*\.(?:[cm]?[jt]s|sql)$/,
  write: async (repair, folder) => {
    const newest = folder.listing
      .filter((path) => NODE_PG_MIGRATE.own.test(path))
      .toSorted()
      .at(-1);
    const version = nextVersion(
      versionsIn(folder.listing, /^(\d+)[-_][^/]*\.(?:[cm]?[jt]s|sql)$/),
      folder.now,
      'timestamp',
    );
    const first = newest === undefined ? String(folder.now.getTime()) : version;
    const between = newest?.replace(/^\d+/, '').charAt(0) ?? '_';
    const kebab = newest?.includes('-') ?? true;
    const extension = newest?.replace(/^.*\./, '') ?? 'js';
    const name = `${first}${between}${kebab ? repair.words : snakeCase(repair.words)}.${extension}`;
    const content =
      extension === 'sql'
        ? bothWays(repair, { up: '-- Up Migration', down: '-- Down Migration' })
        : inCode(repair, await codeOf(extension, newest, folder), {
            argument: 'pgm',
            type: 'MigrationBuilder',
            from: 'node-pg-migrate',
            call: (sql) => `pgm.sql(${sql});`,
          });
    return { files: [{ path: name, content }], next: 'node-pg-migrate up', notes: [] };
  },
};

export const KNEX: Writer = {
  name: 'knex',
  folders: ['migrations', 'db/migrations', 'src/db/migrations', 'src/migrations', 'database/migrations'],
  own: /^\d{14}_[^/]*\.[cm]?[jt]s$/,
  write: async (repair, folder) => {
    const newest = folder.listing
      .filter((path) => KNEX.own.test(path))
      .toSorted()
      .at(-1);
    const version = nextVersion(versionsIn(folder.listing, /^(\d{14})_/), folder.now, 'timestamp');
    const extension = newest?.replace(/^.*\./, '') ?? 'js';
    const content = inCode(repair, await codeOf(extension, newest, folder), {
      argument: 'knex',
      type: 'Knex',
      from: 'knex',
      call: (sql) => `await knex.raw(${sql});`,
      escape: escapeQuestionMarks,
    });
    return {
      files: [{ path: `${version}_${snakeCase(repair.words)}.${extension}`, content }],
      next: 'knex migrate:latest',
      notes: [],
    };
  },
};

/** Knex takes a question mark for a value to come, unless there is a backslash before it; with more of them, all go. */
function escapeQuestionMarks(sql: string): string {
  if (/\\\?/.test(sql)) throw notSaid('knex', 'a question mark after a backslash');
  return sql.replaceAll('?', '\\?');
}

export function notSaid(runner: string, what: string): MsgdbError {
  return new MsgdbError('MSGDB_REFUSED', {
    what: `The repair cannot be written for ${runner}: the rule has ${what}.`,
    why: `${runner} would change the SQL on its way to the server.`,
    fix: 'Write it as SQL, and run that from the migration: --emit sql.',
  });
}

type Code = 'module' | 'commonjs' | 'typescript';

/** As the newest file is; else as a .js file is read there. */
async function codeOf(extension: string, newest: string | undefined, { read, modules }: Folder): Promise<Code> {
  if (/^[cm]?ts$/.test(extension)) return 'typescript';
  if (extension === 'mjs') return 'module';
  if (extension === 'cjs') return 'commonjs';
  if (newest !== undefined) {
    const text = await read(newest);
    if (/^\s*export\s/m.test(text)) return 'module';
    if (/\bexports\b/.test(text)) return 'commonjs';
  }
  return modules ? 'module' : 'commonjs';
}

interface Call {
  readonly argument: string;
  readonly type: string;
  readonly from: string;
  readonly call: (sql: string) => string;
  /** What the runner does to SQL on its way is undone before. */
  readonly escape?: (sql: string) => string;
}

function inCode({ title, up, down }: RepairText, code: Code, how: Call): string {
  const { escape: prepare = (sql) => sql } = how;
  const literal = (sql: string): string => `\`\n${inTemplate(prepare(sql))}\n\``;
  const head = code === 'typescript' ? `import type { ${how.type} } from '${how.from}';\n\n` : '';
  const argument = code === 'typescript' ? `${how.argument}: ${how.type}` : how.argument;
  const result = code === 'typescript' ? ': Promise<void>' : '';
  const define = (name: string, sql: string): string =>
    code === 'commonjs'
      ? `exports.${name} = async function ${name}(${argument}) {\n  ${how.call(literal(sql))}\n};\n`
      : `export async function ${name}(${argument})${result} {\n  ${how.call(literal(sql))}\n}\n`;
  return `// ${title}\n${head}${define('up', up)}\n${define('down', down)}`;
}

/** Rails, by the name of the file. */
export const RAILS: Writer = {
  name: 'rails',
  folders: ['db/migrate'],
  own: /^\d{14}_[^/]*\.rb$/,
  write: async ({ words, title, up, down }, { listing, read, now }) => {
    const newest = listing
      .filter((path) => RAILS.own.test(path))
      .toSorted()
      .at(-1);
    const version = nextVersion(versionsIn(listing, /^(\d+)_[^/]*\.rb$/), now, 'timestamp');
    // A class cannot begin with a digit.
    const name = /^\d/.test(words) ? `make-${words}` : words;
    const [, release = 'ActiveRecord::Migration.current_version'] =
      /ActiveRecord::Migration\[([^\]]+)\]/.exec(newest === undefined ? '' : await read(newest)) ?? [];
    const heredoc = (sql: string): string => {
      const end = delimiter(sql);
      // Rails prints what it executes. Not <<~, which would take spaces from the lines of a text value.
      return `    suppress_messages { execute <<-'${end}' }\n${sql}\n    ${end}\n`;
    };
    return {
      files: [
        {
          path: `${version}_${snakeCase(name)}.rb`,
          content: `# ${title}\nclass ${camelCase(name)} < ActiveRecord::Migration[${release}]\n  def up\n${heredoc(up)}  end\n\n  def down\n${heredoc(down)}  end\nend\n`,
        },
      ],
      next: 'bin/rails db:migrate',
      notes: [],
    };
  },
};

/** A line that the SQL does not have. */
function delimiter(sql: string, name = 'SQL'): string {
  return sql.split('\n').some((line) => line.trim() === name) ? delimiter(sql, `${name}_`) : name;
}
