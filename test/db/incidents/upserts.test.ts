import { beforeAll, describe, expect, test } from 'vitest';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { ALL, apply, CHAT, CONVERSATIONS, count, load, META, SESSION, upsert, WABA } from './incidents.ts';

const db = useDatabase();

beforeAll(async () => {
  await load(db.sql, ALL);
});

test.each([
  { incident: WABA, code: '42P10' },
  { incident: CHAT, code: '42P10' },
  { incident: CONVERSATIONS, code: '23505' },
  { incident: SESSION, code: '42P10' },
  { incident: META, code: '42P10' },
])('before the repair, the upsert of $incident.name fails with $code', async ({ incident, code }) => {
  await expect(db.sql.unsafe(await upsert(incident, 'before'))).rejects.toMatchObject({ code });
});

test.each([WABA, CHAT, SESSION, META])('the upsert of $name to come needs the repair first', async (incident) => {
  await expect(db.sql.unsafe(await upsert(incident, 'after'))).rejects.toMatchObject({ code: '42P10' });
});

// The old rule, without a predicate, serves the new target; it keeps the customer's new conversation out all the same.
test('the upsert of conversations to come finds the old rule, and stores nothing', async () => {
  expect((await db.sql.unsafe(await upsert(CONVERSATIONS, 'after'))).count).toBe(0);
});

describe('after the repair', () => {
  beforeAll(async () => {
    await apply(await makeContext(db));
  });

  test.each([
    { incident: WABA, added: 0, touched: 1 },
    { incident: CHAT, added: 0, touched: 0 },
    { incident: CONVERSATIONS, added: 1, touched: 0 },
    { incident: SESSION, added: 1, touched: 1 },
    { incident: META, added: 0, touched: 1 },
  ])('the upsert of $incident.name works, and its repetition adds no row', async ({ incident, added, touched }) => {
    const statement = await upsert(incident, 'after');
    const before = await count(db.sql, incident.table);
    expect((await db.sql.unsafe(statement)).count).toBe(Math.max(added, touched));
    expect((await db.sql.unsafe(statement)).count).toBe(touched);
    expect(await count(db.sql, incident.table)).toBe(before + added);
  });
});
