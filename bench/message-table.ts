import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';

/** A table to try: how many per cent of its rows are losers, what the key is, and whether an index leads on it. */
export interface Shape {
  readonly losers: number;
  readonly key: 'text' | 'composite';
  readonly indexed: boolean;
}

export const SHAPES: readonly Shape[] = [0, 1, 80].flatMap((losers) =>
  (['text', 'composite'] as const).flatMap((key) => [false, true].map((indexed) => ({ losers, key, indexed }))),
);

/** The columns of a shape's key. */
export function keyOf({ key }: Shape): readonly string[] {
  return key === 'text' ? ['message_id'] : ['tenant', 'message_id'];
}

/** Makes the table `message`: 160 bytes a row, copies far from each other, as retries and re-imports put them. */
export async function makeMessages(session: Session, shape: Shape, rows: number): Promise<void> {
  const originals = Math.round(rows * (1 - shape.losers / 100));
  const number = `((g - 1) % ${originals})`;
  await session.query(
    statement(`
      create table message as
      select g::bigint as id, (${number} % 50)::integer as tenant,
             'wamid.HBgMOTE3NzU' || md5(${number}::text) as message_id,
             repeat('x', 60) as body, timestamptz '2026-01-01' + g * interval '1 second' as created_at
        from generate_series(1, ${rows}) g`),
  );
  await session.query(statement('alter table message add primary key (id)'));
  if (shape.indexed) await session.query(statement(`create index on message (${keyOf(shape).join(', ')})`));
  await session.query(statement('vacuum analyze message'));
}
