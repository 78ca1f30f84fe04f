import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';

/** Bytes of a row: 60, 160, or 160 and a text of 2 kB that is stored out of line (TOAST). */
export type Width = 'narrow' | 'usual' | 'wide';

/** A table to try: how many per cent of its rows are losers, what the key is, and whether an index leads on it. */
export interface Shape {
  readonly losers: number;
  readonly key: 'text' | 'composite';
  readonly indexed: boolean;
  readonly width: Width;
  /** Losers of few per cent: after all other rows, as a re-import puts them, or in nearly every page, as retries do. */
  readonly copies: 'at the end' | 'everywhere';
}

export const SHAPES: readonly Omit<Shape, 'width' | 'copies'>[] = [0, 1, 80].flatMap((losers) =>
  (['text', 'composite'] as const).flatMap((key) => [false, true].map((indexed) => ({ losers, key, indexed }))),
);

/** The columns of a shape's key. */
export function keyOf({ key }: Pick<Shape, 'key'>): readonly string[] {
  return key === 'text' ? ['message_id'] : ['tenant', 'message_id'];
}

/** A shape in a few words. */
export function describeShape({ losers, key, indexed, width, copies }: Shape): string {
  const words = [`${losers} % losers`, `${key} key`, `${width} rows`];
  if (indexed) words.push('indexed');
  if (copies === 'everywhere') words.push('copies everywhere');
  return words.join(', ');
}

/** Makes the table `message`, copies far from each other. */
export async function makeMessages(session: Session, shape: Shape, rows: number): Promise<void> {
  const number = originalOf(shape, rows);
  // VACUUM can mark rows as committed only when their commit is in the WAL on disk: else the first reader marks them all.
  await session.query(statement('set synchronous_commit to on'));
  const wide = shape.width === 'wide';
  for (const text of wide ? LONG_TEXTS : []) await session.query(statement(text));
  const columns = {
    narrow: `left(md5(number::text), 16) as message_id`,
    usual: `'wamid.HBgMOTE3NzU' || md5(number::text) as message_id, repeat('x', 60) as body, ${CREATED}`,
    wide: `'wamid.HBgMOTE3NzU' || md5(number::text) as message_id, long as body, ${CREATED}`,
  };
  await session.query(
    statement(`
      create table message as
      select g::bigint as id, (number % 50)::integer as tenant, ${columns[shape.width]}
        from generate_series(1, ${rows}) g ${wide ? 'join long_texts on n = g % 100' : ''}
             cross join lateral (select ${number} as number) numbered`),
  );
  await session.query(statement('alter table message add primary key (id)'));
  if (shape.indexed) await session.query(statement(`create index on message (${keyOf(shape).join(', ')})`));
  await session.query(statement('vacuum analyze message'));
}

const CREATED = `timestamptz '2026-01-01' + g * interval '1 second' as created_at`;

/** Random, so that they cannot be compressed; a few, so that a table is made quickly. */
const LONG_TEXTS = [
  'create temporary table long_texts (n int, long text)',
  'alter table long_texts alter long set storage plain',
  `insert into long_texts
   select n, string_agg(translate(encode(sha512(format('%s %s', n, part)::bytea), 'base64'), e'\\n', ''), '')
     from generate_series(0, 99) n, generate_series(1, 24) part group by n`,
  'analyze long_texts',
];

function originalOf({ losers, copies }: Shape, rows: number): string {
  if (copies === 'everywhere' && losers > 0 && losers <= 50) {
    // One row in so many has the number of a row somewhere, each of another one: 7919 is a prime.
    const everySo = Math.round(100 / losers);
    const somewhere = `1 + ${everySo} * (g::bigint / ${everySo} * 7919 % ${Math.floor(rows / everySo)})`;
    return `case when g % ${everySo} = 0 then ${somewhere} else g end`;
  }
  return `((g - 1) % ${Math.round(rows * (1 - losers / 100))})`;
}
