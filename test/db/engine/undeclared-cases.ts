import { CHILDREN, PARENT, type ReferenceCase } from './reference-case.ts';

/** References that the catalogue does not know of. */
export const UNDECLARED_CASES: readonly ReferenceCase[] = [
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
];
