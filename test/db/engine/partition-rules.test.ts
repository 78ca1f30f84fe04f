import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { COPIES } from './constraint-cases.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  makeProjectOf,
  makeRule,
  readImages,
  takeTurns,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Children in partitions by `n`, which stays as it is. */
const BY_N = `${COPIES}
  create table b (id int, n int, p int references a, note text, primary key (id, n)) partition by list (n);
  create table b1 partition of b for values in (1);
  create table b2 partition of b for values in (2);`;
/** Children in partitions by what they refer to: a survivor's are in another one. */
const BY_P = `${COPIES}
  create table b (id int, n int, p int references a, note text, primary key (id, p)) partition by range (p);
  create table b1 partition of b for values from (1) to (2);
  create table b2 partition of b for values from (2) to (4);
  create table b4 partition of b for values from (4) to (9);`;
const FORBID = `create function forbid() returns trigger language plpgsql as $$ begin raise exception 'Never.'; end $$;`;

interface PartitionCase {
  readonly name: string;
  readonly schema: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  /** What the plan says; none: it is done. */
  readonly says?: readonly RegExp[];
  /** With `onCollision: 'remove'`, or where the plan is accepted. */
  readonly left?: readonly string[];
}

const CASES: readonly PartitionCase[] = [
  {
    name: 'a CHECK of one partition',
    schema: `${BY_N} alter table b1 add constraint not_one check (p <> 1);
      insert into b values (1, 1, 2, 'x'), (2, 2, 2, 'x'), (3, 1, 4, 'x')`,
    says: [/^Re-pointing b\.p would break the CHECK constraint not_one of b1 in 1 row of b, \(id, n\)=\(1, 1\)\.$/],
    left: ['(2,2,1,x)', '(3,1,3,x)'],
  },
  {
    name: 'CHECKs over whole rows of one partition',
    schema: `${COPIES} create table b (n int, id int, p int references a, note text, primary key (id, n)) partition by list (n);
      create table b1 (note text not null, p int, id int not null, n int not null); alter table b attach partition b1 for values in (1);
      create function is_apart(b1) returns boolean language sql as $$ select $1.p <> 1 or $1.note <> 'x' $$;
      alter table b1 add constraint is_apart check (is_apart(b1.*)), add constraint whole check ((b1.*)::text <> '(x,3,3,1)');
      insert into b values (1, 1, 2, 'x'), (1, 2, 2, 'y'), (1, 3, 4, 'x')`,
    says: [
      /CHECK constraint is_apart of b1 in 1 row of b, \(id, n\)=\(1, 1\)/,
      /CHECK constraint whole of b1 in 1 row of b, \(id, n\)=\(3, 1\)/,
    ],
    left: ['(1,2,1,y)'],
  },
  {
    name: 'a CHECK of a partition that is partitioned, and of one below it',
    schema: `${COPIES}
      create table b (id int, n int, p int references a, primary key (id, n)) partition by list (n);
      create table b1 partition of b for values in (1, 2) partition by list (n);
      alter table b1 add constraint middle check (p <> 1);
      create table b11 partition of b1 for values in (1);
      create table b12 partition of b1 for values in (2);
      alter table b12 add constraint lowest check (p <> 3);
      create table b2 partition of b default;
      insert into b values (1, 1, 2), (2, 2, 4), (3, 1, 4), (4, 3, 2), (5, 3, 4)`,
    says: [
      /CHECK constraint middle of b1 in 1 row of b, \(id, n\)=\(1, 1\)/,
      /CHECK constraint lowest of b12 in 1 row of b, \(id, n\)=\(2, 2\)/,
    ],
    left: ['(3,1,3)', '(4,3,1)', '(5,3,3)'],
  },
  {
    name: 'an EXCLUDE constraint of one partition',
    schema: `${BY_N} create extension btree_gist;
      alter table b1 add constraint apart exclude using gist (p with =, id with <>);
      insert into b values (1, 1, 1, 'x'), (2, 1, 2, 'x'), (3, 2, 1, 'x'), (4, 2, 2, 'x')`,
    says: [/the EXCLUDE constraint apart of b1 in 1 row of b, \(id, n\)=\(2, 1\)\.$/],
    left: ['(1,1,1,x)', '(3,2,1,x)', '(4,2,1,x)'],
  },
  {
    name: 'unique indexes of partitions, alike and not',
    schema: `${BY_N} create unique index on b1 (p, note); create unique index on b2 (p, note);
      create table b3 partition of b for values in (3); create unique index on b3 (p) where note <> 'y';
      insert into b values (1, 1, 1, 'x'), (2, 1, 2, 'x'), (3, 1, 2, 'y'), (4, 2, 2, 'x'), (5, 3, 1, 'x'), (6, 3, 2, 'z'), (7, 3, 2, 'y')`,
    left: ['(1,1,1,x)', '(3,1,1,y)', '(4,2,1,x)', '(5,3,1,x)', '(7,3,1,y)'],
  },
  {
    name: 'a unique index that keeps apart what refers to different rows',
    schema: `${COPIES}
      create table b (id int primary key, n int, p int references a);
      create unique index lone on b ((p + n));
      insert into b values (1, 1, 2), (2, -3, 5), (3, 9, 4), (4, 1, 5)`,
    says: [/^Re-pointing b\.p would break the unique index lone of b in 1 row of b, \(id\)=\(1\)\.$/],
    left: ['(2,-3,5)', '(3,9,3)', '(4,1,5)'],
  },
  {
    name: 'a trigger of one partition',
    schema: `${BY_N} ${FORBID} create trigger never before update on b1 for each row execute function forbid();
      insert into b values (1, 1, 2, 'x'), (2, 2, 2, 'x')`,
    says: [
      /would be stopped: trigger never of b1 \(function forbid\(\)\) raises "Never\." for 1 row, \(id, n\)=\(1, 1\)\.$/,
    ],
  },
  {
    name: 'triggers of a partition that has no row to change, or for each statement',
    schema: `${BY_N} ${FORBID} create trigger never before update or delete on b1 for each row execute function forbid();
      create trigger once before update or delete on b2 for each statement execute function forbid();
      insert into b values (1, 1, 1, 'x'), (2, 2, 2, 'x')`,
    left: ['(1,1,1,x)', '(2,2,1,x)'],
  },
  {
    name: 'a foreign key of one partition to another table',
    schema: `${BY_N} create table c (id int primary key); insert into c values (2), (3), (4);
      alter table b1 add constraint to_c foreign key (p) references c;
      insert into b values (1, 1, 2, 'x'), (2, 2, 2, 'x'), (3, 1, 4, 'x')`,
    says: [/^Re-pointing b\.p would break the foreign key to_c of b1 in 1 row of b, \(id, n\)=\(1, 1\)\.$/],
    left: ['(2,2,1,x)', '(3,1,3,x)'],
  },
  {
    name: 'what the partition asks to which a row is moved',
    schema: `${BY_P} alter table b1 add constraint noted check (note <> 'z'); alter table b1 alter note set not null;
      create unique index one_n on b1 (n);
      insert into b values (1, 1, 1, 'x'), (2, 2, 2, 'y'), (3, 3, 2, null), (4, 4, 2, 'z'), (5, 1, 2, 'x'), (6, 6, 4, 'z')`,
    says: [
      /CHECK constraint noted of b1 in 1 row of b, \(id, p\)=\(4, 2\)/,
      /NOT NULL constraint of b1\.note in 1 row of b, \(id, p\)=\(3, 2\)/,
      /unique index one_n of b1 in 1 row of b, \(id, p\)=\(5, 2\)/,
    ],
    left: ['(1,1,1,x)', '(2,2,1,y)', '(6,6,3,z)'],
  },
  {
    name: 'no partition for the new values',
    schema: `${COPIES}
      create table b (id int, p int, primary key (id, p)) partition by list (p);
      create table b2 partition of b for values in (2, 4, 3);
      insert into b values (1, 2), (2, 4)`,
    rule: { references: [{ table: 'b', column: 'p', kind: 'soft' }] },
    says: [
      /^Re-pointing b\.p would leave 1 row of b, \(id, p\)=\(1, 2\), without a partition of b for its new values\.$/,
    ],
    left: ['(2,3)'],
  },
  {
    name: 'a partition that refers by itself, and would not keep the row',
    schema: `${COPIES}
      create table b (id int, p int, primary key (id, p)) partition by list (p);
      create table b1 partition of b for values in (1, 3);
      create table b2 partition of b for values in (2, 4);
      alter table b2 add foreign key (p) references a;
      insert into b values (1, 2), (2, 1)`,
    says: [
      /^Re-pointing b2\.p would leave 1 row of b2, \(id, p\)=\(1, 2\), without a partition of b2 for its new values\.$/,
    ],
  },
  {
    name: 'triggers for INSERT and DELETE where rows are moved',
    schema: `${BY_P} ${FORBID} create trigger no_more before insert on b1 for each row when (new.n > 1) execute function forbid();
      create trigger keeps before delete on b4 for each row execute function forbid();
      create trigger after_all after update on b for each row execute function forbid();
      insert into b values (1, 1, 2, 'x'), (4, 4, 4, 'x')`,
    says: [/trigger keeps of b4 .* for 1 row, \(id, p\)=\(4, 4\)\.$/],
  },
  {
    name: 'a trigger for INSERT of the partition to which rows are moved',
    schema: `${BY_P} ${FORBID} insert into b values (1, 1, 2, 'x'), (4, 4, 2, 'x');
      create trigger no_more before insert on b1 for each row when (new.n > 1) execute function forbid()`,
    says: [/trigger no_more of b1 .* for 1 row, \(id, p\)=\(4, 2\)\.$/],
  },
  {
    name: 'a foreign key to the partition that a row would leave',
    schema: `${BY_P} create table c (id int primary key, b_id int, p int, constraint to_b2 foreign key (b_id, p) references b2 on delete cascade);
      insert into b values (1, 1, 2, 'x'), (2, 1, 4, 'x')`,
    says: [
      /^Re-pointing b\.p would take 1 row of b, \(id, p\)=\(1, 2\), out of the partition b2, to which the foreign key to_b2 refers\.$/,
    ],
  },
];

