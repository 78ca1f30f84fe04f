import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { discoverKeys } from '../../../src/commands/find-duplicates/discover-keys.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import type { DiscoveredKey } from '../../../src/model/discovery.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { ALL, load } from '../incidents/incidents.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
});

describe('a column without a unique index', () => {
  test('that has no duplicates can have one at once', async () => {
    await db.sql.unsafe(`create table contacts (id int primary key, email text, city text);
      insert into contacts select i, i || '@x.org', 'c' || i % 7 from generate_series(1, 500) i; analyze contacts`);
    const [found, ...others] = await discover();
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      table: 'contacts',
      key: ['email'],
      likelihood: 'likely',
      counted: { coveredRows: 500, groups: 0, excessRows: 0 },
      next: 'msgdb new unique-contacts-email --table contacts --key email',
    });
  });

  test('whose values differ in case or spaces alone is not called ready: the copies are counted, and how to see them', async () => {
    await db.sql.unsafe(`create table users (id int primary key, email text, "Code" text, sku text);
      insert into users select i, case when i % 2 = 0 then 'U' else 'u' end || i / 2 || '@x.org',
        case when i = 500 then ' c1' else 'c' || i end, 's' || i from generate_series(0, 500) i; analyze users`);
    const found = await discover();
    const told = Object.fromEntries(found.map(({ key, obstacle, next }) => [key.join(), [obstacle, next]]));
    expect(told).toEqual({
      email: [
        '250 rows are a copy of another but for upper and lower case: a unique index on email lets them in, one on lower(email) does not',
        "msgdb find-duplicates --table users --key 'lower(email)'",
      ],
      Code: [
        expect.stringMatching(/^1 row is a copy of another but for upper and lower case, or spaces around them: /),
        `msgdb find-duplicates --table users --key 'lower(btrim("Code"))'`,
      ],
      sku: [null, 'msgdb new unique-users-sku --table users --key sku'],
    });
    const rule = uniqueKey({ table: 'users', key: [{ expression: 'lower(email)' }] });
    const [target] = (await findDuplicates(await makeContext(db), { rule, samples: 0 })).targets;
    expect(target?.excessRows).toBe(250);
  });

  test('that has some is counted, and comes behind one that has none', async () => {
    await db.sql.unsafe(`create table contacts (id int primary key, email text, sku text);
      insert into contacts select i, (i + i / 100) || '@x.org', i / 2 * 2 + i % 2 - (i % 50) / 49
        from generate_series(1, 1000) i; analyze contacts`);
    const found = await discover();
    expect(found.map(({ key, counted }) => [key, counted?.excessRows])).toEqual([
      [['email'], 0],
      [['sku'], 20],
    ]);
    expect(found[1]?.next).toBe('msgdb find-duplicates --table contacts --key sku --explain');
  });

  test('in which the empty text stands for none is unique without it', async () => {
    await db.sql.unsafe(`create table messages (id int primary key, wa_message_id text not null);
      insert into messages select i, case when i % 3 = 0 then '' else 'wamid.' || i end from generate_series(1, 900) i;
      analyze messages`);
    const [found] = await discover();
    expect(found).toMatchObject({ where: "wa_message_id <> ''", counted: { coveredRows: 600, excessRows: 0 } });
  });

  test('on which a unique index was begun comes first', async () => {
    await db.sql.unsafe(`create table contacts (id int primary key, sku text, thing text);
      insert into contacts select i, 's' || i, 't' || i % 900 from generate_series(1, 1000) i; analyze contacts`);
    await db.sql.unsafe('create unique index concurrently on contacts (thing)').catch(() => undefined);
    expect((await discover()).map(({ key }) => key)).toEqual([['sku'], ['thing']]);
    expect((await discover())[1]?.reasons).toContain('a unique index on it was begun and is not valid');
  });

  test('within a tenant is proposed with it', async () => {
    await db.sql.unsafe(`create table leads (id int primary key, tenant_id int, external_id text);
      insert into leads select i, i % 10, 'e' || i / 10 from generate_series(1, 1000) i; analyze leads`);
    expect(await discover()).toMatchObject([{ key: ['tenant_id', 'external_id'], counted: { excessRows: 0 } }]);
  });

  test('is proposed without the tenant where the tenant makes no difference', async () => {
    await db.sql.unsafe(`create table leads (id int primary key, tenant_id int, external_id text);
      insert into leads select i, i % 10, 'e' || i % 990 from generate_series(1, 1000) i; analyze leads`);
    expect((await discover()).map(({ key }) => key)).toEqual([['external_id']]);
  });

  test('of odd names is named so that the next command finds it', async () => {
    await db.sql.unsafe(`create schema crm; create table crm."Odd.Name" (id int primary key, "remoteJid, x" text);
      insert into crm."Odd.Name" select i, i || '@s' from generate_series(1, 1000) i; analyze crm."Odd.Name"`);
    expect((await discover()).map(({ table, key, next }) => [table, key, next])).toEqual([
      [
        'crm.Odd.Name',
        ['remoteJid, x'],
        `msgdb new unique-odd-name-remote-jid-x --table 'crm."Odd.Name"' --key '"remoteJid, x"'`,
      ],
    ]);
  });

  test('of a partitioned table says what its index needs', async () => {
    await db.sql.unsafe(`create table events (event_id text, day date) partition by range (day);
      create table events_1 partition of events for values from ('2024-01-01') to ('2024-02-01');
      create table events_2 partition of events for values from ('2024-02-01') to ('2024-03-01');
      insert into events select 'e' || i, '2024-01-01'::date + i % 50 from generate_series(1, 500) i; analyze events`);
    expect(await discover()).toMatchObject([
      { table: 'events', key: ['event_id'], obstacle: expect.stringContaining('partition key, day') },
    ]);
  });
});

