import type { TableName } from '../../model/facts.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { RUN_LOCK } from '../lock-class.ts';
import { quoteLiteral, quoteTable } from '../quote.ts';
import type { Repair } from './repair.ts';

/** What the block sets for itself: a runner may have more to do in the same transaction. */
const SETTINGS = [
  'search_path',
  'lock_timeout',
  'client_min_messages',
  'enable_indexscan',
  'enable_indexonlyscan',
  'enable_bitmapscan',
  'parallel_tuple_cost',
] as const;

export const DECLARED_SETTINGS = `settings constant jsonb := (
    select jsonb_object_agg(each, current_setting(each)) from unnest(array[${SETTINGS.map(quoteLiteral).join(', ')}]) each)`;

/** Settings of the block's own, and the lock on the table; another run's work is not stepped into. */
export function openBlock(
  { searchPath, lockTimeoutMs, lockRetries }: Repair,
  table: TableName,
  mode: 'share row exclusive' | 'access exclusive',
): readonly string[] {
  const [classId, objectId] = RUN_LOCK;
  return [
    '-- Under another isolation level, rows that come between the snapshot and the lock would not be seen.',
    `if current_setting('transaction_isolation') <> 'read committed' then`,
    `  raise exception using message = 'msgdb: this has to run under the isolation level read committed.',`,
    `    hint = 'set default_transaction_isolation = ''read committed'', for the role or the connection of the migrations.';`,
    'end if;',
    `perform set_config('client_min_messages', 'warning', true);`,
    `perform set_config('search_path', ${quoteLiteral(searchPath)}, true);`,
    '-- Writers queue behind a lock that is waited for: it is asked for briefly, and again. Another run is not stepped into.',
    `perform set_config('lock_timeout', '${lockTimeoutMs}ms', true);`,
    `for attempt in 0..${lockRetries} loop`,
    '  begin',
    `    if not pg_try_advisory_xact_lock(${classId}, ${objectId}) then`,
    `      raise exception using errcode = 'lock_not_available',`,
    `        message = 'Another msgdb run is working on this database.', hint = 'Run the migration again when it is done.';`,
    '    end if;',
    `    lock table ${quoteTable(table)} in ${mode} mode;`,
    '    exit;',
    '  exception when lock_not_available then',
    `    if attempt = ${lockRetries} then raise; end if;`,
    '    perform pg_sleep(least(0.2 * 2 ^ attempt, 5));',
    '  end;',
    'end loop;',
  ];
}

export const CLOSE_BLOCK = 'perform set_config(key, value, true) from jsonb_each_text(settings);';

/** Where expressions find what they name, as it is now. */
export function readSearchPath(): Statement {
  return statement(`select current_setting('search_path') as search_path`);
}