describe('what a single partition of a child asks', () => {
  test.each(takeTurns(CASES))(
    'is known while planning: $name ($strategy)',
    async ({ schema, rule, says, left, strategy }) => {
      const { sql } = db;
      await sql.unsafe(schema);
      const before = await readImages(sql);
      const plain = await makeRule(db, { table: 'a', key: ['k'], ...rule }, { strategy });
      const look = await migrate(plain.context, { dryRun: true, allowOutOfOrder: false });
      expect(look.findings.map(({ message }) => message)).toEqual(
        (says ?? []).map((each) => expect.stringMatching(each)),
      );
      if (says) {
        expect((await plain.migrate()).verdict).toBe('findings');
        expect(await readImages(sql)).toEqual(before);
      }
      if (!left) return;
      const references = [
        {
          table: 'b',
          column: 'p',
          kind: rule ? ('soft' as const) : ('foreign-key' as const),
          onCollision: 'remove' as const,
        },
      ];
      const project = says ? await makeRule(db, { table: 'a', key: ['k'], ...rule, references }, { strategy }) : plain;
      expectOk(await project.migrate());
      expect(await column(sql, 'select b::text from b order by id')).toEqual(left);
      await expectExactUndo(sql, project, before);
    },
  );
});

const OWN: readonly PartitionCase[] = [
  {
    name: 'a CHECK, with a merged value',
    schema: `alter table a1 add constraint small check (v < 9); insert into a values (1, 1, 'k', 1), (2, 2, 'k', 10), (3, 2, 'l', 1), (4, 2, 'l', 10)`,
    rule: { merge: { v: 'max' } },
    says: [/^Merging would break the CHECK constraint small of a1 in 1 row of a, \(id, n\)=\(1, 1\)\.$/],
  },
  {
    name: 'a unique index, with a merged value',
    schema: `create unique index lone on a1 (v); insert into a values (1, 1, 'k', 1), (2, 2, 'k', 10), (3, 1, 'l', 10), (4, 2, 'm', 10)`,
    rule: { merge: { v: 'max' } },
    says: [/^Merging would break the unique index lone of a1 in 1 row of a, \(id, n\)=\(1, 1\)\.$/],
  },
  {
    name: 'a foreign key of the table, and one of a partition, with a merged value',
    schema: `create table c (id int primary key); insert into c values (1); alter table a1 add constraint to_c foreign key (v) references c;
      insert into a values (1, 1, 'k', 1), (2, 2, 'k', 10), (3, 2, 'l', 1), (4, 2, 'l', 10)`,
    rule: { merge: { v: 'max' } },
    says: [/^Merging would break the foreign key to_c of a1 in 1 row of a, \(id, n\)=\(1, 1\)\.$/],
  },
  {
    name: 'the partition to which a merged row is moved',
    schema: `alter table a drop constraint a_pkey; alter table a2 alter v set not null; insert into a values (1, 1, 'k', null), (2, 2, 'k', 10), (3, 1, 'l', 1), (4, 2, 'l', 10)`,
    rule: { merge: { n: 'max' } },
    says: [/^Merging would break the NOT NULL constraint of a2\.v in 1 row of a, \(ctid\)=\(\(0,1\)\)\.$/],
  },
  {
    name: 'the partition to which a marked row is moved',
    schema: `create unique index lone on a2 (v); insert into a values (1, 1, 'k', 1), (2, 1, 'k', 10), (3, 2, 'l', 10)`,
    rule: { losers: { set: { n: 2, k: { expression: 'null' } } } },
    says: [
      /^What losers: \{ set \} gives would break the unique index lone of a2 in 1 row of a, \(id, n\)=\(2, 1\)\.$/,
    ],
  },
  {
    name: 'no partition for a marked row',
    schema: `insert into a values (1, 1, 'k', 1), (2, 1, 'k', 10)`,
    rule: { losers: { set: { n: 7, k: { expression: 'null' } } } },
    says: [
      /^Marking losers would leave 1 row of a, \(id, n\)=\(2, 1\), without a partition of a for its new values\.$/,
    ],
  },
  {
    name: 'a trigger for DELETE of one partition',
    schema: `${FORBID} create trigger never before delete on a1 for each row execute function forbid();
      insert into a values (1, 1, 'k', 1), (2, 1, 'k', 10), (3, 1, 'l', 1), (4, 2, 'l', 10)`,
    says: [/^Removing losers would be stopped: trigger never of a1 .* for 1 row, \(id, n\)=\(2, 1\)\.$/],
  },
  {
    name: 'what minds no row that changes',
    schema: `alter table a2 add check (v < 9 or k = 'l'); create unique index on a2 (v);
      create table c (id int primary key); insert into c values (1), (10); alter table a1 add foreign key (v) references c;
      insert into a values (1, 1, 'k', 1), (2, 1, 'k', 10), (3, 2, 'l', 10), (4, 1, 'l', 1)`,
    rule: { merge: { v: 'max' } },
    left: ['(1,1,k,10)', '(3,2,l,10)'],
  },
];

