import { type Queryable, statement } from '../model/statement.ts';

/** Bytes of write-ahead log that the server has ever written. */
export async function readWalPosition(db: Queryable): Promise<number> {
  const [row] = await db.query(
    statement(`
    select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0') as position`),
  );
  return Number(row?.position);
}
