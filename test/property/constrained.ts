import fc from 'fast-check';
import type { UniqueKeyOptions } from '../../src/model/operations/unique-key.ts';

/** Copies in `a`, children in `b` and `c`, and constraints on all, some of which a run would meet. */
export interface Constrained {
  /** Keys of the rows of `a`: equal ones are copies. */
  readonly keys: readonly { readonly k: number; readonly v: number | null; readonly up: number | null }[];
  readonly children: readonly {
    readonly p: number;
    readonly q: number | null;
    readonly ps: readonly number[];
    readonly n: number;
  }[];
  readonly along: readonly { readonly code: number; readonly p: number | null; readonly n: number }[];
  /** Constraints, triggers and indexes of `b`, of `a`, and of `c`, which goes along with `a` by ON UPDATE CASCADE. */
  readonly guards: readonly string[];
  readonly own: readonly string[];
  readonly cascaded: readonly string[];
  readonly domain: boolean;
  readonly policy: 'keep-survivor' | 'merge' | 'remove';
  readonly rule: Partial<UniqueKeyOptions>;
  readonly strategy: 'locked' | 'online';
  readonly batchSize: number | undefined;
}

const GUARDS = [
  'alter table b add check (p <> q)',
  'alter table b add check (p < q or q is null)',
  'alter table b add check (p = q or n > 1)',
  'alter table b add check (n in (p, q))',
  'alter table b add check (twice > 3)',
  'alter table b add check (p <> n)',
  'alter table b add check (10 / (p - 1) > -100)',
  'alter table b add check (p = any (ps) or n > 1)',
  'alter table b add check (q <> all (ps))',
  'alter table b add unique (ps, n)',
  'alter table b alter twice set not null',
  'alter table b add exclude using gist (p with =, span with &&)',
  'alter table b add exclude using gist (p with =, q with =, n with <>)',
  'alter table b add unique (p, n)',
  'alter table b add unique (p, q)',
  'create unique index on b (twice, n)',
  'create trigger final before update of q on b for each row execute function forbid()',
  'create unique index on b ((p + n)) where n > 1',
];
const OWN = [
  'alter table a add unique (up)',
  'alter table a add unique (up, k)',
  'alter table a add check (up <> id)',
  'alter table a add check (up < id or v > 1)',
  'alter table a add check (v < 4)',
  'alter table a add unique (v)',
  'alter table a add exclude using gist (v with =)',
];
const CASCADED = [
  'alter table c add check (code <> n)',
  'alter table c add check (code <> p)',
  'alter table c add check (code < 4 or p is null)',
  'alter table c add check (twice < 9)',
  'alter table c add unique (code, n)',
  'create unique index on c ((code + n)) where p > 1',
  'alter table c add exclude using gist (code with =, n with =, p with <>)',
  'create trigger final before update of code on c for each row when (new.n = 1) execute function forbid()',
  `alter table c add unique (id, code);
   create table d (c_id int, code int check (code <> 3), foreign key (c_id, code) references c (id, code) on update cascade)`,
  'alter table c add unique (code); create table e (code int references c (code))',
];
const RULES: readonly Partial<UniqueKeyOptions>[] = [
  {},
  { merge: { v: 'max' } },
  { merge: { v: 'sum' } },
  { merge: { v: { expression: 'nullif(max(v), 3)' } } },
  { merge: { up: 'first-non-null' } },
  { merge: { up: 'max', v: 'max' } },
  { merge: { up: { expression: 'max(id)' } } },
  { merge: { code: 'max' } },
  { merge: { code: { expression: 'max(code) + max(v)' }, v: 'min' } },
  { losers: { set: { k: { expression: '100 + id' } } } },
  { losers: { set: { k: { expression: '100 + id' }, v: 3 } } },
];

const id = fc.integer({ min: 1, max: 7 });

