import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

/** Tables that refer to each other, a rule, and what has to be left. */
export interface ReferenceCase {
  readonly name: string;
  /** Makes `parent (id, k, …)` and what refers to it, with rows. */
  readonly schema: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  /** Queries, and what they give afterwards. */
  readonly after: Readonly<Record<string, readonly (string | null)[]>>;
}

export const PARENT = `
  create table parent (id int primary key, k text, v text);
  insert into parent values (1, 'a', null), (2, 'a', 'x'), (3, 'a', 'y'), (4, 'b', 'z'), (5, 'c', null), (6, 'c', null);`;
const PARENTS_LEFT = { 'select id from parent order by 1': ['1', '4', '5'] };
export const CHILDREN = 'select child::text from child order by 1';

export const REFERENCE_CASES: readonly ReferenceCase[] = [
  ...['no action', 'restrict', 'cascade', 'set null', 'set default', 'no action deferrable initially deferred'].map(
    (action) => ({
      name: `a foreign key, ON DELETE ${action.toUpperCase()}`,
      schema: `${PARENT}
        create table child (id int primary key, parent_id int default 4 references parent on delete ${action});
        insert into child values (1, 1), (2, 2), (3, 3), (4, 4), (5, null), (6, 6), (7, 2);`,
      after: { ...PARENTS_LEFT, [CHILDREN]: ['(1,1)', '(2,1)', '(3,1)', '(4,4)', '(5,)', '(6,5)', '(7,1)'] },
    }),
  ),
  {
    name: 'a foreign key of int to bigint, without an index, in a child without a primary key',
    schema: `
      create table parent (id bigint primary key, k text);
      insert into parent values (1, 'a'), (2, 'a');
      create table child (parent_id int references parent, note json);
      insert into child values (2, '[ 1]'), (2, '[ 1]'), (1, null);`,
    after: { 'select id from parent': ['1'], 'select parent_id from child': ['1', '1', '1'] },
  },
  {
    name: 'a composite foreign key, in another order of columns, MATCH SIMPLE with NULLs',
    schema: `
      create table parent (tenant int, id int, k text, primary key (tenant, id));
      insert into parent values (1, 1, 'a'), (1, 2, 'a'), (2, 1, 'a'), (2, 2, 'b');
      create table child (id int primary key, p int, t int, foreign key (p, t) references parent (id, tenant) on delete cascade);
      insert into child values (1, 2, 1), (2, 1, 2), (3, 2, null), (4, 2, 2), (5, 1, 1);`,
    rule: { key: ['k'], keep: ['tenant', 'id'] },
    after: {
      'select parent::text from parent order by 1': ['(1,1,a)', '(2,2,b)'],
      [CHILDREN]: ['(1,1,1)', '(2,1,1)', '(3,2,)', '(4,2,2)', '(5,1,1)'],
    },
  },
  {
    name: 'a foreign key to a natural key, ON UPDATE CASCADE, that the survivor takes from a loser',
    schema: `
      create table parent (id int primary key, k text, email text unique);
      insert into parent values (1, 'a', null), (2, 'a', 'two'), (3, 'b', 'three'), (4, 'b', 'four');
      create table child (id int primary key, email text references parent (email) on update cascade on delete cascade);
      insert into child values (2, 'three'), (3, 'four'), (4, null);`,
    rule: { merge: { email: 'first-non-null' } },
    after: {
      'select parent::text from parent order by 1': ['(1,a,two)', '(3,b,three)'],
      'select child::text from child order by 1': ['(2,three)', '(3,three)', '(4,)'],
    },
  },
  {
    name: 'a foreign key to citext in a schema that is not in the search path: written otherwise, but the same',
    schema: `
      create schema extensions; create extension citext schema extensions;
      create table parent (id int primary key, k text, email extensions.citext unique);
      insert into parent values (1, 'a', 'one'), (2, 'a', 'two');
      create table child (id int primary key, email extensions.citext references parent (email) on delete cascade);
      insert into child values (1, 'TWO'), (2, 'One');`,
    after: { 'select child::text from child order by 1': ['(1,one)', '(2,One)'] },
  },
  {
    name: 'a foreign key between columns of two collations',
    schema: `
      create table parent (id int primary key, k text, code text collate "C" unique);
      insert into parent values (1, 'a', 'one'), (2, 'a', 'two');
      create table child (id int primary key, code text collate "POSIX" references parent (code) on delete cascade);
      insert into child values (1, 'two');`,
    after: { [CHILDREN]: ['(1,one)'] },
  },
  {
    name: 'a self-reference: loser to loser, survivor to loser, chains and to itself',
    schema: `
      create table parent (id int primary key, k text, up int references parent on delete cascade);
      insert into parent values (1, 'a', null), (2, 'a', 1), (3, 'a', 2), (4, 'b', 3), (5, 'c', 6), (6, 'c', 6), (7, 'd', 6), (8, 'b', 4);
      update parent set up = 3 where id = 1;`,
    after: { 'select parent::text from parent order by 1': ['(1,a,1)', '(4,b,1)', '(5,c,5)', '(7,d,5)'] },
  },
  {
    name: 'a foreign key of another schema',
    schema: `${PARENT}
      create schema other;
      create table other.child (id int primary key, parent_id int references parent on delete cascade);
      create table child (id int primary key, parent_id int references parent on delete cascade);
      insert into other.child values (1, 2); insert into child values (1, 3);`,
    after: { 'select parent_id from other.child': ['1'], 'select parent_id from child': ['1'] },
  },
  {
    name: 'a deferrable foreign key both ways, as in a circle of two tables',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int not null references parent deferrable initially deferred);
      insert into child values (1, 2), (2, 3), (3, 4);
      alter table parent add latest int references child deferrable initially deferred;
      update parent set latest = 1 where id = 2; update parent set latest = 3 where id = 4;`,
    rule: { merge: { latest: 'first-non-null' } },
    after: {
      'select id, latest from parent where latest is not null order by 1': ['1', '4'],
      [CHILDREN]: ['(1,1)', '(2,1)', '(3,4)'],
    },
  },
  {
    name: 'children that collide with the survivor and with each other only',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent, name text, note text, unique (parent_id, name));
      insert into child values (1, 1, 'p', 's'), (2, 2, 'p', 'l'), (3, 2, 'q', 'l2'), (4, 3, 'q', 'l3'), (5, 3, 'r', null),
                               (6, 4, 'p', null), (7, 2, null, null), (8, 3, null, null), (9, 5, 'p', null), (10, 6, 'q', null);`,
    after: {
      ...PARENTS_LEFT,
      "select parent_id || coalesce(name, '-') from child order by id": [
        '1p',
        '1q',
        '1r',
        '4p',
        '1-',
        '1-',
        '5p',
        '5q',
      ],
    },
  },
  {
    name: 'a child whose primary key holds the reference',
    schema: `${PARENT}
      create table child (parent_id int references parent, member int, primary key (parent_id, member));
      insert into child values (1, 10), (2, 10), (2, 11), (3, 11), (3, 12), (4, 10);`,
    after: { [CHILDREN]: ['(1,10)', '(1,11)', '(1,12)', '(4,10)'] },
  },
  {
    name: 'a child of which a parent can have only one: the survivor own one wins',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int unique references parent on delete cascade);
      insert into child values (1, 3), (2, 2), (3, 1), (4, 6), (5, 4);`,
    after: { [CHILDREN]: ['(3,1)', '(4,5)', '(5,4)'] },
  },
  {
    name: 'a child with a partial unique index: only rows within it collide',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent, main boolean);
      create unique index on child (parent_id) where main;
      insert into child values (1, 1, true), (2, 2, true), (3, 2, false), (4, 3, true), (5, 3, null), (6, 4, true);`,
    after: { [CHILDREN]: ['(1,1,t)', '(3,1,f)', '(5,1,)', '(6,4,t)'] },
  },
  {
    name: 'a child with a unique index on expressions, one over the reference itself',
    schema: `${PARENT}
      create table child (id int primary key, "odd""ref" int references parent, name text);
      create unique index on child (("odd""ref" + 0), lower(name));
      insert into child values (1, 1, 'P'), (2, 2, 'p'), (3, 3, 'q'), (4, 2, 'Q');`,
    after: { [CHILDREN]: ['(1,1,P)', '(3,1,q)'] },
  },
  {
    name: 'a child with NULLS NOT DISTINCT',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent, name text, unique nulls not distinct (parent_id, name));
      insert into child values (1, 2, null), (2, 3, null), (3, null, 'x'), (4, 1, 'x'), (5, 3, 'x');`,
    after: { [CHILDREN]: ['(1,1,)', '(3,,x)', '(4,1,x)'] },
  },
  {
    // 5 is a copy of 3 by one index, and 3 of 1 by the other.
    name: 'a child under two unique indexes at once',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent, a int, b int);
      create unique index on child (parent_id, a); create unique index on child (parent_id, b);
      insert into child values (1, 1, 1, 1), (2, 2, 1, 2), (3, 2, 2, 1), (4, 3, 3, 2), (5, 3, 2, 3);`,
    after: { [CHILDREN]: ['(1,1,1,1)', '(4,1,3,2)'] },
  },
  {
    name: 'a child that refers twice, unique over both',
    schema: `${PARENT}
      create table child (id int primary key, a int references parent, b int references parent, unique (a, b));
      insert into child values (1, 1, 1), (2, 2, 2), (3, 2, 4), (4, 3, 4), (5, 4, 2), (6, 4, 3), (7, 5, 6), (8, 6, 5);`,
    after: { "select a || '-' || b from child order by 1": ['1-1', '1-4', '4-1', '5-5'] },
  },
  {
    name: 'merged children: the kept one takes what it lacks',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent, name text, note text, n int not null, unique (parent_id, name));
      insert into child values (1, 1, 'p', null, 1), (2, 2, 'p', 'from 2', 2), (3, 3, 'p', 'from 3', 3);`,
    rule: { references: [{ table: 'child', column: 'parent_id', onCollision: 'merge' }] },
    after: { [CHILDREN]: ['(1,1,p,"from 2",1)'] },
  },
  {
    name: 'grandchildren of colliding children, with collisions of their own, three levels down',
    schema: `${PARENT}
      create table child (id int primary key, parent_id int references parent on delete cascade, name text, unique (parent_id, name));
      create table grandchild (id int primary key, child_id int references child on delete cascade, name text, unique (child_id, name));
      create table leaf (id int primary key, grandchild_id int references grandchild on delete cascade);
      insert into child values (1, 1, 'p'), (2, 2, 'p'), (3, 3, 'q'), (4, 2, 'q');
      insert into grandchild values (1, 1, 'x'), (2, 2, 'x'), (3, 2, 'y'), (4, 3, 'z'), (5, 4, 'z'), (6, 4, 'w');
      insert into leaf values (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6);`,
    after: {
      [CHILDREN]: ['(1,1,p)', '(3,1,q)'],
      'select grandchild::text from grandchild order by 1': ['(1,1,x)', '(3,1,y)', '(4,3,z)', '(6,3,w)'],
      'select leaf::text from leaf order by 1': ['(1,1)', '(2,1)', '(3,3)', '(4,4)', '(5,4)', '(6,6)'],
    },
  },
  {
    name: 'a soft reference, of text to a number',
    schema: `${PARENT}
      create table child (id int primary key, ref text);
      insert into child values (1, '2'), (2, null), (3, '6'), (4, '4');`,
    rule: { references: [{ table: 'child', column: 'ref' }] },
    after: { [CHILDREN]: ['(1,1)', '(2,)', '(3,5)', '(4,4)'] },
  },
  {
    name: 'a soft reference to another column than the primary key',
    schema: `
      create table parent (id int primary key, k text, code text);
      insert into parent values (1, 'a', 'one'), (2, 'a', 'two'), (3, 'b', null);
      create table child (id int primary key, code varchar(10));
      insert into child values (1, 'two'), (2, 'one'), (3, null);`,
    rule: { references: [{ table: 'child', column: 'code', to: ['code'], kind: 'soft' }] },
    after: { [CHILDREN]: ['(1,one)', '(2,one)', '(3,)'] },
  },
  {
    name: 'an array of references: the survivor once, everything else as it was',
    schema: `${PARENT}
      create table child (id int primary key, refs bigint[]);
      insert into child values (1, '{2,4,3,1}'), (2, '{4,5,4,NULL,NULL}'), (3, null), (4, '{}'), (5, '{4,4,6,NULL,NULL}');`,
    rule: { references: [{ table: 'child', column: 'refs', kind: 'array' }] },
    after: { [CHILDREN]: ['(1,"{1,4}")', '(2,"{4,5,4,NULL,NULL}")', '(3,)', '(4,{})', '(5,"{4,4,5,NULL,NULL}")'] },
  },
  {
    name: 'a polymorphic reference: only rows of this type',
    schema: `${PARENT}
      create table child (id int primary key, kind text, ref int, unique (kind, ref));
      insert into child values (1, 'Parent', 2), (2, 'Other', 2), (3, null, 2), (4, 'Parent', 3), (5, 'it''s', 3);`,
    rule: {
      references: [{ table: 'child', column: 'ref', kind: 'polymorphic', type: { column: 'kind', value: 'Parent' } }],
    },
    after: { [CHILDREN]: ['(1,Parent,1)', '(2,Other,2)', '(3,,2)', "(5,it's,3)"] },
  },
  {
    name: 'partitioned children, moving between partitions',
    schema: `${PARENT}
      create table child (id int, parent_id int references parent on delete cascade, primary key (id, parent_id)) partition by list (parent_id);
      create table child_a partition of child for values in (1, 4);
      create table child_b partition of child default;
      insert into child values (1, 1), (1, 2), (2, 2), (3, 3), (3, 4), (9, 6);`,
    after: { [CHILDREN]: ['(1,1)', '(2,1)', '(3,1)', '(3,4)', '(9,5)'], 'select count(*) from child_a': ['4'] },
  },
  {
    name: 'two references of one table whose rows are followed while they move',
    schema: `${PARENT}
      create table child (id int primary key, a int references parent, b int references parent, up int references child, unique (a, b));
      insert into child values (1, 1, 2, null), (2, 2, 3, 1), (3, 3, 1, 1), (4, 2, 2, 3);`,
    after: {},
  },
];
