import { CHILDREN, PARENT, PARENTS_LEFT, type ReferenceCase } from './reference-case.ts';

/** Children that become copies of each other when they are re-pointed. */
export const COLLISION_CASES: readonly ReferenceCase[] = [
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
];
