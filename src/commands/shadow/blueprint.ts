import { type HistoryRow, readHistory } from '../../catalog/read-history.ts';
import { type InvalidIndex, readSchema } from '../../catalog/read-schema.ts';
import { splitScript } from '../../engine/run/split-script.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { ScriptStatement } from '../../model/operations/sql-operation.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';

/** What a shadow is made from. */
export interface Blueprint {
  readonly statements: readonly string[];
  readonly extensions: readonly TableName[];
  readonly invalid: readonly InvalidIndex[];
  /** What is left out on purpose, and why. */
  readonly omitted: readonly string[];
  /** Migrations that the database has had. */
  readonly history: readonly HistoryRow[];
  /** How the report calls it. */
  readonly label: string;
}

/** The blueprint of a live database: its schema and its history. Nothing of it is locked or changed. */
export async function readBlueprint(workplace: Workplace, label: string): Promise<Blueprint> {
  return await readOnly(workplace, async (db) => ({
    ...withHarmless(await readSchema(db)),
    history: await readHistory(db),
    label: `${label} (schema only)`,
  }));
}

/** Rights of roles that the shadow does not have. */
const ABOUT_ROLES = /^(?:grant|revoke|comment|alter default privileges|set\s+role|alter\s[^;]*\sowner\s+to)\b/i;
const NAME = '("(?:[^"]|"")+"|\\w+)';
const EXTENSION = new RegExp(`^create\\s+extension\\s+(?:if\\s+not\\s+exists\\s+)?${NAME}`, 'i');
const IN_SCHEMA = new RegExp(`\\sschema\\s+${NAME}`, 'i');
/** A schema may be there already, for an extension. */
const SCHEMA = new RegExp(`^create\\s+schema\\s+(?!if\\s+not\\s)${NAME}$`, 'i');

/** The blueprint that a dump is: its statements, without psql's own commands and the rows of COPY. */
export async function parseDump(text: string, label: string): Promise<Blueprint> {
  const sql = text
    .replaceAll(/^COPY [^;]* FROM stdin;\r?\n[\s\S]*?^\\\.\r?$/gim, '')
    .replaceAll(/^\\[^\n]*$/gm, '')
    .replaceAll(/^\s*(?:begin|commit)(?: transaction| work)?\s*;/gim, '');
  const all = (await splitDump(sql, label)).map((each) => each.text);
  return {
    ...withHarmless({
      statements: all
        .filter((each) => !ABOUT_ROLES.test(each) && !EXTENSION.test(each))
        .map((each) => each.replace(SCHEMA, 'create schema if not exists $1')),
      extensions: all.flatMap((each) => {
        const name = EXTENSION.exec(each)?.[1];
        return name === undefined
          ? []
          : [{ name: nameOf(name), schema: nameOf(IN_SCHEMA.exec(each)?.[1] ?? 'public') }];
      }),
      omitted: [],
    }),
    invalid: [],
    history: [],
    label,
  };
}

/**
 * Extensions that come with PostgreSQL and give no way to files, programs, other servers or the server's memory. All are
 * made as superuser, whether PostgreSQL lets others make them or not (`trusted`).
 */
const HARMLESS = new Set(
  `bloom btree_gin btree_gist citext cube dict_int dict_xsyn earthdistance fuzzystrmatch hstore intarray isn lo ltree
  moddatetime pg_stat_statements pg_trgm pgcrypto seg tablefunc tcn tsm_system_rows tsm_system_time unaccent
  uuid-ossp`.split(/\s+/),
);

function withHarmless<Parts extends Pick<Blueprint, 'extensions' | 'omitted'>>(parts: Parts): Parts {
  const wanted = parts.extensions.filter(({ name }) => name !== 'plpgsql');
  const refused = wanted.filter(({ name }) => !HARMLESS.has(name));
  return {
    ...parts,
    extensions: wanted.filter(({ name }) => HARMLESS.has(name)),
    omitted: [
      ...refused.map(({ name }) => `extension ${name}: left out, it is not known to be harmless on this machine`),
      ...parts.omitted,
    ],
  };
}

/** The name as PostgreSQL takes it. */
function nameOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

async function splitDump(sql: string, label: string): Promise<readonly ScriptStatement[]> {
  try {
    const statements = await splitScript(sql);
    const unread = statements.find((each) => each.unread !== undefined)?.unread;
    if (unread !== undefined) throw unread;
    return statements;
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    throw new MsgdbError('MSGDB_USAGE', {
      what: `The schema file ${label} cannot be read as SQL.`,
      why: `${error.message} ${error.why}`,
      fix: 'Name a file that `pg_dump --schema-only` has written.',
      data: error.data,
      cause: error,
    });
  }
}
