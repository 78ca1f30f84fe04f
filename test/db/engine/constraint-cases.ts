import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

/** Copies in `a`, a constraint that a run would meet, and what the plan says of it. */
export interface ConstraintCase {
  readonly name: string;
  readonly schema: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  readonly says: readonly RegExp[];
  readonly fix?: RegExp;
}

/** 1 and 2 are copies, 3 and 4 too, 5 stands alone. */
export const COPIES = `
  create table a (id int primary key, k text, v int);
  insert into a values (1, 'k', null), (2, 'k', 7), (3, 'l', 3), (4, 'l', -4), (5, 'm', 5);`;

/** Constraints of children: what `onCollision: 'remove'` mends. */
export const CHILD_CASES: readonly (ConstraintCase & { readonly left: readonly string[] })[] = [
  {
    name: 'a CHECK over two references',
    schema: `${COPIES}
      create table b (id int primary key, p int references a, q int references a, constraint apart check (p <> q));
      insert into b values (1, 1, 2), (2, 2, 5), (3, 4, 3), (4, 4, 1);`,
    says: [/^Re-pointing b\.p, q would break the CHECK constraint apart of b in 2 rows of b, \(id\)=\(1; 3\)\.$/],
    left: ['(2,1,5)', '(4,3,1)'],
  },
  {
    name: 'an EXCLUDE constraint',
    schema: `${COPIES}
      create extension btree_gist;
      create table b (id int primary key, p int references a, during int4range,
                      constraint no_overlap exclude using gist (p with =, during with &&));
      insert into b values (1, 1, '[1,5)'), (2, 2, '[4,9)'), (3, 2, '[20,30)'), (4, 3, '[1,9)'), (5, 4, '[8,12)'), (6, 4, '[30,31)');`,
    says: [/^Re-pointing b\.p would break the EXCLUDE constraint no_overlap of b in 2 rows of b, \(id\)=\(2; 5\)\.$/],
    left: ['(1,1,"[1,5)")', '(3,1,"[20,30)")', '(4,3,"[1,9)")', '(6,3,"[30,31)")'],
  },
  {
    name: 'the CHECK of a domain over a domain',
    schema: `${COPIES}
      create domain some_id as int constraint not_one check (value <> 1);
      create domain a_id as some_id constraint not_three check (value <> 3);
      create table b (id int primary key, p a_id references a);
      insert into b values (1, 2), (2, 4), (3, 5);`,
    says: [
      /domain constraint not_one in 1 row of b, \(id\)=\(1\)/,
      /domain constraint not_three in 1 row of b, \(id\)=\(2\)/,
    ],
    left: ['(3,5)'],
  },
  {
    name: 'a CHECK over a generated column, in a partitioned child with a key of two columns',
    schema: `${COPIES}
      create table b (p int references a, n int, twice int generated always as (p * 2) stored, primary key (p, n),
                      constraint large check (twice > 3)) partition by list (n);
      create table b1 partition of b for values in (1);
      create table b2 partition of b default;
      insert into b values (2, 1), (2, 2), (4, 1), (5, 2);`,
    says: [/^Re-pointing b\.p would break the CHECK constraint large of b in 2 rows of b, \(p, n\)=\(2, 1; 2, 2\)\.$/],
    left: ['(3,1,6)', '(5,2,10)'],
  },
];