describe('what a single partition of the table itself asks', () => {
  test.each(takeTurns(OWN))(
    'is known while planning: $name ($strategy)',
    async ({ schema, rule, says, left, strategy }) => {
      const { sql } = db;
      await sql.unsafe(`
      create table a (id int, n int, k text, v int, primary key (id, n)) partition by list (n);
      create table a1 partition of a for values in (1);
      create table a2 partition of a for values in (2); ${schema}`);
      const before = await readImages(sql);
      const project = await makeProjectOf(db, [], { settings: { strategy } });
      const options = {
        rule: uniqueKey({ table: 'a', key: ['k'], limit: { share: 1 }, ...rule }),
        yes: true,
        samples: 0,
      };
      const look = await dedupe(project.context, { ...options, dryRun: true });
      const found = look.findings.filter(({ code }) => code === 'MSGDB_REFUSED');
      expect(found.map(({ message }) => message)).toEqual((says ?? []).map((each) => expect.stringMatching(each)));
      if (says) {
        expect((await dedupe(project.context, { ...options, dryRun: false })).summary).toMatch('nothing was changed');
        expect(await readImages(sql)).toEqual(before);
      } else {
        await dedupe(project.context, { ...options, dryRun: false });
        expect(await column(sql, 'select a::text from a order by id')).toEqual(left);
      }
    },
  );
});