test('the keys of the incidents are found, with the copies that each incident left', async () => {
  await load(db.sql, ALL);
  await db.sql.unsafe('analyze');
  const found = await discover();
  const counts = found.map(({ table, key, where, counted }) => [table, key.join(', '), where, counted?.excessRows]);
  expect(counts).toEqual(
    expect.arrayContaining([
      ['waba_accounts', 'user_id, waba_id', null, 110],
      ['chat_messages', 'wa_message_id', "wa_message_id <> ''", 471],
      ['whatsapp_conversations', 'business_id, canonical_key', null, 153],
      ['meta_assets_cache', 'workspace_id, phone_number_id', null, 133],
    ]),
  );
});

test('columns that are unique, refer to another table or name nothing are not proposed', async () => {
  await db.sql.unsafe(`create table accounts (id int primary key, email text unique, code text, slug text, jid text);
    create unique index on accounts (lower(code));
    create unique index on accounts (slug) where slug <> '';
    create unique index on accounts (jid, code);
    insert into accounts select i, i || '@', 'c' || i, 's' || i, 'j' || i from generate_series(1, 300) i;
    create table notes (account_id int references accounts, body text, at timestamptz, weight float8, data jsonb, done bool);
    insert into notes select i, 'body ' || i, now() - i * interval '1 s', random(), to_jsonb(i), true
      from generate_series(1, 300) i;
    analyze accounts; analyze notes`);
  expect(await discover()).toEqual([]);
});

