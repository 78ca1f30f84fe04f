import type postgres from 'postgres';
import type { Random } from './random.ts';

/** What a unique index, a foreign key, a deadlock, a cancelled vacuum or a lock timeout may say; and a table rewritten under way. */
const EXPECTED: ReadonlySet<string> = new Set(['23505', '23503', '40P01', '57014', '55P03', '40001']);

/** The tables `t`, with `child` if rows of `t` have a primary key, and `log` of what writers did to keys. */
export interface Scene {
  readonly groups: number;
  readonly children: boolean;
  /** By `live`: rows that go out of the rule move to another partition. Only without children. */
  readonly partitioned: boolean;
}

/** `id` differs in every row, whether the table says so or not. */
export function sceneSql({ groups, children, partitioned }: Scene): string {
  return `
    create table t (id int ${children ? 'primary key' : ''}, k int, v int, live boolean not null default true)${partitioned ? ' partition by list (live)' : ''};
    ${partitioned ? 'create table t_1 partition of t for values in (true); create table t_2 partition of t default;' : ''}
    create table log (what text, id int, k int);
    create function note() returns trigger language plpgsql as $$ begin
      if current_setting('application_name') like 'msgdb%' then return null;
      elsif tg_op = 'INSERT' then insert into log values (tg_op, new.id, new.k);
      elsif tg_op = 'DELETE' then insert into log values (tg_op, old.id, old.k);
      elsif (old.k, old.live) is distinct from (new.k, new.live) then insert into log values ('AWAY', old.id, old.k); end if;
      return null; end $$;
    create trigger note after insert or delete or update on t for each row execute function note();
    insert into t select n, n % ${groups}, n from generate_series(1, ${groups * 3}) n;
    truncate log;
    ${
      children
        ? `create table child (id serial primary key, t_id int not null references t on delete cascade, name int, unique (t_id, name));
    insert into child (t_id, name) select n, n % 3 from generate_series(1, ${groups * 3}) n;`
        : ''
    }`;
}

/** Does what an application does, at random, until it is stopped; gives how many acts succeeded. */
export async function write(client: postgres.Sql, random: Random, scene: Scene, stop: AbortSignal): Promise<number> {
  let done = 0;
  await client.unsafe(`set lock_timeout = '2s'`);
  while (!stop.aborted) {
    try {
      await client.unsafe(nextAct(random, scene));
      done += 1;
    } catch (error) {
      const { code } = error as { code?: string };
      await client.unsafe('rollback');
      if (!EXPECTED.has(code ?? '')) throw error;
    }
  }
  return done;
}

function nextAct(random: Random, scene: Scene): string {
  const act = random.below(20);
  if (act < 12) return change(random, scene);
  if (act < 14) return `begin; ${change(random, scene)}; ${change(random, scene)}; ${change(random, scene)}; commit`;
  if (act < 16) return `begin; ${change(random, scene)}; ${change(random, scene)}; rollback`;
  if (act === 16)
    return `begin; select from t where id in ${someRow(random, scene)} for update; select pg_sleep(0.005); commit`;
  if (act === 17)
    return `begin; select from t where id in ${someRow(random, scene)} for key share; select pg_sleep(0.005); commit`;
  if (act === 18) return `begin; lock table t in ${lockMode(random)} mode; select pg_sleep(0.002); commit`;
  return random.below(4) === 0 ? 'vacuum full t' : 'vacuum t';
}

function change(random: Random, scene: Scene): string {
  const row = someRow(random, scene);
  switch (random.below(scene.children ? 8 : 6)) {
    case 0:
    case 1:
      return `insert into t values (${10_000 + random.below(1_000_000_000)}, ${random.below(scene.groups)}, ${random.below(500)})`;
    case 2:
      return `update t set v = ${random.below(500)} where id in ${row}`;
    case 3:
      return `update t set k = ${random.below(scene.groups)} where id in ${row}`;
    case 4:
      return `delete from t where id in ${row}`;
    case 5:
      return `update t set live = not live where id in ${row}`;
    case 6:
      return `insert into child (t_id, name) select id, ${random.below(6)} from t where id in ${row}`;
    default:
      return `update child set name = ${random.below(6)} where t_id in ${row} and name = ${random.below(3)}`;
  }
}

/** The first, second or third best of a group: a survivor or a loser. */
function someRow(random: Random, { groups }: Scene): string {
  return `(select id from t where k = ${random.below(groups)} order by v limit 1 offset ${random.below(3)})`;
}

function lockMode(random: Random): string {
  return ['share', 'share row exclusive', 'access exclusive'][random.below(3)] ?? 'share';
}
