import fc from 'fast-check';
import type { UniqueKeyOptions } from '../../src/model/operations/unique-key.ts';

/** Copies in `a`, children in `b` and `d`, and rows of `c` that go along with both, and with `a`, by ON UPDATE CASCADE. */
export interface Cascading {
  readonly keys: readonly number[];
  readonly children: readonly { readonly p: number; readonly q: number }[];
  readonly others: readonly number[];
  readonly along: readonly {
    readonly b: number;
    readonly d: number;
    readonly by: 'p' | 'q' | 'p and q';
    readonly code: number | null;
    readonly n: number;
  }[];
  readonly guards: readonly string[];
  readonly rule: Partial<UniqueKeyOptions>;
  readonly strategy: 'locked' | 'online';
  readonly batchSize: number | undefined;
}

const GUARDS = [
  'alter table c add unique (p, n)',
  'alter table c add unique (p, q, n)',
  'alter table c add unique (dp)',
  'alter table c add unique (p, dp)',
  'alter table c add unique (code, p)',
  'alter table c add unique (code, n)',
  'create unique index on c ((p + q))',
  'create unique index on c ((p + dp)) where n > 0',
  'create unique index on c ((dp - n))',
  'create unique index on c ((code + n))',
  'create unique index on c ((code - p))',
  'create unique index on c (n) where p > dp',
  'create unique index on c (n) where code > 2',
  'alter table c add exclude using gist (p with =, dp with =, n with <>)',
  'alter table c add exclude using gist (code with =, p with <>)',
  'alter table c add exclude using gist (twice with =, n with =)',
  'create unique index on c (twice, n)',
  'alter table c add check (p <> q)',
  'alter table c add check (p <= dp or n > 0)',
  'alter table c add check (p + dp <> 5)',
  'alter table c add check (p + q <> code)',
  'alter table b add check (p <> q)',
];
const RULES: readonly Partial<UniqueKeyOptions>[] = [
  {},
  {},
  { merge: { code: 'max' } },
  { merge: { code: { expression: 'max(code) + 1' } } },
  { merge: { code: { expression: '20 - max(code)' } } },
  { merge: { code: { expression: '(max(code) * 5) % 7' } } },
];
const id = fc.integer({ min: 1, max: 7 });

export const cascadingArbitrary: fc.Arbitrary<Cascading> = fc.record({
  keys: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 7 }),
  children: fc.array(fc.record({ p: id, q: id }), { minLength: 2, maxLength: 6 }),
  others: fc.array(id, { minLength: 1, maxLength: 4 }),
  along: fc.array(
    fc.record({
      b: fc.integer({ min: 1, max: 6 }),
      d: fc.integer({ min: 0, max: 4 }),
      by: fc.constantFrom('p', 'q', 'p and q'),
      code: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
      n: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 3, maxLength: 9 },
  ),
  guards: fc.subarray(GUARDS, { maxLength: 3 }),
  rule: fc.constantFrom(...RULES),
  strategy: fc.constantFrom('locked', 'online'),
  batchSize: fc.constantFrom(undefined, 1, 2),
});

/** Rows that a constraint refuses as they are drawn are not there. */
export function cascadingSql({ keys, children, others, along, guards }: Cascading): string {
  const insert = (text: string): string => `begin ${text}; exception when others then end;`;
  const rows = [
    ...keys.map((k, place) => insert(`insert into a values (${place + 1}, ${k}, ${(place * 3) % 7})`)),
    ...children.map(({ p, q }, place) => insert(`insert into b values (${place + 1}, ${p}, ${q})`)),
    ...others.map((p, place) => insert(`insert into d values (${place + 1}, ${p})`)),
    ...along.map(({ b, d, by, code, n }, place) =>
      insert(`insert into c values (${place + 1}, ${by === 'q' ? 'null' : b}, (select p from b where id = ${b}),
        ${by === 'p' ? 'null' : b}, (select q from b where id = ${b}), ${d === 0 ? null : d}, (select p from d where id = ${d}), ${code}, ${n})`),
    ),
  ];
  return `
    create extension if not exists btree_gist;
    create table a (id int primary key, k int not null, code int unique);
    create table b (id int primary key, p int references a, q int references a, unique (id, p), unique (id, q));
    create table d (id int primary key, p int references a, unique (id, p));
    create table c (id int primary key, b_id int, p int, bq_id int, q int, d_id int, dp int,
                    code int references a (code) on update cascade, n int not null,
                    twice int generated always as (p * 2 + coalesce(dp, 0)) stored,
                    foreign key (b_id, p) references b (id, p) on update cascade,
                    foreign key (bq_id, q) references b (id, q) on update cascade,
                    foreign key (d_id, dp) references d (id, p) on update cascade);
    ${guards.join(';\n')};
    do $$ begin ${rows.join('\n')} end $$;`;
}
