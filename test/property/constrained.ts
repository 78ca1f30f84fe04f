import fc from 'fast-check';
import type { UniqueKeyOptions } from '../../src/model/operations/unique-key.ts';

/** Copies in `a`, children in `b`, and constraints on both, some of which a run would meet. */
export interface Constrained {
  /** Keys of the rows of `a`: equal ones are copies. */
  readonly keys: readonly { readonly k: number; readonly v: number | null; readonly up: number | null }[];
  readonly children: readonly { readonly p: number; readonly q: number | null; readonly n: number }[];
  /** Constraints, triggers and indexes of `b`, and of `a`. */
  readonly guards: readonly string[];
  readonly own: readonly string[];
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
const RULES: readonly Partial<UniqueKeyOptions>[] = [
  {},
  { merge: { v: 'max' } },
  { merge: { v: 'sum' } },
  { merge: { v: { expression: 'nullif(max(v), 3)' } } },
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
  children: fc.array(fc.record({ p: id, q: fc.option(id, { nil: null }), n: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 2,
    maxLength: 8,
  }),
  guards: fc.subarray(GUARDS, { maxLength: 3 }),
  own: fc.subarray(OWN, { maxLength: 2 }),
  domain: fc.boolean(),
  policy: fc.constantFrom('keep-survivor', 'merge', 'remove'),
  rule: fc.constantFrom(...RULES),
  strategy: fc.constantFrom('locked', 'online'),
  batchSize: fc.constantFrom(undefined, 1, 2),
});

/** Rows that a constraint refuses as they are drawn are not there. */
export function constrainedSql({ keys, children, guards, own, domain }: Constrained): string {
  const insert = (text: string): string => `begin ${text}; exception when others then end;`;
  const rows = [
    ...keys.map(({ k, v }, place) => insert(`insert into a values (${place + 1}, ${k}, ${v})`)),
    ...keys.map(({ up }, place) => insert(`update a set up = ${up} where id = ${place + 1}`)),
    ...children.map(({ p, q, n }, place) =>
      insert(`insert into b values (${place + 1}, ${p}, ${q}, ${n}, int4range(${n}, ${n + 2}))`),
    ),
  ];
  return `
    create extension if not exists btree_gist;
    ${domain ? 'create domain a_id as int check (value is null or value not in (1, 3));' : 'create domain a_id as int;'}
    create table a (id int primary key, k int not null, v int, up int references a);
    create function forbid() returns trigger language plpgsql as $$
    begin if tg_op <> 'UPDATE' then return new; else raise exception 'It is final.'; end if; end $$;
    create table b (id int primary key, p a_id references a, q int references a on delete cascade, n int not null,
                    span int4range, twice int generated always as (p * 2) stored);
    ${[...guards, ...own].join(';\n')};
    do $$ begin ${rows.join('\n')} end $$;`;
}

/** What anybody would do by hand, and what the refusal is about; copies under unique indexes of children may be in the way. */
export const BY_HAND = `
  do $$
  declare each text;
  begin
    for each in select indexrelid::regclass::text from pg_index where indrelid = 'b'::regclass and indisunique and not indisprimary
    loop
      if exists (select from pg_constraint where conindid = each::regclass) then
        execute format('alter table b drop constraint %s', each);
      else execute format('drop index %s', each); end if;
    end loop;
  end $$;
  create temporary table msgdb_moved on commit drop as
    select l.id as lost, s.kept from a l join (select k, min(id) as kept from a group by k) s on s.k = l.k where l.id > s.kept;
  update b set p = coalesce((select kept from msgdb_moved where lost = p), p),
               q = coalesce((select kept from msgdb_moved where lost = q), q)
   where p in (select lost from msgdb_moved) or q in (select lost from msgdb_moved);
  update a set up = (select kept from msgdb_moved where lost = up)
   where up in (select lost from msgdb_moved) and id not in (select lost from msgdb_moved);`;
