import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { apply, CHAT, empty, load, migrationsOf, untrue } from './incidents.ts';

const db = useDatabase();

beforeEach(async () => {
  await empty(db.sql);
});

// Where a table refers to itself, removing a group re-points, and so moves, rows of groups that later batches remove.
describe.each([
  { strategy: 'locked', batchSize: 1_000 },
  { strategy: 'online', batchSize: 1 },
] as const)('a group of which an earlier batch has moved a row ($strategy)', (settings) => {
  // Row 14 replies to row 1, a loser of the group before.
  const replies = `
    create table posts (id int primary key, slug text, seen_at int, hits int, reply_to int references posts (id));
    insert into posts values (1, 'a', 1, 1, null), (2, 'a', 2, 1, null);
    insert into posts values (11, 'b', 10, 1, null), (12, 'b', 20, 1, null), (13, 'b', 12, 1, null), (14, 'b', 15, 1, 1)`;

  test('is merged from all of its rows at once', async () => {
    await db.sql.unsafe(replies).simple();
    await apply(await postsContext(`keep: ['id desc'], merge: { hits: { expression: 'count(*)' } }`));
    expect(await db.sql`select id, hits from posts order by id`).toEqual([
      { id: 2, hits: 2 },
      { id: 14, hits: 4 },
    ]);
  });

  test('has its survivor chosen from all of its rows, by what they were', async () => {
    await db.sql.unsafe(replies).simple();
    await apply(await postsContext(`keep: ['seen_at desc'], merge: { seen_at: 'min' }`));
    expect(await db.sql`select id, seen_at from posts order by id`).toEqual([
      { id: 2, seen_at: 1 },
      { id: 12, seen_at: 10 },
    ]);
  });

  async function postsContext(options: string) {
    const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-migrations-'));
    onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
    const source = `
      import { migration, uniqueKey } from 'msgdb';
      const rule = uniqueKey({ table: 'posts', key: ['slug'], index: 'posts_slug_key', ${options} });
      export default migration({ summary: 'One post a slug', up: [rule] });`;
    await writeFile(join(migrationsDir, '0001-posts.ts'), source);
    return await makeContext(db, { migrationsDir, settings });
  }
});

// Message 924 has copies, one of which replies to a copy of message 921. In the order of ids, 6 groups a batch put the
// two into different batches.
test('the end state of chat-messages does not depend on the order in which its rows lie', async () => {
  await load(db.sql, [CHAT]);
  await db.sql.unsafe('cluster chat_messages using chat_messages_pkey');
  const settings = { strategy: 'online', batchSize: 6 } as const;
  await apply(await makeContext(db, { migrationsDir: await migrationsOf([CHAT]), settings }));
  expect(await untrue(db.sql, [CHAT])).toEqual([]);
});
