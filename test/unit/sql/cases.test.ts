import { describe, expect, test } from 'vitest';
import { VERSION } from '../../../src/model/version.ts';
import { SQL_CASES } from '../../cases/sql/index.ts';
import { byFile, nameOf, type SqlCase, statementOf } from '../../cases/sql/sql-case.ts';

/** The text of a case as a person reads it: what it is about, statement by statement, each with its values. */
function shown(each: SqlCase): string {
  const sent = Array.isArray(each.sends) ? each.sends : [each.sends];
  const texts = sent.map(statementOf).map(({ text, values }) => {
    const bound = values.length > 0 ? `\n-- ${JSON.stringify(values).replaceAll(VERSION, 'VERSION')}` : '';
    return `${dedent(text)};${bound}`;
  });
  return `-- ${nameOf(each)}\n${texts.join('\n\n')}\n`;
}

/** Makers are indented as their source is. */
function dedent(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  const margins = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const margin = Math.min(...margins, 4);
  return [first, ...rest.map((line) => line.slice(margin))].join('\n');
}

describe('what is sent is', () => {
  test.each(byFile(SQL_CASES))('%s', async (file, cases) => {
    await expect(cases.map(shown).join('\n\n')).toMatchFileSnapshot(`texts/${file.replace('/', '-')}.sql`);
  });
});

test('each case says what comes of it, under a name of its own', () => {
  expect(SQL_CASES.filter(({ gives, leaves }) => !gives && !leaves).map(nameOf)).toEqual([]);
  const names = SQL_CASES.map(({ of, what }) => `${of} ${what}`);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});
