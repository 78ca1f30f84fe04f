import fc from 'fast-check';

/** A database, and a script that is pending on it: a statement a line. */
export interface PendingCase {
  readonly schema: string;
  readonly script: readonly string[];
}

const TABLES = ['t', 'u', 'v'];
const COLUMNS = ['id', 'a', 'b', 'c', 'ref'];
const number = fc.integer({ min: 0, max: 3 });
/** Mostly what is there, now and then what is not. */
const table = fc.constantFrom(...TABLES, 't', 'u', 'w');
const column = fc.constantFrom(...COLUMNS, 'a', 'b', 'n', 'nothing');
const text = fc.constantFrom("'x'", "'X'", "'yy'", "'7'", "''", 'null');
const mood = fc.constantFrom("'sad'", "'glad'", 'null');
const cascade = fc.constantFrom('', '', ' cascade');
const ifExists = fc.constantFrom('', '', ' if exists');
const type = fc.constantFrom('text', 'integer', 'bigint', 'varchar(1)', 'mood', 'numeric(2, 1)');

const rows = fc.array(
  fc.tuple(number, fc.option(number, { nil: 'null' }), text, mood, fc.option(number, { nil: 'null' })),
  {
    maxLength: 4,
  },
);

const tables = fc.tuple(
  ...TABLES.map((name) => fc.tuple(fc.boolean(), rows).map(([keyed, each]) => makeTable(name, keyed, each))),
);

function makeTable(name: string, keyed: boolean, each: readonly (readonly unknown[])[]): string {
  const seen = new Set<unknown>();
  const kept = each.filter(([id]) => !(keyed && seen.has(id)) && seen.add(id));
  const values = kept.map((row) => `insert into ${name} values (${row.join(', ')});`).join('\n');
  return `create table ${name} (id integer${keyed ? ' primary key' : ' not null'}, a integer, b text default 'x', c mood, ref integer);\n${values}`;
}

const beside = fc.subarray([
  'create view seen as select id, b from t;',
  'create view both_seen as select t.a, u.c from t join u using (id);',
  'create index t_a on t (a);',
  'create index v_id on v (id, a);',
  'alter table u add constraint u_check check (a < 9);',
  'create table p (id integer, day integer) partition by range (day); create table p1 partition of p for values from (0) to (9); create table rest partition of p default; insert into p values (1, 3), (2, 12), (3, null); create table loose (id integer, day integer); insert into loose values (1, 20), (2, 21);',
  'create function touch() returns trigger language plpgsql as $$ begin new.a := 1; return new; end $$; create trigger touch before update on v for each row execute function touch();',
]);

const bound = fc.constantFrom('5', '9', '12', '13', '20', '22', 'minvalue', 'maxvalue');

function constantOr(constant: string, other: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(fc.constant(constant), other);
}

/** Text with holes, filled one after the other. */
function filled(template: string, ...holes: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<string> {
  return fc.tuple(...holes).map((values) => {
    let place = 0;
    return template.replaceAll('%', () => String(values[place++]));
  });
}

const statement = fc.oneof(
  filled('create unique index % on % (%)', fc.constantFrom('i', 'i2', 't_a'), table, column),
  filled('create unique index i3 on % (%, %) where a > %', table, column, column, number),
  filled('create index if not exists t_a on % (%)', table, column),
  filled('alter table % add constraint k unique (%)', table, column),
  filled('alter table % add primary key (%)', table, column),
  filled('alter table % add constraint f foreign key (%) references % (id)', table, column, table),
  filled('alter table % add check (a > %)', table, number),
  filled('alter table % alter % set not null', table, column),
  filled('alter table % alter % type %', table, column, type),
  filled('alter table % alter b type % using b::%', table, fc.constant('integer'), fc.constant('integer')),
  filled(
    'alter table % add column n % %',
    table,
    type,
    fc.constantFrom('', 'not null', 'unique', 'default null unique'),
  ),
  filled('alter table % drop column% %%', table, ifExists, column, cascade),
  filled(
    'alter table % drop constraint% %%',
    table,
    ifExists,
    fc.constantFrom('t_pkey', 'u_pkey', 'u_check', 'k', 'f'),
    cascade,
  ),
  filled('alter table % rename to %', table, fc.constantFrom('w', 'u')),
  filled('alter table % rename % to %', table, column, fc.constantFrom('n', 'a')),
  filled('drop table% %%', ifExists, table, cascade),
  filled('drop view% %%', ifExists, fc.constantFrom('seen', 'both_seen'), cascade),
  filled('drop index% %', ifExists, fc.constantFrom('t_a', 'v_id', 'i', 't_pkey')),
  filled('drop type% mood%', ifExists, cascade),
  filled('create table % (id integer primary key, ref integer references %)', fc.constantFrom('w', 't'), table),
  filled('create view % as select id, a from %', fc.constantFrom('seen', 'more'), table),
  filled("create type % as enum ('one')", fc.constantFrom('mood', 'tone')),
  filled("alter type mood add value% '%'", fc.constantFrom('', ' if not exists'), fc.constantFrom('sad', 'new')),
  filled('insert into % (id, b) values (%, %), (%, %)', table, number, text, number, text),
  filled('insert into % values (%, %, %)', table, number, number, text),
  filled('insert into % (id, c) values (8, %)', table, fc.constantFrom("'sad'", "'other'")),
  filled('delete from % where a = %', table, number),
  filled('update % set a = a + 1', table),
  filled('update % set b = lower(b)', table),
  filled(
    'insert into % (id, a, ref) values (%, %, %)',
    table,
    number,
    constantOr('null', number),
    constantOr('null', number),
  ),
  filled('insert into w (id) values (%), (%)', number, number),
  filled('alter table % alter % drop not null', table, column),
  filled('alter table % alter % set default %', table, column, constantOr('null', number)),
  filled('create table part partition of p for values from (%) to (%)', bound, bound),
  filled('create table part% partition of p default', fc.constantFrom('', '2')),
  filled(
    'alter table p attach partition % for values from (%) to (%)',
    fc.constantFrom('loose', 'p1', 't'),
    bound,
    bound,
  ),
  filled('alter table p attach partition loose default'),
  filled('alter table p detach partition %', fc.constantFrom('p1', 'rest', 'loose')),
  filled('drop table%', fc.constantFrom(' p1', ' rest')),
  filled('insert into p values (1, %)', fc.constantFrom('5', '12', '20', 'null')),
  filled('truncate %', table),
  filled(
    'create trigger touch before insert on % for each row execute function %()',
    table,
    fc.constantFrom('touch', 'nothing'),
  ),
);

export const pendingArbitrary: fc.Arbitrary<PendingCase> = fc
  .tuple(tables, beside, fc.array(statement, { minLength: 1, maxLength: 5 }))
  .map(([made, others, script]) => ({
    schema: ["create type mood as enum ('sad', 'glad');", ...made, ...others].join('\n'),
    script,
  }));
