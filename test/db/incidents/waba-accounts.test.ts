import { beforeAll, expect, test } from 'vitest';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { applicationSql, apply, count, load, migrationsOf, WABA } from './incidents.ts';

const db = useDatabase();
const GO = 'waba.go';
/** Pair 4 belongs to user 1; user 60 does not have that WABA. */
const SHARED = '811900000000003';

beforeAll(async () => {
  await load(db.sql, [WABA]);
});

test('as it was found, the ON CONFLICT of the application finds no index', async () => {
  for (const each of ['StoreFromWebhook(', 'StoreFromOAuth(']) {
    const statement = await applicationSql(WABA, `before/${GO}`, each);
    await expect(db.sql.unsafe(statement, values(statement, 'user-060'))).rejects.toMatchObject({ code: '42P10' });
  }
});

test('once repaired, a second user connects the same WABA, and connects it again without a second row', async () => {
  await apply(await makeContext(db, { migrationsDir: await migrationsOf([WABA]) }));
  const ofWaba = `waba_accounts where waba_id = '${SHARED}'`;
  const ofUser = `${ofWaba} and user_id = 'user-060'`;
  const others = await count(db.sql, ofWaba);
  expect(others).toBeGreaterThan(0);
  expect(await count(db.sql, ofUser)).toBe(0);

  for (const each of ['StoreFromWebhook(', 'StoreFromOAuth(', 'StoreFromWebhook(']) {
    const statement = await applicationSql(WABA, `after/${GO}`, each);
    await db.sql.unsafe(statement, values(statement, 'user-060'));
  }
  expect(await count(db.sql, ofUser)).toBe(1);
  expect(await count(db.sql, ofWaba)).toBe(others + 1);
  const [row] = await db.sql.unsafe(`select access_token from ${ofUser}`);
  expect(row?.access_token).toBe('EAAG-new');
});

test('the same pair again does nothing with DO NOTHING, and is rejected without', async () => {
  const insert = `insert into waba_accounts (id, waba_id, user_id) values ('again', '${SHARED}', 'user-001')`;
  const target = /ON CONFLICT \([^)]*\)/.exec(await applicationSql(WABA, `after/${GO}`, 'StoreFromWebhook('))?.[0];
  expect((await db.sql.unsafe(`${insert} ${target} do nothing`)).count).toBe(0);
  await expect(db.sql.unsafe(insert)).rejects.toMatchObject({ code: '23505' });
});

test('the ON CONFLICT of before, by the account alone, still finds no index', async () => {
  const statement = await applicationSql(WABA, `before/${GO}`, 'StoreFromWebhook(');
  await expect(db.sql.unsafe(statement, values(statement, 'user-060'))).rejects.toMatchObject({ code: '42P10' });
});

function values(statement: string, user: string): string[] {
  const all = [crypto.randomUUID(), SHARED, user, '1786000001', 'EAAG-new', '2026-06-01'];
  return all.slice(0, statement.includes('access_token') ? 6 : 4);
}
