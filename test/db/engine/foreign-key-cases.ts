import { CHILDREN, PARENT, PARENTS_LEFT, type ReferenceCase } from './reference-case.ts';

/** Declared foreign keys, of every kind. */
export const FOREIGN_KEY_CASES: readonly ReferenceCase[] = [
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
