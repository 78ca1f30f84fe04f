import type { ScriptStatement, ScriptWay } from '../../model/operations/sql-operation.ts';
import type { LockLevel, Step } from '../../model/plan.ts';

/** SQL of the user's own, and how it is run. */
export interface Script {
  readonly title: string;
  readonly script: string;
  readonly statements: readonly ScriptStatement[] | undefined;
  readonly way: ScriptWay;
  /** The .sql file that it stands in. */
  readonly file: string | undefined;
}

/** The step that runs a script. The title says how, and names the first statement that cannot run in a transaction. */
export function sqlStep({ title, script, statements, way, file }: Script): Extract<Step, { kind: 'sql' }> {
  return {
    kind: 'sql',
    title: `${title}${describeWay(way, statements)}`,
    lock: lockOf(statements),
    script,
    statements,
    transaction: way.transaction,
    limits: { timeout: way.timeout, lockTimeout: way.lockTimeout },
    details: [...listAlone(statements), ...describeLimits(way)],
    file,
  };
}

function describeWay({ transaction }: ScriptWay, statements: readonly ScriptStatement[] | undefined): string {
  const alone = statements?.find(({ transactional }) => !transactional);
  if (!transaction) return ', each statement by itself';
  return alone
    ? `, each statement by itself: the one on line ${alone.line} cannot run in a transaction`
    : ' in one transaction';
}

/** Any statement may take any lock; these are known to let the application go on. */
function lockOf(statements: readonly ScriptStatement[] = []): LockLevel {
  const light =
    /^(?:(?:create\s+(?:unique\s+)?index|drop\s+index)\s+concurrently\s|reindex\b.*\bconcurrently\b|vacuum\b(?!.*\bfull\b)|analyze\b)/is;
  const goesOn = statements.length > 0 && statements.every(({ text }) => light.test(text));
  return goesOn ? 'share update exclusive' : 'access exclusive';
}

function describeLimits({ timeout, lockTimeout }: ScriptWay): readonly string[] {
  return [
    ...(timeout === undefined ? [] : [`each statement may take ${timeout} (statement_timeout)`]),
    ...(lockTimeout === undefined ? [] : [`each waits ${lockTimeout} for a lock (lock_timeout)`]),
  ];
}

/** Where one statement is alone in this, the title has named it. */
function listAlone(statements: readonly ScriptStatement[] = []): readonly string[] {
  const alone = statements.filter(({ transactional }) => !transactional);
  if (alone.length < 2) return [];
  return alone.slice(0, MOST_LISTED).map(({ line, text }) => {
    const [first = ''] = text.split('\n');
    return `line ${line}, outside a transaction: ${first.length > LONGEST_LISTED ? `${first.slice(0, LONGEST_LISTED)}…` : first}`;
  });
}

const MOST_LISTED = 20;
const LONGEST_LISTED = 60;