/** The same of what an array will be: `b.ps`. */
export const ARRAY_CASES: typeof CHILD_CASES = [
  {
    name: 'a CHECK over the elements, and one over their number',
    schema: `${COPIES}
      create table b (id int primary key, ps bigint[], n int, constraint all_of_them check (cardinality(ps) >= n),
                      constraint not_three check (3 <> all (ps)));
      insert into b values (1, '{2,1,5}', 3), (2, '{5,2,1}', 2), (3, '{4}', 0), (4, null, 1);`,
    says: [
      /^Re-pointing b\.ps would break the CHECK constraint all_of_them of b in 1 row of b, \(id\)=\(1\)\.$/,
      /^Re-pointing b\.ps would break the CHECK constraint not_three of b in 1 row of b, \(id\)=\(3\)\.$/,
    ],
    left: ['(2,"{5,1}",2)', '(4,,1)'],
  },
  {
    name: 'a unique index over the array, and one over its first element',
    schema: `${COPIES}
      create table b (id int primary key, ps int[], unique (ps));
      create unique index one_first on b ((ps[1]));
      insert into b values (1, '{1}'), (2, '{2,1}'), (3, '{4,5}'), (4, '{5,4}'), (5, '{3,4,5}');`,
    says: [
      /^Re-pointing b\.ps would break the unique index b_ps_key of b in 2 rows of b, \(id\)=\(2; 5\)\.$/,
      /^Re-pointing b\.ps would break the unique index one_first of b in 2 rows of b, \(id\)=\(2; 5\)\.$/,
    ],
    left: ['(1,{1})', '(3,"{3,5}")', '(4,"{5,3}")'],
  },
  {
    name: 'an EXCLUDE constraint, a generated column, and a domain over the array',
    schema: `${COPIES}
      create extension intarray;
      create domain some_ids as int[] constraint not_seven check (value <> '{5,3}');
      create table b (id int primary key, ps some_ids, total int generated always as (array_length(ps, 1)) stored,
                      constraint two check (total <> 1), constraint apart exclude using gist ((ps::int[]) gist__int_ops with &&));
      insert into b values (1, '{5,4}'), (3, '{7,2}'), (4, '{8,1}');`,
    says: [
      /domain constraint not_seven in 1 row of b, \(id\)=\(1\)/,
      /^Re-pointing b\.ps would break the EXCLUDE constraint apart of b in 1 row of b, \(id\)=\(3\)\.$/,
    ],
    left: ['(4,"{8,1}",2)'],
  },
];

/** Rows of `c` that go along with those of `b`, by ON UPDATE CASCADE. */
const ALONG = `${COPIES}
  create table b (id int primary key, p int references a, unique (id, p));
  create table c (id int primary key, b_id int, p int, note text, foreign key (b_id, p) references b (id, p) on update cascade, unique (id, p));
  insert into b values (10, 2), (11, 1), (12, 4), (13, 5);
  insert into c values (100, 10, 2, 'x'), (101, 11, 1, 'y'), (102, 12, 4, 'z'), (103, 13, 5, 'x'), (104, null, 2, 'x');`;

export const CASCADE_CASES: readonly (ConstraintCase & { readonly mend: string })[] = [
  {
    name: 'a CHECK, and one that minds no row that goes along',
    schema: `${ALONG} alter table c add constraint not_x check (p <> 1 or note <> 'x'), add constraint small check (p < 6);`,
    mend: "update c set note = 'ok' where id = 100",
    says: [/^Re-pointing b\.p would break the CHECK constraint not_x of c in 1 row of c, \(id\)=\(100\)\.$/],
    fix: /^Change or remove these rows: ON UPDATE CASCADE changes them/,
  },
  {
    name: 'an EXCLUDE constraint, beside rows that stay and others that go along',
    schema: `${ALONG} create extension btree_gist;
      insert into b values (14, 2); insert into c values (105, 14, 2, 'u'), (106, 10, 2, 'u');
      delete from c where id = 100; insert into c values (107, 10, 2, 'y');
      alter table c add constraint apart exclude using gist (p with =, note with =) where (p = 1);`,
    mend: 'delete from c where id in (106, 107)',
    says: [/^Re-pointing b\.p would break the EXCLUDE constraint apart of c in 2 rows of c, \(id\)=\(106; 107\)\.$/],
  },
  {
    name: 'a trigger for a column of the key that keeps its value',
    schema: `${ALONG} create function forbid() returns trigger language plpgsql as $$ begin raise exception 'Never.'; end $$;
      create trigger never before update of b_id on c for each row when (old.note = 'z') execute function forbid();`,
    mend: 'delete from c where id = 102',
    says: [
      /^Re-pointing b\.p would be stopped: trigger never of c \(function forbid\(\)\) raises "Never\." for 1 row, \(id\)=\(102\)\.$/,
    ],
    fix: /^Disable the trigger/,
  },
  {
    name: 'a domain, further along, and in a partition',
    schema: `${ALONG} create domain some_id as int constraint not_three check (value <> 3);
      create table d (c_id int, p some_id, foreign key (c_id, p) references c (id, p) on update cascade) partition by hash (c_id);
      create table d1 partition of d for values with (modulus 1, remainder 0);
      alter table d1 add constraint not_one check (p <> 1);
      insert into d values (100, 2), (101, null), (102, 4);`,
    mend: 'delete from d where p is not null',
    says: [
      /^Re-pointing b\.p would break the domain constraint not_three in 1 row of d, \(ctid\)=/,
      /^Re-pointing b\.p would break the CHECK constraint not_one of d1 in 1 row of d, \(ctid\)=/,
    ],
  },
];

