import { MsgdbError } from '../model/errors.ts';
import { isHistoryName } from '../model/history-name.ts';
import { quotedTable } from '../model/table-label.ts';
import { sqlstateOf } from '../session/database-error.ts';
import type { Session } from '../session/open-session.ts';
import { quoteName } from '../sql/quote.ts';
import { type Denied, readDeniedSchema, readDeniedTables } from './read-denied.ts';

/**
 * PostgreSQL names what was denied, and not which privilege (42501): the catalogue knows which ones lack, and to whom.
 * The transaction is over by then. Any other error comes back as it is.
 */
export async function explainDenied(session: Session, error: unknown): Promise<unknown> {
  if (!(error instanceof MsgdbError) || sqlstateOf(error) !== '42501') return error;
  if (error.data.lacks !== undefined || session.lost.aborted) return error;
  const [, kind, name] = DENIED.exec(error.message) ?? [];
  if (kind === undefined || name === undefined || isHistoryName(name)) return error;
  const { context = '', statement = '' } = error.data;
  const called = calledIn(context);
  const text = statementIn(context) ?? statement;
  try {
    const read = kind.toLowerCase() === 'schema' ? readDeniedSchema : readDeniedTables;
    const denied = choose(
      (await read(session, name, called)).map((each) => onlyNeeded(each, text)),
      text,
    );
    return denied ? withGrant(error, denied) : error;
  } catch (another) {
    // An error while reading the catalogue must not replace the error that is explained.
    if (another instanceof MsgdbError) return error;
    throw another;
  }
}

const DENIED = /permission denied for (schema|table|view|materialized view|foreign table|relation) (.+?)\.?$/i;

/** `PL/pgSQL function audit.note() line 3 at SQL statement` */
function calledIn(context: string): readonly string[] {
  return [...context.matchAll(/\bfunction (\S+\([^)]*\))/g)].map(([, signature = '']) => signature);
}

/** The statement of a function that failed, the innermost. */
function statementIn(context: string): string | undefined {
  return /^SQL statement "([\s\S]*?)"$/m.exec(context)?.[1];
}

/** What in a statement asks for a privilege. */
const ASKS: Readonly<Record<string, RegExp>> = {
  select: /\b(?:select|from|where|returning|set)\b/i,
  insert: /\binsert\b/i,
  // FOR UPDATE and FOR SHARE lock rows with it.
  update: /\b(?:update|share)\b/i,
  delete: /\bdelete\b/i,
  truncate: /\btruncate\b/i,
  usage: /(?:)/,
  create: /\bcreate\b/i,
};

/** Of all that lacks, what the statement asks for; all of it where its words do not say. */
function onlyNeeded(denied: Denied, text: string): Denied {
  const needed = denied.lacks.filter((privilege) => ASKS[privilege]?.test(text));
  const rows = denied.lacks.filter((privilege) => privilege !== 'truncate');
  return { ...denied, lacks: needed.length > 0 ? needed : rows };
}

/** Of tables with one name, one that the statement names with its schema; else the first. */
function choose(all: readonly Denied[], text: string): Denied | undefined {
  const lacking = all.filter(({ lacks }) => lacks.length > 0);
  return lacking.find(({ schema }) => text.replaceAll('"', '').includes(`${schema}.`)) ?? lacking[0];
}

function withGrant(error: MsgdbError, { role, schema, table, lacks }: Denied): MsgdbError {
  const object = table ? quotedTable(table) : `schema ${quoteName(schema)}`;
  const named = table ? `${table.schema}.${table.name}` : `schema ${schema}`;
  const words = lacks.map((privilege) => privilege.toUpperCase()).join(' and ');
  return error.with({
    why: `${role} lacks ${words} on ${named}.${error.why.startsWith('The role lacks') ? '' : ` ${error.why}`}`,
    fix: `As its owner: grant ${lacks.join(', ')} on ${object} to ${quoteName(role)};`,
    data: { lacks },
  });
}
