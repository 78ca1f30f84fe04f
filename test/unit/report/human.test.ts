import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import type { Report } from '../../../src/model/report.ts';
import { renderReport } from '../../../src/report/render.ts';
import * as examples from './examples.ts';
import { everyReport, plainLook } from './examples.ts';

const reports = Object.entries(everyReport);

describe.each(reports)('the report of %s', (_name, report) => {
  test.each([40, 60, 80, 120])('keeps every line within %i columns', (width) => {
    for (const unicode of [true, false]) {
      for (const verbose of [true, false]) {
        for (const redact of [true, false]) {
          const text = renderReport(report, 'human', { width, colour: true, unicode, verbose, redact });
          for (const line of text.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
        }
      }
    }
  });

  test('has no escape codes when colour is off', () => {
    expect(renderReport(report, 'human', plainLook)).not.toContain('\x1b');
  });

  test('says the same with colour as without, but for the backticks around commands', () => {
    const coloured = renderReport(report, 'human', { ...plainLook, width: 400, colour: true });
    const plain = renderReport(report, 'human', { ...plainLook, width: 400 });
    expect(coloured).toContain('\x1b[');
    expect(stripVTControlCharacters(coloured)).toBe(plain.replaceAll('`', ''));
  });

  test('ends with the verdict, the summary and the next command, and one newline', () => {
    const last = renderReport(report, 'human', { ...plainLook, width: 400 })
      .split('\n')
      .at(-2);
    expect(last).toContain({ ok: '✓ OK', findings: '▲ FINDINGS', failed: '✗ FAILED' }[report.verdict]);
    expect(last).toContain(report.summary);
    if (report.next) expect(last).toContain(`next: ${report.next}`);
  });

  test('has no trailing spaces and no two blank lines together', () => {
    for (const width of [40, 80]) {
      const text = renderReport(report, 'human', { ...plainLook, width });
      expect(text).not.toMatch(/[ ]\n/);
      expect(text).not.toContain('\n\n\n');
    }
  });
});

test('without unicode the symbols are ASCII', () => {
  const text = renderReport(examples.verify, 'human', { ...plainLook, unicode: false });
  expect([...text].filter((character) => character > '~' && character !== '…')).toEqual([]);
});

describe('find-duplicates', () => {
  test('stands its figures right under their headings, with separators', () => {
    const lines = linesOf(examples.findDuplicates, 80);
    const heading = lines.find((line) => line.startsWith('Table')) ?? '';
    const row = lines.find((line) => line.startsWith('▲ chat_messages')) ?? '';
    for (const [title, figure] of [
      ['Rows', '1,204,331'],
      ['Groups', '1,204'],
      ['Excess', '2,310'],
    ] as const) {
      const end = heading.indexOf(title) + title.length;
      expect(row.slice(end - figure.length, end)).toBe(figure);
    }
  });

  test('becomes a list on a narrow terminal', () => {
    const lines = linesOf(examples.findDuplicates, 40);
    expect(lines).toContain('  Unique key  instanceId, remoteJid');
    expect(lines).toContain('  Excess      2,310');
  });

  test('shows copies side by side, the survivor first, and marks the columns that differ', () => {
    const lines = linesOf(examples.findDuplicates, 120);
    expect(lines.find((line) => line.includes('● survivor'))).toMatch(/^ +● survivor +copy 2 +copy 3$/);
    expect(lines).toContain('    ≠ status        delivered                    sent                        sent');
    expect(lines.find((line) => /^ +id +101/.test(line))).not.toContain('≠');
  });

  test('aligns columns behind wide characters, emoji and combining marks', () => {
    const report: Report = {
      ...examples.findDuplicates,
      targets: [
        {
          table: 't',
          key: ['k'],
          where: null,
          coveredRows: 2,
          groups: 1,
          excessRows: 1,
          samples: [
            {
              key: { k: '1' },
              copies: 2,
              differs: ['name'],
              rows: ['日本語', '👨‍👩‍👧🫠', 'हिन्दी', 'ที่', 'e\u0301', '🇧🇷', 'abc'].reduce<Record<string, string>[]>(
                (rows, name, index) => {
                  Object.assign(rows[0] ?? {}, { [`c${index}`]: name });
                  Object.assign(rows[1] ?? {}, { [`c${index}`]: '|' });
                  return rows;
                },
                [{}, {}],
              ),
            },
          ],
        },
      ],
    };
    const bars = linesOf(report, 80).filter((line) => line.endsWith('|'));
    expect(bars).toHaveLength(7);
    expect(new Set(bars.map((line) => stringWidth(line))).size).toBe(1);
  });

  test('shows of long values the part in which the copies differ; with verbose all of it', () => {
    const text = renderReport(examples.findDuplicates, 'human', { ...plainLook, width: 120 });
    expect(text).toContain('…Obrigado pela preferência!  …Obrigado pela preferência  ');
    const verbose = renderReport(examples.findDuplicates, 'human', { ...plainLook, width: 400, verbose: true });
    expect(verbose).toContain('nº 4711 saiu para entrega');
  });

  test.each([
    ['values that are short', 80, 12, 5, 8],
    ['long values', 80, 70, 3, 8],
    ['long values on a wide terminal', 160, 70, 5, 8],
    ['values too long to stand side by side', 30, 70, 2, 30],
  ])('shows a large group with %s in a few lines', (_, width, length, copies, lines) => {
    const [target] = examples.findDuplicates.targets;
    if (!target) throw new Error('no target');
    const rows = [...'vwxyz'].map((letter) => ({ id: letter, a: letter.repeat(length), b: letter.repeat(length) }));
    const samples = [{ key: { k: '1' }, copies: 200, differs: ['a', 'b'], rows }];
    const text = linesOf({ ...examples.findDuplicates, targets: [{ ...target, samples }] }, width);
    const from = text.findIndex((line) => line.includes('k = 1'));
    const to = text.findIndex((line) => line.includes(`and ${200 - copies} more copies`));
    expect(to - from).toBeGreaterThan(3);
    expect(to - from).toBeLessThanOrEqual(lines + 4);
    expect(
      text
        .slice(from, to)
        .join('\n')
        .match(/copy \d/g),
    ).toHaveLength(copies - 1);
  });

  test('names the first of many columns that differ, and counts the others', () => {
    const [target] = examples.findDuplicates.targets;
    if (!target) throw new Error('no target');
    const differs = Array.from({ length: 40 }, (_, place) => `c${place}`);
    const rows = ['x', 'y'].map((value) =>
      Object.fromEntries([['id', value], ...differs.map((name) => [name, value])]),
    );
    const samples = [{ key: { k: '1' }, copies: 2, differs, rows }];
    const text = linesOf({ ...examples.findDuplicates, targets: [{ ...target, samples }] }, 80);
    expect(text.filter((line) => line.includes('≠ c'))).toHaveLength(8);
    expect(text.join('\n')).toContain('and 32 more columns that differ');
  });

  test('shows NULL, an empty value and the word NULL differently', () => {
    const [target] = examples.findDuplicates.targets;
    if (!target) throw new Error('no target');
    const rows = [{ a: null }, { a: '' }, { a: 'NULL' }, { a: ' x' }];
    const samples = [{ key: { k: '1' }, copies: 4, differs: ['a'], rows }];
    const report = { ...examples.findDuplicates, targets: [{ ...target, samples }] };
    expect(linesOf(report, 80).find((line) => line.includes('≠ a'))).toMatch(/≠ a +NULL +"" +"NULL" +" x"$/);
  });

  test('leaves the finding of a table that the table of targets shows to that table', () => {
    const text = renderReport(examples.findDuplicates, 'human', plainLook);
    expect(text).not.toContain('MSGDB_DUPLICATES_FOUND');
    expect(text).toContain('MSGDB_ROWS_HIDDEN');
  });
});

describe('a plan', () => {
  test('says what a lock means in plain words', () => {
    const text = renderReport(examples.dedupeDryRun, 'human', { ...plainLook, width: 120 });
    expect(text).toContain('1  Remove 2,310 excess rows from chat_messages · locks only the rows it changes');
    expect(text).toContain('1.2  Drop constraint waba_accounts_waba_id_key · readers and writers wait');
  });

  test('shows its SQL only when verbose', () => {
    for (const report of [examples.migrateDryRun, examples.dedupeDryRun]) {
      expect(renderReport(report, 'human', plainLook)).not.toContain('create unique index concurrently');
      const verbose = renderReport(report, 'human', { ...plainLook, verbose: true });
      expect(verbose).toContain('create unique index concurrently');
      expect(verbose).toContain('\n         for update\n');
    }
  });

  test('shows why it is refused under its title, once, and claims of nothing that there is nothing to do', () => {
    const text = renderReport(examples.migrateDryRun, 'human', plainLook);
    expect(text.split('MSGDB_GROUP_DISAGREES')).toHaveLength(2);
    expect(text.indexOf('unique (user_id, waba_id)')).toBeLessThan(text.indexOf('MSGDB_GROUP_DISAGREES'));
    expect(text).not.toContain('nothing to do');
    expect(renderReport(examples.dedupeDryRun, 'human', plainLook)).toContain('nothing to do');
  });
});

test('migrate shows the rows before and after, and how long each step took', () => {
  const text = renderReport(examples.migrate, 'human', plainLook);
  expect(text).toContain('1,204,331 → 1,202,021  2,310 rows fewer');
  expect(text).toMatch(/Read the result back +0 duplicates +12 ms\n/);
});

test('status keeps a time on one line, in a table at 80 columns', () => {
  const line = linesOf(examples.status, 80).find((each) => each.startsWith('0001-chat-messages')) ?? '';
  expect(line).toMatch(/✓ done +2024-11-20 08:05 +deploy@ci +4\.6 s$/);
});

describe('verify', () => {
  test('groups checks by migration and table, a symbol for each state', () => {
    const lines = linesOf(examples.verify, 80);
    expect(lines).toContain('0001-chat-messages  chat_messages');
    expect(lines.filter((line) => /^ {2}[✓✗ℹ–] /.test(line)).map((line) => line.trim()[0])).toEqual([
      '✗',
      '✓',
      '–',
      'ℹ',
      '✓',
    ]);
  });

  test('puts the fix of a failed check under it, and does not show its finding again', () => {
    const text = renderReport(examples.verify, 'human', plainLook);
    expect(text.split('it drops the invalid index and builds it again')).toHaveLength(2);
    expect(text).toContain('migrations/0002-contacts.ts:3');
  });
});

test('each of several upserts at one place has its own findings', () => {
  const { upserts, findings } = examples.checkUpserts;
  const [upsert] = upserts;
  const [about] = findings;
  if (!upsert || !about) throw new Error('the example has no finding');
  const variants = ['(a)', '(b)', '(c)'].map((target) => ({ ...upsert, target, statement: `on conflict ${target}` }));
  const text = renderReport(
    {
      ...examples.checkUpserts,
      upserts: variants,
      findings: variants.slice(0, 2).map(({ target, statement }) => ({
        ...about,
        message: `No index on ${target}.`,
        data: { ...about.data, target, statement },
      })),
    },
    'human',
    { ...plainLook, width: 400 },
  );
  expect(text.match(/on conflict \(.\)|No index on \(.\)/g)).toEqual([
    'on conflict (a)',
    'No index on (a)',
    'on conflict (b)',
    'No index on (b)',
  ]);
});

test('findings with the same fix are shown together, the fix once', () => {
  const findings = ['a', 'b', 'c'].map((table) =>
    finding('MSGDB_ROWS_HIDDEN', `Rows of ${table} are hidden.`, { table }),
  );
  const text = renderReport({ ...examples.init, verdict: 'findings', findings }, 'human', plainLook);
  expect(text.split('BYPASSRLS')).toHaveLength(2);
  expect(text).toContain('  Rows of b are hidden.\n');
});

describe('text from the database', () => {
  const evil = '\x1b[2J\x1b]0;owned\x07\r\n::error::\u202e\u200b\x9b31m\ttab';

  test.each(reports)('cannot steer the terminal in %s, whatever field it is in', (_name, report) => {
    for (const width of [40, 120]) {
      const text = renderReport(poisoned(report, evil), 'human', { ...plainLook, width, verbose: true });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/);
      // Lines to be copied are not broken.
      const copied = report.command === 'init' ? report.snippets.map(({ text }) => text) : [];
      const flowed = text.split('\n').filter((line) => !copied.some((each) => line.includes(each)));
      for (const line of flowed) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('is shown with its control characters written out', () => {
    const report = { ...examples.findDuplicates, targets: examples.findDuplicates.targets.slice(0, 1) };
    const text = renderReport(poisoned(report, evil), 'human', { ...plainLook, width: 400 });
    expect(text).toContain('\\x1b[2J\\x1b]0;owned\\x07\\r\\n::error::\\u202e\\u200b\\x9b31m\\ttab');
  });
});

function linesOf(report: Report, width: number): readonly string[] {
  return renderReport(report, 'human', { ...plainLook, width }).split('\n');
}

/** Fields whose texts are msgdb's own. */
const FIXED = ['command', 'verdict', 'code', 'status', 'state', 'action', 'at', 'startedAt', 'summary', 'gap', 'per'];

/** The report with every free text in it followed by `poison`. */
function poisoned(report: Report, poison: string): Report {
  const fixed = new Set(FIXED);
  const poisonIn = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string') return fixed.has(name) ? value : value + poison;
    if (Array.isArray(value)) return value.map((each) => poisonIn(each, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisonIn(each, key)]));
  };
  return poisonIn(report) as Report;
}