/** `c` goes along with what survivors take as their code, by ON UPDATE CASCADE. */
const CODES = `${COPIES}
  alter table a add code text unique; update a set code = 'c' || id;
  create table c (id int primary key, code text references a (code) on update cascade, p int references a, note text);
  insert into c values (1, 'c1', 1, 'x'), (2, 'c2', 2, 'x'), (3, 'c4', 4, 'y'), (4, 'c3', 3, 'z'), (5, 'c5', 5, 'x');`;

/** Merges of what others refer to by ON UPDATE CASCADE. */
export const HANDED_ON_CASES: readonly ConstraintCase[] = [
  {
    name: 'CHECKs, over another reference too, and NOT NULL',
    schema: `${CODES} alter table c add check (code <> 'c2' or p <> 1 or id <> 2), add constraint not_z check (note <> 'z' or code <> 'c4');
      insert into a values (6, 'm', 1, null); alter table c alter code set not null;`,
    rule: { merge: { code: { expression: "nullif(max(code), 'c5')" } } },
    says: [
      /^Merging would give NULL to 1 row of a, \(id\)=\(5\), in a column that c\.code refers to: ON UPDATE CASCADE would set that to NULL too,/,
      /^Merging would break the CHECK constraint c_check of c in 1 row of c, \(id\)=\(2\)\.$/,
      /^Merging would break the CHECK constraint not_z of c in 1 row of c, \(id\)=\(4\)\.$/,
      /^Merging would break the NOT NULL constraint of c\.code in 1 row of c, \(id\)=\(5\)\.$/,
    ],
    fix: /^Choose another merge strategy for the column/,
  },
  {
    name: 'a unique index over an expression, and an EXCLUDE constraint',
    schema: `${CODES} create extension btree_gist; delete from c where id = 2; insert into c values (6, null, 1, 'c2x');
      create unique index apart on c ((coalesce(code || note, note))); insert into a values (7, 'w', 1, 'd4');
      insert into c values (7, 'd4', 7, 'z');
      alter table c add constraint last_two exclude using gist (right(code, 1) with =, note with =);`,
    rule: { merge: { code: 'max' } },
    says: [
      /^1 row of c would become a copy of another under apart, moved along with what survivors take\.$/,
      /^Merging would break the EXCLUDE constraint last_two of c in 1 row of c, \(id\)=\(4\)\.$/,
    ],
    fix: /^Choose another merge strategy for the column/,
  },
  {
    name: 'a domain and a trigger, and further along a foreign key that holds what it refers to',
    schema: `create domain short as text constraint not_c4 check (value <> 'c4'); ${CODES}
      create function forbid() returns trigger language plpgsql as $$ begin raise exception 'Never.'; end $$;
      delete from c where id = 3; alter table c alter code type short, add unique (code);
      delete from c where id = 2;
      create trigger never after update of code on c for each row when (new.code = 'c2') execute function forbid();
      create table d (code text references c (code)); insert into d values ('c1'), ('c5'), ('c3');`,
    rule: { merge: { code: 'max' } },
    says: [
      /^Merging gives another key to what 2 rows of d \(code\) refer to, and the foreign key d_code_fkey keeps it from that\.$/,
      /^Merging would break the domain constraint not_c4 in 1 row of c, \(id\)=\(4\)\.$/,
      /^Merging would be stopped: trigger never of c \(function forbid\(\)\) raises "Never\." for 1 row, \(id\)=\(1\)\.$/,
    ],
  },
  {
    name: 'a foreign key that holds what a child goes along with, from rows that referred to a copy of it',
    schema: `${COPIES} alter table a add code int unique; update a set code = id;
      create table c (id int primary key, code int unique references a (code) on update cascade);
      create table d (code int references c (code));
      insert into c values (1, 1), (2, 2), (3, 3); insert into d values (2);`,
    rule: { merge: { code: 'max' }, references: [{ table: 'c', column: 'code', onCollision: 'keep-survivor' }] },
    says: [
      /^Merging gives another key to what 1 row of d \(code\) refers to, and the foreign key d_code_fkey keeps it from that\.$/,
    ],
  },
];

