import { beforeAll, expect, test } from 'vitest';
import { preflight } from '../../../src/commands/preflight/preflight.ts';
import { parsePieces } from '../../../src/sql/parse-pieces.ts';
import { EXECUTED, EXECUTED_SCHEMA } from '../../cases/preflight/executed.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(EXECUTED_SCHEMA).simple();
});

/** The number of the statement at which PostgreSQL fails; undefined where it takes them all. */
async function runFirst(sql: string): Promise<{ readonly at: number; readonly code: string } | undefined> {
  await db.sql.unsafe('begin');
  let at = 0;
  try {
    for await (const { text } of parsePieces(sql)) {
      await db.sql.unsafe(text);
      at += 1;
    }
    return undefined;
  } catch (error) {
    return { at, code: (error as { readonly code: string }).code };
  } finally {
    await db.sql.unsafe('rollback');
  }
}

async function lineOfEach(sql: string): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of parsePieces(sql)) texts.push(`${text.replaceAll(/\s+/g, ' ').replace(/[;\s]+$/, '')};`);
  return texts.join('\n');
}

test.each(EXECUTED)('$sql', async ({ sql, says }) => {
  const input = await lineOfEach(sql);
  const report = await preflight(await makeContext(db), { paths: [], input, all: false, samples: 1, strict: false });
  const told = report.statements.map(({ status, detail }) => `${status} ${detail}`);
  expect(
    report.statements.map(({ status }) => status),
    told.join('\n'),
  ).toEqual(says);
  const failed = await runFirst(input);
  const first = report.statements.find(({ status }) => status !== 'ok');
  if (first?.status === 'unresolved') return;
  // Its line is its number: what is said to fail is where PostgreSQL fails, with the code that is named.
  expect(failed && failed.at + 1, `${JSON.stringify(failed)} ${told.join('\n')}`).toBe(first?.line);
  const codes = report.findings
    .map(({ message }) => /\((\w{5})\)/.exec(message)?.[1])
    .filter((code) => code !== undefined);
  if (failed && codes.length > 0) expect(codes).toContain(failed.code);
});
