import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { limitLock } from '../../../src/engine/run/limit-lock.ts';
import { withWorkplace } from '../../../src/engine/run/with-run.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import { readOnly } from '../../../src/session/read-only.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule } from './project.ts';

const db = useDatabase();

/** Each look at a row takes longer than the limits below allow a statement. */
const RULE = { table: 't', key: ['k'], where: 'slow(id)', limit: { share: 1 } } as const;

const LIMITS: Readonly<Record<string, string>> = {
  statement_timeout: '80ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '80ms',
  transaction_timeout: '100ms',
};

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int primary key, k text);
    insert into t values (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b');
    create function slow(int) returns boolean immutable language plpgsql as $$
      begin perform pg_sleep(0.04); return true; end $$`);
});

let roles = 0;

async function knownLimits(): Promise<Readonly<Record<string, string>>> {
  const known = await column(db.sql, `select name from pg_settings where name like '%timeout'`);
  return Object.fromEntries(Object.entries(LIMITS).filter(([name]) => known.includes(name)));
}

/** The same limits from where they may come: the role, the database, the options of the URL. */
async function contextWith(origin: string): Promise<Context> {
  const limits = await knownLimits();
  const all = Object.entries(limits);
  if (origin === 'URL') {
    const context = await makeContext(db);
    if (context.database.kind !== 'url') throw new Error('a test names its database by URL');
    return { ...context, database: { kind: 'url', target: { ...context.database.target, settings: limits } } };
  }
  roles += 1;
  const role = await db.createRole(`limited_${roles}`);
  await db.sql.unsafe(`
    grant create on database ${db.name} to ${role.name}; grant all on schema public to ${role.name};
    alter table t owner to ${role.name}`);
  const owner = origin === 'role' ? `role ${role.name}` : `database ${db.name}`;
  for (const [name, value] of all) await db.sql.unsafe(`alter ${owner} set ${name} = '${value}'`);
  return await makeContext({ url: role.url });
}

describe.each(['role', 'database', 'URL'])('time limits of the %s', (origin) => {
  test('break neither looking nor removing nor the build of an index', async () => {
    const context = await contextWith(origin);
    try {
      const looked = await findDuplicates(context, { rule: uniqueKey(RULE), samples: 2 });
      expect(looked.targets[0]).toMatchObject({ groups: 2, excessRows: 2 });
      const removed = await dedupe(context, { rule: uniqueKey(RULE), dryRun: false, yes: true, samples: 0 });
      expect(removed).toMatchObject({ verdict: 'ok', targets: [{ deleted: 2 }] });
      const own = { ...(await makeRule(db, RULE)).context, database: context.database };
      expectOk(await migrate(own, { dryRun: false, allowOutOfOrder: false }));
      expectOk(await verify(own, {}));
      expect(await column(db.sql, 'select id from t order by 1')).toEqual(['1', '3']);
    } finally {
      await db.sql.unsafe(`alter database ${db.name} reset all`);
    }
  });

  test('do not end a transaction in which msgdb thinks, and stay as they were for others on the connection', async () => {
    const { database, ...context } = await contextWith(origin);
    if (database.kind !== 'url') throw new Error('a test names its database by URL');
    try {
      await withWorkplace({ ...context, target: database.target, command: 'test' }, async (workplace) => {
        await readOnly(workplace, async (tx) => {
          await sleep(200);
          await tx.query(statement('select pg_sleep(0.2)'));
        });
        const [row] = await workplace.session.query(statement('show statement_timeout'));
        expect(row).toEqual({ statement_timeout: '80ms' });
      });
    } finally {
      await db.sql.unsafe(`alter database ${db.name} reset all`);
    }
  });
});

test('the limit of a lock ends with its work: COMMIT may take longer', async () => {
  const { database, ...context } = await makeContext(db);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  await withWorkplace({ ...context, target: database.target, command: 'test' }, async ({ session }) => {
    const row = await session.transaction({}, async (tx) => {
      await limitLock(tx, 3, async (limited) => limited.query(statement('select 1')));
      return (await tx.query(statement('show statement_timeout')))[0];
    });
    expect(row).toEqual({ statement_timeout: '0' });
  });
});