/** Constraints of the table itself. */
export const OWN_CASES: readonly ConstraintCase[] = [
  {
    name: 'a merge of what children refer to, by foreign keys and without, but for those that go along',
    schema: `${COPIES} alter table a add code text unique, add near text references a (code), add unique (code, id);
      insert into a values (6, 'p', 1), (7, 'p', 2); update a set code = 'c' || id; update a set near = 'c6' where id = 7;
      create table b (id int primary key, code text references a (code), named text);
      create table c (id int primary key, code text references a (code) on update cascade);
      create table d (a_id int, code text, foreign key (code, a_id) references a (code, id));
      insert into b values (1, 'c2', 'c9'), (2, 'c5', 'c3'), (3, null, 'c5'); insert into c values (1, 'c1'), (2, 'c4');
      insert into d values (5, 'c5');`,
    rule: { merge: { code: 'max' }, references: [{ table: 'b', column: 'named', to: ['code'], kind: 'soft' }] },
    says: [
      /^Merging would give another key to 1 row of a, \(id\)=\(1\), to which b\.code refers\.$/,
      /^Merging would give another key to 1 row of a, \(id\)=\(3\), to which b\.named refers\.$/,
    ],
    fix: /^Choose another merge strategy for the column/,
  },
  {
    name: 'a merge by an expression that gives copies that go, by a foreign key and without one',
    schema: `${COPIES} alter table a add up int references a, add near int;`,
    rule: {
      merge: { up: { expression: 'max(id)' }, near: { expression: 'min(id) + 1' } },
      references: [{ table: 'a', column: 'near', kind: 'soft' }],
    },
    says: [
      /^Merging up would make 2 rows of a, \(id\)=\(1; 3\), refer to rows that are removed or get other keys\.$/,
      /^Merging near would make 2 rows of a, \(id\)=\(1; 3\), refer to rows that are removed or get other keys\.$/,
    ],
    fix: /^Leave (?:up|near) out of merge; or use a strategy that takes a value from the column/,
  },
  {
    name: 'a merge of a reference and of the key that it is about',
    schema: `${COPIES} alter table a add code text unique; update a set code = 'c' || id;
      alter table a add near text references a (code); update a set near = 'c3' where id = 2;`,
    rule: { merge: { code: 'max', near: 'max' } },
    says: [/^Merging near would make 1 row of a, \(id\)=\(1\), refer to a row that is removed or gets another key\.$/],
  },
  {
    name: 'a CHECK on what survivors take when the references of copies have been re-pointed',
    schema: `${COPIES} alter table a add up int references a, add w int;
      update a set up = case id when 2 then 4 when 4 then 2 else 5 end; update a set up = null where id in (1, 3);
      alter table a add constraint not_three check (up <> 3), add constraint low check (up > 1 or w is null);
      update a set w = 1 where id = 4;`,
    rule: { merge: { up: 'first-non-null', w: 'max' } },
    says: [
      /^Merging would break the CHECK constraint low of a in 1 row of a, \(id\)=\(3\)\.$/,
      /^Merging would break the CHECK constraint not_three of a in 1 row of a, \(id\)=\(1\)\.$/,
    ],
  },
  {
    name: 'a merge by an expression whose value a foreign key does not find',
    schema: `${COPIES} create table c (id int primary key); insert into c values (8), (3), (7), (-4), (5), (4);
      alter table a add constraint to_c foreign key (v) references c;`,
    rule: { merge: { v: { expression: 'max(v) + 2' } } },
    says: [/^Merging would break the foreign key to_c of a in 1 row of a, \(id\)=\(1\)\.$/],
    fix: /^Choose another merge strategy for the column/,
  },
  {
    name: 'a merge of two columns that a foreign key has together, but for rows that it does not know as they are',
    schema: `${COPIES} create table c (v int, w int, primary key (v, w)); insert into c values (7, 1), (3, 2);
      alter table a add w int, add n int; update a set w = 2 where id in (1, 3); update a set w = 1 where id = 2;
      insert into a values (6, 'm', 5, 9, 1);
      update a set n = id, w = 9 where id = 5;
      alter table a add constraint to_c foreign key (v, w) references c not valid;`,
    rule: { merge: { v: 'max', w: 'max', n: 'max' } },
    says: [/^Merging would break the foreign key to_c of a in 1 row of a, \(id\)=\(1\)\.$/],
  },
  {
    name: 'losers that are marked with what the table itself, or another, does not have',
    schema: `${COPIES} create table c (id text primary key); insert into c values ('k'), ('l'), ('m');
      alter table a add up int references a, add constraint to_c foreign key (k) references c;`,
    rule: { losers: { set: { k: { expression: "'gone-' || id" }, up: { expression: 'id * 2' } } } },
    says: [
      /^What losers: \{ set \} gives would break the foreign key a_up_fkey of a in 1 row of a, \(id\)=\(4\)\.$/,
      /^What losers: \{ set \} gives would break the foreign key to_c of a in 2 rows of a, \(id\)=\(2; 4\)\.$/,
    ],
    fix: /^Choose other values for losers/,
  },
  {
    name: 'a merge in a partition by itself, whose foreign key is that of the table above',
    schema: `create table c (id int primary key) partition by list (id); create table c1 partition of c default; insert into c values (7);
      create table t (id int, k text, v int references c) partition by list (id); create table a partition of t default;
      insert into a values (1, 'k', null), (2, 'k', 7);`,
    rule: { merge: { v: { expression: 'max(v) + 1' } } },
    says: [/^Merging would break the foreign key \w+ of a in 1 row of a, \(ctid\)=\(\(0,1\)\)\.$/],
  },
  {
    name: 'a merge that a CHECK refuses',
    schema: `${COPIES} alter table a add constraint small check (v < 7 or k <> 'k' or id > 1);`,
    rule: { merge: { v: 'max' } },
    says: [/^Merging would break the CHECK constraint small of a in 1 row of a, \(id\)=\(1\)\.$/],
  },
  {
    name: 'a merge that the domain of its column refuses',
    schema: `${COPIES}
      create domain small as int check (value < 8);
      alter table a alter v type small;`,
    rule: { merge: { v: { expression: 'sum(v) + 5' } } },
    says: [/^Merging would break the domain constraint small_check in 1 row of a, \(id\)=\(1\)\.$/],
  },
  {
    name: 'a merge to NULL where ON UPDATE CASCADE would hand it on, and nothing could bring it back',
    schema: `create table a (id int primary key, k text, code int unique);
      create table c (id int primary key, code int references a (code) on update cascade);
      insert into a values (1, 'k', 1), (2, 'k', 2), (3, 'l', 3), (4, 'l', 4), (5, 'm', 5), (6, 'm', 6);
      insert into c values (1, 2), (2, 3), (3, 5);`,
    rule: { merge: { code: { expression: 'nullif(nullif(max(code), 2), 6)' } } },
    says: [
      /^Merging would give NULL to 2 rows of a, \(id\)=\(1; 5\), in a column that c\.code refers to: ON UPDATE CASCADE/,
    ],
    fix: /^Choose another merge strategy for the column/,
  },
  {
    name: 'a merge of a reference that another row has once it is re-pointed',
    schema: `create table a (id int primary key, k int, up int unique references a);
      insert into a values (1, 1, null), (2, 1, null), (3, 1, null), (4, 4, null), (5, 4, 3), (6, 6, 2);`,
    rule: { merge: { up: 'first-non-null' } },
    says: [/^Merging would break the unique index a_up_key of a in 1 row of a, \(id\)=\(4\)\.$/],
  },
  {
    name: 'a merge that another unique index refuses',
    schema: `${COPIES}
      insert into a values (6, 'n', 8);
      create unique index one_v on a (v);`,
    rule: { merge: { v: { expression: 'max(v) + 1' } } },
    says: [/^Merging would break the unique index one_v of a in 1 row of a, \(id\)=\(1\)\.$/],
  },
  {
    name: 'merges that take what another survivor still has, in whatever order they are written',
    schema: `${COPIES} alter table a add code int unique; update a set code = id;`,
    rule: { merge: { code: { expression: 'max(code) + 1' } } },
    says: [/^Merging would break the unique index a_code_key of a in 2 rows of a, \(id\)=\(1; 3\)\.$/],
  },
  {
    name: 'a merge that is too long for the column',
    schema: `${COPIES} alter table a add t varchar(5); update a set t = case when id < 3 then 'abc' || id else 'x ' end;`,
    rule: { merge: { t: 'concat' } },
    says: [/^Merging would break the length or precision of a\.t in 1 row of a, \(id\)=\(1\)\.$/],
    fix: /alter column "t" type text\.$/,
  },
  {
    name: 'a survivor whose key is too long for what refers to it without a foreign key',
    schema: `
      create table a (id text primary key, k text);
      insert into a values ('a longer one', 'k'), ('b', 'k'), ('c', 'l'), ('d', 'l');
      create table b (id int primary key, p varchar(4));
      insert into b values (1, 'b'), (2, 'd'), (3, 'e');`,
    rule: { references: [{ table: 'b', column: 'p', kind: 'soft' }] },
    says: [/^Re-pointing b\.p would break the length or precision of b\.p in 1 row of b, \(id\)=\(1\)\.$/],
    fix: /^Change or remove these rows; or let them be archived and removed/,
  },
  {
    name: 'a number that is too large for the column of marked losers',
    schema: `${COPIES} alter table a add n numeric(3, 1);`,
    rule: { losers: { set: { k: { expression: 'k || id' }, n: { expression: 'id * 50.26 - 100' } } } },
    says: [/^What losers: \{ set \} gives a\.n fails for the values that the rows have: Numeric field overflow\./],
    fix: /^Write another value for n in losers: .* alter column "n" type numeric\.$/,
  },
  {
    name: 'losers that are marked with a text where a number is',
    schema: `${COPIES} alter table a add n smallint;`,
    rule: { losers: { set: { k: null, n: 'gone' } } },
    says: [/^What losers: \{ set \} gives a\.n fails for the values that the rows have: Invalid input syntax/],
    fix: /^Write another value for n in losers: \{ set: … \}\.$/,
  },
  {
    name: 'a sum that is too large for the column, though no constraint is there to ask',
    schema: `${COPIES} update a set v = 2000000000 where k = 'k';`,
    rule: { merge: { v: 'sum' } },
    says: [/^Merging a\.v fails for the values that the rows have: Integer out of range\./],
    fix: /^Write another way to merge v .* alter table "public"\."a" alter column "v" type bigint\.$/,
  },
  {
    name: 'two merges of which one fails: the CHECK on the other is not blamed',
    schema: `${COPIES} alter table a add w int default 1 check (w > 0), add n numeric(3, 1) default 99;`,
    rule: { merge: { w: 'sum', n: 'sum' } },
    says: [/^Merging a\.n fails for the values that the rows have: Numeric field overflow\./],
    fix: /alter column "n" type numeric\.$/,
  },
  {
    name: 'an expression that fails for the values of a group',
    schema: COPIES,
    rule: { merge: { v: { expression: '10 / (min(v) + 4)' } } },
    says: [/^Merging a\.v fails for the values that the rows have: Division by zero\./],
    fix: /survivor's value\.$/,
  },
  {
    name: 'a merge to NULL in a column that is NOT NULL',
    schema: `${COPIES} update a set v = 1 where v is null; alter table a alter v set not null;`,
    rule: { merge: { v: { expression: 'nullif(max(v), 7)' } } },
    says: [/^Merging would break the NOT NULL constraint of a\.v in 1 row of a, \(id\)=\(1\)\.$/],
  },
  {
    name: 'losers that are marked with what a CHECK and NOT NULL refuse',
    schema: `${COPIES}
      update a set v = 1 where v is null;
      alter table a alter k set not null, add constraint positive check (v > 0) not valid;`,
    rule: { losers: { set: { k: null } } },
    says: [
      /^What losers: \{ set \} gives would break the CHECK constraint positive of a in 1 row of a, \(id\)=\(4\)\.$/,
      /^What losers: \{ set \} gives would break the NOT NULL constraint of a\.k in 2 rows of a, \(id\)=\(2; 4\)\.$/,
    ],
  },
  {
    name: 'losers that are marked, leave the predicate of the rule and meet in an index of those that left it',
    schema: `${COPIES}
      alter table a add gone boolean not null default false;
      insert into a values (6, 'k', 1, false), (7, 'm', 1, true), (8, 'm', 2, false);
      create unique index one_gone on a (k) where gone;`,
    rule: { where: 'not gone', losers: { set: { gone: true } } },
    says: [
      /^What losers: \{ set \} gives would break the unique index one_gone of a in 2 rows of a, \(id\)=\(6; 8\)\.$/,
    ],
  },
  {
    name: 'losers that are marked, under a rule by an expression, and meet in an index by another',
    schema: `${COPIES} create unique index apart on a ((v + id));`,
    rule: {
      key: [{ expression: 'lower(k)' }],
      losers: { set: { k: { expression: 'k || id' }, v: { expression: '-id' } } },
    },
    says: [/^What losers: \{ set \} gives would break the unique index apart of a in [12] rows? of a/],
  },
  {
    name: 'losers that are marked, and are copies all the same',
    schema: COPIES,
    rule: { losers: { set: { v: 0 } } },
    says: [/^With what losers: \{ set \} gives them, 2 rows of a, \(id\)=\(2; 4\), would still be copies\.$/],
  },
  {
    name: 'a CHECK that fails rather than answers',
    schema: `${COPIES}
      create table b (id int primary key, p int references a, constraint ratio check (10 / (p - 1) > 0));
      insert into b values (1, 2), (2, 4);`,
    says: [/^The CHECK constraint ratio of b cannot be checked for the rows that would change: Division by zero\./],
  },
  {
    name: 'a CHECK that is NOT VALID, and broken by a child as it is: it could not be put back',
    schema: `${COPIES}
      create table b (id int primary key, p int references a, note text);
      insert into b values (1, 2, ''), (2, 1, ''), (3, 4, 'n');
      alter table b add constraint noted check (note <> '') not valid;`,
    rule: { references: [{ table: 'b', column: 'p', onCollision: 'remove' }] },
    says: [/CHECK constraint noted of b in 1 row of b, \(id\)=\(1\)/],
    fix: /^Change or remove these rows: a table with a CHECK that is NOT VALID might not take them back/,
  },
];
