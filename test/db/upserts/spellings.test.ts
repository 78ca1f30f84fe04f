import { beforeAll, expect, test } from 'vitest';
import { verify } from '../../../src/commands/verify/verify.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { LIBRARIES } from '../../../src/sql/upsert-spellings.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { checkSql } from './check.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql
    .unsafe(`
      create table message (id serial primary key, wa_id text not null, org integer not null, constraint message_key unique (org, wa_id));
      create table draft (id serial primary key, wa_id text not null);
      create unique index draft_key on draft (wa_id) where wa_id <> '';
      create unique index draft_lower on draft (lower(wa_id))`)
    .simple();
});

async function spellings(rule: Parameters<typeof uniqueKey>[0]) {
  const { upserts } = await verify(await makeContext(db, { orms: LIBRARIES }), { rule: uniqueKey(rule) });
  return upserts[0]?.spellings ?? [];
}

const works = (all: Awaited<ReturnType<typeof spellings>>) => all.filter((each) => each.works).map(({ via }) => via);

test('of a whole index every spelling works', async () => {
  const all = await spellings({ table: 'message', key: ['org', 'wa_id'] });
  expect(works(all)).toEqual(['sql', 'sql', ...LIBRARIES]);
  expect(all[1]?.text).toBe('ON CONFLICT ON CONSTRAINT message_key');
  expect(all.find(({ via }) => via === 'supabase')?.text).toBe(".upsert(row, { onConflict: 'org,wa_id' })");
});

test('of a partial index those work that can say the predicate', async () => {
  const all = await spellings({ table: 'draft', key: ['wa_id'], where: "wa_id <> ''" });
  expect(works(all)).toEqual(['sql', 'sqlalchemy', 'drizzle', 'kysely', 'knex', 'gorm', 'ecto', 'active-record']);
});

test('of an expression SQL alone works, and what names the index', async () => {
  expect(works(await spellings({ table: 'draft', key: [{ expression: 'lower(wa_id)' }] }))).toEqual([
    'sql',
    'active-record',
  ]);
});

test('each spelling in SQL is what the planner says', async () => {
  for (const rule of [
    { table: 'message', key: ['org', 'wa_id'] },
    { table: 'draft', key: ['wa_id'], where: "wa_id <> ''" },
  ]) {
    for (const { via, text, works: expected } of await spellings(rule)) {
      if (via !== 'sql') continue;
      const { status } = await checkSql(db, `insert into ${rule.table} default values ${text} do nothing`);
      expect(status !== 'error', text).toBe(expected);
    }
  }
});
