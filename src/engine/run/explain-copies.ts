import { showCommand } from '../../inspect/discover/show-command.ts';
import { gatherFacts } from '../../inspect/facts/gather-facts.ts';
import { surveyKey } from '../../inspect/survey/survey-rule.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census, TableName } from '../../model/facts.ts';
import { isInterruption } from '../../model/interruption.ts';
import type { KeyPart, Nulls } from '../../model/operations/common.ts';
import { uniqueKey } from '../../model/operations/unique-key.ts';
import { splitKey } from '../../model/split-key.ts';
import { tableLabel } from '../../model/table-label.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run } from '../../session/workplace.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';

/** What a user's SQL wanted to be unique. */
interface Wanted {
  readonly table: TableName;
  readonly key: readonly KeyPart[];
  readonly where: string | undefined;
  readonly nulls: Nulls;
}

/**
 * Says of a user's SQL that met copies (23505) in which table, by which key and how many, and how msgdb mends it. Any
 * other error comes back as it is.
 */
export async function explainCopies(run: Run, error: unknown): Promise<unknown> {
  if (!(error instanceof MsgdbError) || error.data.sqlstate !== '23505' || run.session.lost.aborted) return error;
  const wanted = readWanted(error);
  if (wanted === undefined) return error;
  const census = await count(run, wanted);
  const key = wanted.key.map((part) => (typeof part === 'string' ? part : part.expression)).join(', ');
  const table = tableLabel(wanted.table);
  if (census === undefined || census.excessRows === 0) {
    return error.with({
      why: `${error.why} The table is ${table}, the key ${key}; it has no copies now, so the script itself writes a second row of the key.`,
      fix: 'Leave that row out, or write ON CONFLICT.',
      data: { table, key },
    });
  }
  const options = { where: wanted.where ?? null, nulls: wanted.nulls, defaultSchema: run.settings.schema };
  const named = { schema: wanted.table.schema, table: wanted.table.name, key: wanted.key };
  const rows = countOf(census.excessRows, 'excess row');
  return error.with({
    what: `${error.message} ${table} has ${rows} in ${countOf(census.groups, 'group')} of copies by ${key}.`,
    fix: `${leftOver(error)}\`${showCommand(named, 'count', options)}\` shows them; \`${showCommand(named, 'new', options)}\` writes a migration that removes them and builds the index, in place of this statement.`,
    data: { table, key, groups: census.groups, excessRows: census.excessRows },
  });
}

/** From the fields of the error and its DETAIL, `Key (lower(email), tenant_id)=(…) is duplicated.` */
function readWanted({ data }: MsgdbError): Wanted | undefined {
  const { schema, relation, detail = '', statement = '' } = data;
  // Without SELECT on the key, PostgreSQL leaves the DETAIL out.
  const key = /\((.+?)\)=\(/s.exec(detail)?.[1];
  if (schema === undefined || relation === undefined || key === undefined) return undefined;
  const text = /^\s*create\s+unique\s+index\b/i.test(statement) ? statement : '';
  return {
    table: { schema, name: relation },
    key: splitKey(key).map(readPart),
    where: /\)[^()]*?\bwhere\b(.+)$/is.exec(text)?.[1]?.trim(),
    nulls: /\bnulls\s+not\s+distinct\b/i.test(text) ? 'not distinct' : 'distinct',
  };
}

function readPart(part: string): KeyPart {
  if (/^[a-z_][a-z0-9_$]*$/.test(part)) return part;
  const quoted = /^"((?:[^"]|"")+)"$/.exec(part)?.[1];
  return quoted === undefined ? { expression: part } : quoted.replaceAll('""', '"');
}

/** Nothing is counted where the script made the table or its columns itself: they went with its transaction. */
async function count(run: Run, { table, key, where, nulls }: Wanted): Promise<Census | undefined> {
  const quoted = key.map((part) => (typeof part === 'string' ? quoteName(part) : part));
  const rule = uniqueKey({ table: quoteTable(table), key: quoted, nulls, ...(where === undefined ? {} : { where }) });
  try {
    return await readOnly(run, async (db) => {
      const facts = await gatherFacts(db, run.server, rule, run.settings.schema);
      return (await surveyKey(db, resolveRule(rule, facts), facts)).census;
    });
  } catch (error) {
    if (error instanceof MsgdbError && !isInterruption(error)) return undefined;
    throw error;
  }
}

/** A concurrent build that failed leaves its index, invalid. */
function leftOver({ data }: MsgdbError): string {
  const { statement = '', schema, constraint } = data;
  const concurrently = /^\s*create\s+unique\s+index\s+concurrently\b/i.test(statement);
  if (!concurrently || schema === undefined || constraint === undefined) return '';
  return `\`drop index concurrently ${quoteTable({ schema, name: constraint })};\` takes the invalid index away that is left. `;
}
