import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/command-line/parse-command-line.ts';
import { distinctShare, hintOf } from '../../../src/inspect/discover/judge-column.ts';
import { passOver } from '../../../src/inspect/discover/pass-over.ts';
import { proposeKeys } from '../../../src/inspect/discover/propose-keys.ts';
import { rankKey } from '../../../src/inspect/discover/rank-keys.ts';
import { showCommand } from '../../../src/inspect/discover/show-command.ts';
import type { Candidate, ColumnStatistics, TableStatistics } from '../../../src/model/discovery.ts';

describe('the name of a column', () => {
  test.each([
    ['wa_message_id', 'identifier'],
    ['remoteJid', 'identifier'],
    ['externalId', 'identifier'],
    ['contact_email', 'identifier'],
    ['sku', 'identifier'],
    ['canonical_key', 'identifier'],
    ['tenant_id', 'scope'],
    ['instanceId', 'scope'],
    ['invoice_no', 'reference'],
    ['id', 'reference'],
    ['total_amount', 'measure'],
    ['body', 'measure'],
    ['messageTimestamp', 'measure'],
    ['media_url', 'measure'],
    ['first_name', 'measure'],
    ['colour', 'none'],
  ] as const)('%s is %s', (name, hint) => {
    expect(hintOf(name)).toBe(hint);
  });
});

describe('the share of different values', () => {
  test.each([
    ['a share of the rows', { distinct: -0.5 }, 0.5],
    ['a share of the rows that have a value', { distinct: -0.5, nullShare: 0.5 }, 1],
    ['a number of values', { distinct: 100 }, 0.1],
    ['without the value that stands for none', { distinct: -0.401, mostCommon: 0.6 }, 1],
    ['never more than all', { distinct: 5_000 }, 1],
    ['nothing without a value', { distinct: 0, nullShare: 1 }, undefined],
  ])('%s', (_name, statistics, share) => {
    const seen = distinctShare(column('a', statistics), 1_000);
    if (share === undefined) expect(seen).toBeUndefined();
    else expect(seen).toBeCloseTo(share, 2);
  });
});

describe('proposed are', () => {
  const keysOf = (columns: readonly ColumnStatistics[], more: Partial<TableStatistics> = {}) =>
    proposeKeys(table(columns, more)).map(({ key }) => key.join(', '));

  test('columns that are nearly unique, those named like identifiers first', () => {
    expect(keysOf([column('colour'), column('sku', { distinct: -0.3 }), column('shape', { distinct: -0.3 })])).toEqual([
      'sku',
      'colour',
    ]);
  });

  test('first those on which a unique index was begun', () => {
    expect(keysOf([column('sku'), { ...column('colour', { distinct: -0.2 }), invalidUnique: true }])).toEqual([
      'colour',
      'sku',
    ]);
  });

  test('none that is unique, unique together with others, or refers to another table', () => {
    expect(
      keysOf([
        { ...column('a'), unique: true },
        { ...column('b'), together: [['b', 'c']] },
        { ...column('c'), foreignKey: true },
      ]),
    ).toEqual([]);
  });

  test.each([
    ['float8', 'N'],
    ['timestamptz', 'D'],
    ['jsonb', 'U'],
    ['bool', 'B'],
    ['money', 'N'],
    ['_text', 'A'],
  ])('none of type %s', (type, category) => {
    expect(keysOf([{ ...column('sku'), type, category }])).toEqual([]);
  });

  test('no prose, no measure, and nothing of a table with a handful of rows', () => {
    expect(keysOf([column('essay', { averageBytes: 500 })])).toEqual([]);
    expect(keysOf([column('balance')])).toEqual([]);
    expect(keysOf([column('sku')], { estimatedRows: 19 })).toEqual([]);
  });

  test('an identifier within a tenant, where it is unique only there', () => {
    const columns = [column('tenant_id', { distinct: 20 }), column('external_id', { distinct: -0.05 })];
    expect(keysOf(columns)).toEqual(['tenant_id, external_id']);
  });

  test('at most two pairs of a table', () => {
    const scopes = ['tenant_id', 'account_id', 'user_id'].map((name) => column(name, { distinct: 50 }));
    expect(keysOf([...scopes, column('external_id', { distinct: -0.05 })])).toHaveLength(2);
  });

  test('no pair that is unique already', () => {
    const external = { ...column('external_id', { distinct: -0.05 }), together: [['tenant_id', 'external_id']] };
    expect(keysOf([column('tenant_id', { distinct: 20 }), external])).toEqual([]);
  });

  test('with the partition key that a unique index would need', () => {
    const [found] = proposeKeys(table([column('event_id')], { partitionKey: ['day'] }));
    expect(found?.missingPartitionKey).toEqual(['day']);
  });
});

