import { Caller } from './caller.ts';
import type { Msgdb } from './msgdb.ts';
import type { MsgdbOptions } from './options.ts';

/**
 * A database to work on. Nothing is connected to, or read, before the first call; wrong options are its error.
 *
 * ```ts
 * await using db = createMsgdb({ url: 'postgresql://app@db.example.com/shop', migrationsDir: '/srv/shop/migrations' });
 * const report = await db.verify();
 * ```
 */
export function createMsgdb(options: MsgdbOptions = {}): Msgdb {
  const caller = new Caller({ ...options });
  const close = async (): Promise<void> => caller.close();
  const msgdb: Msgdb = {
    migrate: (own) => caller.call('migrate', { options: own }),
    rollback: (own) => caller.call('rollback', { options: own }),
    verify: (own) => caller.call('verify', { options: own }),
    findDuplicates: (own) => caller.call('findDuplicates', { options: own }),
    dedupe: (own) => caller.call('dedupe', { options: own }),
    checkUpserts: (own) => caller.call('checkUpserts', { options: own }),
    preflight: (own) => caller.call('preflight', { options: own }),
    dropFences: (own) => caller.call('dropFences', { options: own }),
    apply: (operations, own) => caller.call('apply', { options: own, operations: operations ?? [] }),
    revert: (operations, own) => caller.call('revert', { options: own, operations: operations ?? [] }),
    on: (_, listener) => {
      caller.listeners.add(listener);
      return msgdb;
    },
    off: (_, listener) => {
      caller.listeners.delete(listener);
      return msgdb;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return msgdb;
}
