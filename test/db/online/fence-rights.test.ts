import { beforeEach, describe, expect, test } from 'vitest';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import type { Run } from '../../../src/session/workplace.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris } from '../engine/project.ts';
import { asRun, attempt, resolveRule } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

async function fenceOff(run: Run, rule: UniqueKeyOptions): Promise<void> {
  const { key, build } = await resolveRule(run, rule);
  await putUpFence(run, build, key, 'reject');
}

describe('whose rights the fence has', () => {
  const OWNER = `select pg_get_userbyid(proowner) from pg_proc where pronamespace = 'msgdb'::regnamespace`;

  /** A table of a role without any rights, whose key calls a function that the role may replace. */
  async function tableOf(role: string): Promise<void> {
    await db.sql.unsafe(`grant usage, create on schema public to ${role};
      create function f(text) returns text immutable language sql as 'select lower($1)';
      create table t (id int primary key, k text); insert into t values (1, 'a');
      alter function f owner to ${role}; alter table t owner to ${role}`);
  }
  const BY_FUNCTION: UniqueKeyOptions = { table: 't', key: [{ expression: 'public.f(k)' }], index: 'wanted' };

  test('are the table owner’s: a function in the key that is replaced meanwhile gains nothing by it', async () => {
    const alice = await db.createRole('alice');
    await tableOf(alice.name);
    await asRun(db, {}, async (run) => {
      await fenceOff(run, BY_FUNCTION);
      const app = db.open({ url: alice.url });
      expect(await column(db.sql, OWNER)).toEqual([alice.name]);
      expect(await attempt(app, [`insert into t values (2, 'A')`])).toEqual(['23505']);
      await app.unsafe(`create or replace function f(text) returns text volatile language plpgsql as
        $$ begin execute 'alter role ${alice.name} superuser'; return lower($1); end $$`);
      expect(await attempt(app, [`insert into t values (3, 'b')`])).toEqual(['42501']);
      expect(await column(db.sql, `select rolsuper from pg_roles where rolname = '${alice.name}'`)).toEqual(['false']);
    });
    await expectNoDebris(db.sql);
  });

  test('are given by a member of the owner too, which leaves it no right on schema msgdb; an old fence is replaced', async () => {
    const alice = await db.createRole('alice2');
    const worker = await db.createRole('worker', { grants: [`create on database ${db.name}`, alice.name] });
    await tableOf(alice.name);
    for (let round = 1; round <= 2; round += 1) {
      await asRun({ url: worker.url }, {}, async (run) => {
        await fenceOff(run, BY_FUNCTION);
        await fenceOff(run, BY_FUNCTION);
        expect(await column(db.sql, OWNER)).toEqual([alice.name]);
        expect(await column(db.sql, `select has_schema_privilege('${alice.name}', 'msgdb', 'create')`)).toEqual([
          'false',
        ]);
        expect(await attempt(db.open({ url: alice.url }), [`insert into t values (2, 'A')`])).toEqual(['23505']);
      });
      await expectNoDebris(db.sql);
    }
  });

  test('are missed where the owner may not use what the key calls: refused, and named', async () => {
    const alice = await db.createRole('alice3');
    await db.sql.unsafe(
      `create schema app; create function app.f(text) returns text immutable language sql as 'select $1'`,
    );
    await tableOf(alice.name);
    const putUp = asRun(db, {}, async (run) => fenceOff(run, { ...BY_FUNCTION, key: [{ expression: 'app.f(k)' }] }));
    await expect(putUp).rejects.toMatchObject({
      code: 'MSGDB_PERMISSION_DENIED',
      why: expect.stringContaining('lacks: usage on schema app'),
    });
    await expectNoDebris(db.sql);
  });
});