export const constrainedArbitrary: fc.Arbitrary<Constrained> = fc.record({
  keys: fc.array(
    fc.record({
      k: fc.integer({ min: 1, max: 3 }),
      v: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
      up: fc.option(id, { nil: null }),
    }),
    { minLength: 4, maxLength: 7 },
  ),
  children: fc.array(
    fc.record({
      p: id,
      q: fc.option(id, { nil: null }),
      ps: fc.array(id, { maxLength: 3 }),
      n: fc.integer({ min: 0, max: 3 }),
    }),
    {
      minLength: 2,
      maxLength: 8,
    },
  ),
  along: fc.array(
    fc.record({
      code: fc.integer({ min: 0, max: 6 }),
      p: fc.option(id, { nil: null }),
      n: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 5 },
  ),
  guards: fc.subarray(GUARDS, { maxLength: 3 }),
  own: fc.subarray(OWN, { maxLength: 2 }),
  cascaded: fc.subarray(CASCADED, { maxLength: 2 }),
  domain: fc.boolean(),
  policy: fc.constantFrom('keep-survivor', 'merge', 'remove'),
  rule: fc.constantFrom(...RULES),
  strategy: fc.constantFrom('locked', 'online'),
  batchSize: fc.constantFrom(undefined, 1, 2),
});

/** What refers to `c` by its code. */
const FURTHER: Readonly<Record<string, string>> = {
  d: 'insert into d select id, code from c where id < 3 and code <> 3;',
  e: 'insert into e select code from c where id < 2;',
};

/** Rows that a constraint refuses as they are drawn are not there. */
export function constrainedSql({ keys, children, along, guards, own, cascaded, domain }: Constrained): string {
  const insert = (text: string): string => `begin ${text}; exception when others then end;`;
  const rows = [
    ...keys.map(({ k, v }, place) =>
      insert(`insert into a values (${place + 1}, ${k}, ${v}, null, ${(place * 3) % 7})`),
    ),
    ...keys.map(({ up }, place) => insert(`update a set up = ${up} where id = ${place + 1}`)),
    ...children.map(({ p, q, ps, n }, place) =>
      insert(`insert into b values (${place + 1}, ${p}, ${q}, ${n}, int4range(${n}, ${n + 2}), '{${ps.join()}}')`),
    ),
    ...along.map(({ code, p, n }, place) => insert(`insert into c values (${place + 1}, ${code}, ${p}, ${n})`)),
    ...cascaded
      .flatMap((each) => [...each.matchAll(/create table ([de])/g)])
      .map(([, name]) => FURTHER[name ?? ''] ?? ''),
  ];
  return `
    create extension if not exists btree_gist;
    ${domain ? 'create domain a_id as int check (value is null or value not in (1, 3));' : 'create domain a_id as int;'}
    create table a (id int primary key, k int not null, v int, up int references a, code int unique);
    create function forbid() returns trigger language plpgsql as $$
    begin if tg_op <> 'UPDATE' then return new; else raise exception 'It is final.'; end if; end $$;
    create table b (id int primary key, p a_id references a, q int references a on delete cascade, n int not null,
                    span int4range, ps int[], twice int generated always as (p * 2) stored);
    create table c (id int primary key, code int references a (code) on update cascade, p int references a, n int not null,
                    twice int generated always as (code * 2) stored);
    ${[...guards, ...own, ...cascaded].join(';\n')};
    do $$ begin ${rows.join('\n')} end $$;`;
}

/**
 * What anybody would do by hand, and what the refusal is about. Copies under unique indexes of children may be in the way, so
 * those are dropped; not one that an array is in: no reference says which of its rows are copies, and it is asked as it stands.
 */
export const BY_HAND = `
  do $$
  declare each text;
  begin
    for each in select indexrelid::regclass::text from pg_index where indrelid in ('b'::regclass, 'c'::regclass) and indisunique and not indisprimary
       and not exists (select from pg_attribute where attrelid = indexrelid and attname = 'ps')
       and not exists (select from pg_constraint where contype = 'f' and conindid = indexrelid)
    loop
      if exists (select from pg_constraint where conindid = each::regclass) then
        execute format('alter table %s drop constraint %s cascade', (select indrelid::regclass from pg_index where indexrelid = each::regclass), each);
      else execute format('drop index %s', each); end if;
    end loop;
  end $$;
  create temporary table msgdb_moved on commit drop as
    select l.id as lost, s.kept from a l join (select k, min(id) as kept from a group by k) s on s.k = l.k where l.id > s.kept;
  create function pg_temp.moved(ids int[]) returns int[] language sql as $$
    select array(
      select e.value
        from (select coalesce(m.kept, u.value) as value, u.place, bool_or(m.lost is not null) over same as replaces,
                     row_number() over (same order by u.place) as copy
                from unnest(ids) with ordinality u(value, place) left join msgdb_moved m on m.lost = u.value
              window same as (partition by coalesce(m.kept, u.value))) e
       where e.copy = 1 or not e.replaces order by e.place) $$;
  update b set ps = pg_temp.moved(ps), p = coalesce((select kept from msgdb_moved where lost = p), p),
               q = coalesce((select kept from msgdb_moved where lost = q), q)
   where p in (select lost from msgdb_moved) or q in (select lost from msgdb_moved)
      or ps && array(select lost from msgdb_moved);
  update c set p = coalesce((select kept from msgdb_moved where lost = p), p),
               code = coalesce((select s.code from msgdb_moved join a l on l.id = lost join a s on s.id = kept where l.code = c.code), code)
   where p in (select lost from msgdb_moved) or code in (select code from msgdb_moved join a on a.id = lost);
  update a set up = (select kept from msgdb_moved where lost = up)
   where up in (select lost from msgdb_moved) and id not in (select lost from msgdb_moved);`;
