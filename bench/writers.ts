import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { type Server, socketOf } from './database.ts';

/** What the application did meanwhile, as its own clocks saw it. */
export interface Load {
  readonly statements: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** By SQLSTATE. */
  readonly errors: Readonly<Record<string, number>>;
  /** Rows with keys of their own whose insert was acknowledged. */
  readonly acknowledged: readonly number[];
}

export interface LoadOptions {
  readonly server: Server;
  readonly database: string;
  readonly rows: number;
  /** First id of the rows that are inserted. */
  readonly firstId: number;
  readonly stop: AbortSignal;
}

const WRITERS = 4;
const PER_SECOND = 60;

/**
 * Four connections at a steady rate: half inserts, of which a tenth are copies (of old keys and of new ones, all the
 * time), half updates of survivors and losers.
 */
export async function runLoad(options: LoadOptions): Promise<Load> {
  const latencies: number[] = [];
  const acknowledged: number[] = [];
  const errors: Record<string, number> = {};
  await Promise.all(Array.from({ length: WRITERS }, (_, place) => write(place)));
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
  return { statements: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), errors, acknowledged };

  async function write(place: number): Promise<void> {
    const sql = postgres(socketOf(options.server, options.database));
    const began = performance.now();
    for (let turn = 0; !options.stop.aborted; turn += 1) {
      await sleep(began + (turn * 1000) / PER_SECOND - performance.now());
      const id = options.firstId + turn * WRITERS + place;
      const copy =
        turn % 20 === 0 ? `old ${(id * 7919) % options.rows}` : turn % 20 === 10 ? `new ${id - 40 * WRITERS}` : '';
      const sent = performance.now();
      try {
        if (turn % 2 === 0) {
          await sql`insert into message values (${id}, ${copy || `new ${id}`}, 'body', 0)`;
          if (!copy) acknowledged.push(id);
        } else {
          await sql`update message set seen = seen + 1 where id = ${1 + ((id * 104_729) % options.rows)}`;
        }
      } catch (error) {
        const { code = 'unknown' } = error as { code?: string };
        errors[code] = (errors[code] ?? 0) + 1;
      }
      latencies.push(performance.now() - sent);
    }
    await sql.end();
  }
}
