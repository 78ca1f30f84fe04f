import { MsgdbError } from '../../../model/errors.ts';
import { nearest } from '../../../model/nearest.ts';
import { ALEMBIC } from './alembic-writer.ts';
import { KNEX, NODE_PG_MIGRATE, RAILS } from './code-writers.ts';
import { DRIZZLE } from './drizzle-writer.ts';
import { DBMATE, FLYWAY, GOLANG_MIGRATE, PRISMA, SQL, SUPABASE } from './sql-writers.ts';
import type { Writer } from './writer.ts';

/** In the order in which they are named to people. */
export const WRITERS: readonly Writer[] = [
  PRISMA,
  DRIZZLE,
  SUPABASE,
  FLYWAY,
  GOLANG_MIGRATE,
  DBMATE,
  NODE_PG_MIGRATE,
  KNEX,
  RAILS,
  ALEMBIC,
  SQL,
];

/** @throws MsgdbError MSGDB_USAGE for a runner that is not known. */
export function findWriter(name: string): Writer {
  const writer = WRITERS.find((each) => each.name === name);
  if (writer) return writer;
  const names = WRITERS.map((each) => each.name);
  const meant = nearest(name, names);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--emit ${name} is not a runner that is known.`,
    why: `It is one of ${names.join(', ')}.`,
    fix:
      meant === undefined
        ? 'For another runner, write the SQL: --emit sql --dir FOLDER.'
        : `Did you mean --emit ${meant}?`,
  });
}