describe('what cannot be looked at is said:', () => {
  test('a table that was never analysed, and a partitioned one of which only the partitions were', async () => {
    await db.sql.unsafe(`create table fresh (sku text) with (autovacuum_enabled = off); insert into fresh values ('a');
      create table empty (sku text);
      create table events (sku text) partition by hash (sku);
      create table events_0 partition of events for values with (modulus 1, remainder 0);
      insert into events values ('a'); analyze events_0`);
    const { discovery } = await report();
    expect(discovery?.passedOver).toEqual([
      { table: 'events', reason: expect.stringContaining('autovacuum analyses partitions'), fix: 'analyze events;' },
      { table: 'fresh', reason: expect.stringContaining('never analysed'), fix: 'analyze fresh;' },
    ]);
  });

  test('a table that the role may not read, or of which it may not see all rows', async () => {
    await db.sql.unsafe(`create table secret (sku text); create table half (sku text); create table open (sku text);
      insert into secret select i from generate_series(1, 50) i;
      insert into half select * from secret; insert into open select * from secret;
      alter table half enable row level security; analyze`);
    const role = await db.createRole('discoverer', {
      grants: ['usage on schema public', 'select on half', 'select on open'],
    });
    const { discovery, summary } = await report({}, role.url);
    expect(discovery?.passedOver).toEqual([
      { table: 'half', reason: expect.stringContaining('row-level security'), fix: expect.any(String) },
      { table: 'secret', reason: 'the role may not read it', fix: 'grant select on secret to the role' },
    ]);
    expect(discovery?.candidates.map(({ table }) => table)).toEqual(['open']);
    expect(summary).toContain('; 2 tables could not be looked at');
  });

  test('a candidate that takes too long', async () => {
    await db.sql.unsafe(`create table large (sku text); insert into large select i from generate_series(1, 200000) i;
      analyze`);
    const { discovery, verdict } = await discoverKeys(await makeContext(db), { ...EVERYWHERE, timeLimitMs: 5 });
    expect(discovery?.candidates).toMatchObject([
      {
        table: 'large',
        counted: null,
        unconfirmed: 'not counted within 0.005 s',
        next: 'msgdb find-duplicates --table large --key sku',
      },
    ]);
    expect(verdict).toBe('ok');
  });

  test('a table that somebody has locked, while the others are counted', async () => {
    await db.sql.unsafe(`create table open (sku text); create table locked (sku text);
      create table new (sku text) with (autovacuum_enabled = off);
      insert into open select i from generate_series(1, 100) i; insert into locked select * from open;
      analyze open, locked`);
    const other = db.open();
    await other.unsafe('begin; lock table locked, new in access exclusive mode');
    onTestFinished(async () => void (await other.unsafe('rollback')));
    const context = await makeContext(db, { settings: { lockTimeoutMs: 50, lockRetries: 0 } });
    const { discovery } = await discoverKeys(context, EVERYWHERE);
    expect(
      discovery?.candidates.map(({ table, counted, unconfirmed }) => [table, counted?.groups, unconfirmed]),
    ).toEqual([
      ['open', 0, null],
      ['locked', undefined, 'the table is locked by somebody'],
    ]);
    expect(discovery?.passedOver.map(({ table }) => table)).toEqual(['new']);
  });
});

test('no more than forty candidates are counted in one run, and the others are said', async () => {
  await db.sql.unsafe(`do $$ begin for n in 1..42 loop
      execute format('create table t%s as select i as sku from generate_series(1, 50) i', n);
    end loop; end $$; analyze`);
  const { discovery } = await report();
  expect(discovery?.candidates).toHaveLength(40);
  expect(discovery?.notCounted).toBe(2);
});

describe('where to look', () => {
  beforeEach(async () => {
    await db.sql.unsafe(`create schema crm; create table crm.leads (sku text); create table leads (sku text);
      create table others (sku text); create view seen as select * from leads;
      insert into crm.leads select i from generate_series(1, 50) i;
      insert into leads select * from crm.leads; insert into others select * from leads; analyze`);
  });

  test.each([
    [{}, ['crm.leads', 'leads', 'others']],
    [{ schema: 'crm' }, ['crm.leads']],
    [{ table: 'Leads' }, ['leads']],
    [{ table: 'crm.leads' }, ['crm.leads']],
  ])('%j', async (where, tables) => {
    expect((await discover(where)).map(({ table }) => table).toSorted()).toEqual(tables);
  });

  test.each([
    [{ table: 'seen' }, 'MSGDB_TABLE_REFUSED'],
    [{ table: 'nothing' }, 'MSGDB_TABLE_NOT_FOUND'],
    [{ schema: 'nothing' }, 'MSGDB_TABLE_NOT_FOUND'],
  ])('%j is refused', async (where, code) => {
    await expect(discover(where)).rejects.toMatchObject({ code });
  });
});

test('nothing is changed, and proposing is no finding', async () => {
  await db.sql.unsafe(`create table contacts (sku text); insert into contacts select i % 99 from generate_series(1, 100) i;
    analyze contacts`);
  const before = await fingerprint(db.sql, { physical: true });
  const seen = await report();
  expect(seen.discovery?.candidates).toHaveLength(1);
  expect(exitCodeOf(seen)).toBe(0);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

const EVERYWHERE = { table: undefined, schema: undefined, timeLimitMs: 10_000 };

async function report(where: { readonly table?: string; readonly schema?: string } = {}, url: string = db.url) {
  return await discoverKeys(await makeContext({ url }), { ...EVERYWHERE, ...where });
}

async function discover(
  where: { readonly table?: string; readonly schema?: string } = {},
): Promise<readonly DiscoveredKey[]> {
  return (await report(where)).discovery?.candidates ?? [];
}