describe('after the count', () => {
  const found = candidate({ score: 35 });
  const counted = (excessRows: number) => ({ covered: 10_000, groups: excessRows, excessRows });

  test.each([
    [0, 'likely'],
    [90, 'plausible'],
    [1_500, 'plausible'],
    [3_000, 'possible'],
  ])('a key with %i excess rows of 10,000 is %s', (excessRows, likelihood) => {
    expect(rankKey(found, counted(excessRows))?.likelihood).toBe(likelihood);
  });

  test('fewer copies come first, and what was not counted comes late', () => {
    const points = [counted(0), counted(5), counted(90), counted(1_500), undefined].map(
      (count) => rankKey(found, count)?.points ?? 0,
    );
    expect(points).toEqual(points.toSorted((a, b) => b - a));
  });

  test('a key of which most rows are copies, or that no row has, is not proposed', () => {
    expect(rankKey(candidate({ score: 90 }), counted(5_001))).toBeUndefined();
    expect(rankKey(candidate({ score: 90 }), { covered: 0, groups: 0, excessRows: 0 })).toBeUndefined();
    expect(rankKey(candidate({ score: 5 }), counted(3_000))).toBeUndefined();
    // Nothing speaks against what was not counted.
    expect(rankKey(candidate({ score: 5 }), undefined)?.likelihood).toBe('possible');
  });
});

describe('a table is passed over', () => {
  test.each([
    [{ readable: false }, /may not read/, 'grant select on orders to the role'],
    [{ rowSecurityActive: true }, /row-level security/, /BYPASSRLS/],
    [{ rowSecurityActive: true, rowSecurityForced: true }, /row-level security/, /no force row level security/],
    [{ columns: [{ ...column('a'), statistics: undefined }] }, /never analysed/, 'analyze orders;'],
    [
      { columns: [{ ...column('a'), statistics: undefined }], partitionKey: ['day'] },
      /autovacuum analyses partitions/,
      'analyze orders;',
    ],
  ])('%j', (more, reason, fix) => {
    const passed = passOver(table([column('a')], more));
    expect(passed?.reason).toMatch(reason);
    expect(passed?.fix).toMatch(fix);
  });

  test('but not when it can be seen, or is empty', () => {
    expect(passOver(table([column('a')]))).toBeUndefined();
    expect(passOver(table([{ ...column('a'), statistics: undefined }], { empty: true }))).toBeUndefined();
  });
});

describe('the command to go on with', () => {
  test.each([
    [{}, null, 'msgdb find-duplicates --table orders --key sku --explain'],
    [{ schema: 'crm', key: ['tenantId', 'sku'] }, null, '--table crm.orders --key tenantId,sku --explain'],
    [{ table: 'odd.name', key: ['a,b'] }, null, `--table '"odd.name"' --key '"a,b"' --explain`],
    [{}, "sku <> ''", `--key sku --where "sku <> ''" --explain`],
    [{ key: ["it's"] }, "\"it's\" <> ''", `--key '"it'\\''s"' --where '"it'\\''s" <> '\\'''\\''' --explain`],
  ])('%j where %j', (more, where, command) => {
    expect(showCommand(candidate(more), 'explain', { where, defaultSchema: 'public' })).toContain(command);
  });

  test('to write a rule names the migration', () => {
    const options = { where: null, defaultSchema: 'public' };
    expect(showCommand(candidate({ table: 'Chat', key: ['remoteJid'] }), 'new', options)).toBe(
      'msgdb new unique-chat-remote-jid --table Chat --key remoteJid',
    );
  });

  test('is one that the program understands', () => {
    const look = { width: 80, colour: false, unicode: true, verbose: false, redact: false };
    for (const step of ['count', 'explain', 'new'] as const) {
      const words = showCommand(candidate({}), step, { where: null, defaultSchema: 'public' }).split(' ').slice(1);
      expect(parseCommandLine(words, look)).toMatchObject({ kind: 'run' });
    }
  });
});

function column(name: string, statistics: Partial<ColumnStatistics['statistics']> = {}): ColumnStatistics {
  return {
    name,
    type: 'text',
    category: 'S',
    notNull: false,
    numbered: false,
    foreignKey: false,
    unique: false,
    together: [],
    invalidUnique: false,
    indexed: false,
    statistics: { distinct: -1, nullShare: 0, averageBytes: 12, mostCommon: 0, ...statistics },
  };
}

function table(columns: readonly ColumnStatistics[], more: Partial<TableStatistics> = {}): TableStatistics {
  return {
    schema: 'public',
    name: 'orders',
    partitionKey: [],
    estimatedRows: 1_000,
    empty: false,
    readable: true,
    manager: undefined,
    accessMethod: undefined,
    rowSecurityActive: false,
    rowSecurityForced: false,
    columns,
    ...more,
  };
}

function candidate(more: Partial<Candidate>): Candidate {
  return {
    schema: 'public',
    table: 'orders',
    key: ['sku'],
    identifier: 'sku',
    text: true,
    score: 35,
    reasons: [],
    missingPartitionKey: [],
    ...more,
  };
}
