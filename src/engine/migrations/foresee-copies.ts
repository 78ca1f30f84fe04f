import { hasHistory, readLedger } from '../../catalog/read-ledger.ts';
import { showCommand } from '../../inspect/discover/show-command.ts';
import { type LookedAt, lookAtScripts } from '../../inspect/pending/look-at-scripts.ts';
import { showRule, uniqueOf, writtenRule } from '../../inspect/pending/written-rule.ts';
import type { Demand } from '../../model/demand.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { ScriptStatement, SqlOperation } from '../../model/operations/sql-operation.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { PendingScript, PendingStatement } from '../../model/pending-script.ts';
import { tableLabel } from '../../model/table-label.ts';
import { orderOperations } from '../../plan/plan-operation.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { readStatements } from '../../sql/pending/read-changes.ts';
import { type Pointed, pointAt } from '../../sql/script-file/point-at.ts';

/** A statement of a pending migration's SQL that makes something unique which rows break. */
export interface Foreseen {
  readonly migration: string;
  /** Of the operation in its migration. */
  readonly place: number;
  /** Undefined where the file was parsed otherwise. */
  readonly statement: ScriptStatement | undefined;
  /** What does the same without failing; undefined where no rule does. */
  readonly rule: UniqueKey | undefined;
  readonly as: 'index' | 'constraint' | 'primary key' | 'adopted';
  readonly table: TableName;
  /** The statement does nothing else. */
  readonly alone: boolean;
  readonly refusal: Finding;
}

export interface Foresight {
  readonly foreseen: readonly Foreseen[];
  /** Migrations of which it cannot be said before what comes earlier has run. */
  readonly open: ReadonlySet<string>;
}

const NOTHING: Foresight = { foreseen: [], open: new Set() };

/** Where no statement has one of these words, nothing is made unique in a table that has rows. */
const MAKES_UNIQUE = /\b(?:unique|primary\s+key|using\s+index)\b/i;

/**
 * Counts, before anything is locked, the copies that unique indexes and constraints in pending SQL would meet. Tables and
 * columns that earlier statements make or rename are followed; what is not looked into leaves it open.
 */
export async function foreseeCopies(workplace: Workplace, files: readonly MigrationFile[]): Promise<Foresight> {
  const may = files.some(({ migration }) => migration.up.some((each) => each.kind === 'sql' && mayMakeUnique(each)));
  if (!may) return NOTHING;
  const scripts: Script[] = [];
  for (const file of files) scripts.push(...(await scriptsOf(workplace, file)));
  const seen = await lookAtScripts(
    workplace,
    scripts.map(({ pending }) => pending),
    { samples: 0, of: isAsked },
  );
  const unresolved = seen.filter(({ looked }) => looked.statement.status === 'unresolved');
  return {
    foreseen: seen.flatMap((each) => foreseenOf(workplace, each, scripts)),
    open: new Set(unresolved.map(({ demand }) => demand.migration)),
  };
}

/** Keys; and statements of which it is not known whether what they name is there. */
function isAsked({ ask, basis }: Demand): boolean {
  return ask.kind === 'unique' || ask.kind === 'adopt' || (ask.kind === 'refused' && basis.kind === 'unresolved');
}

function mayMakeUnique({ statements, up }: SqlOperation): boolean {
  return statements ? statements.up.some(({ text }) => MAKES_UNIQUE.test(text)) : MAKES_UNIQUE.test(up);
}

/** One operation of a migration, as a script to follow. */
interface Script {
  readonly pending: PendingScript;
  readonly place: number;
  /** Undefined for what is no SQL of the user's. */
  readonly operation: SqlOperation | undefined;
  /** What data of a finding name. */
  readonly path: string | undefined;
}

async function scriptsOf(workplace: Workplace, file: MigrationFile): Promise<readonly Script[]> {
  const entries = await readOnly(workplace, async (db) =>
    (await hasHistory(db)) ? readLedger(db, { migration: file.name }) : [],
  );
  const scripts: Script[] = [];
  for (const { operation, place } of orderOperations(file.migration.up)) {
    const common = { migration: file.name, file: `${file.name}#${place}`, applied: false } as const;
    if (operation.kind !== 'sql') {
      // It may remove the very rows, and re-point others.
      const statements = operation.kind === 'expect-index' || operation.kind === 'index' ? [] : [UNREAD];
      scripts.push({ pending: { ...common, transaction: 'none', statements }, place, operation: undefined, path: '' });
      continue;
    }
    const left = (await readUp(operation)).slice(doneOf(entries, place));
    const pending: PendingScript = { ...common, transaction: 'none', statements: left };
    scripts.push({ pending, place, operation, path: operation.files?.up });
  }
  return scripts;
}

/** What is not looked into may change anything. */
const UNREAD: PendingStatement = {
  line: 1,
  text: '',
  changes: [{ kind: 'opaque', what: 'what comes before', names: 'anything', asks: false }],
};

async function readUp({ up }: SqlOperation): Promise<readonly PendingStatement[]> {
  try {
    return await readStatements(up);
  } catch (error) {
    // A statement that only the server knows.
    if (error instanceof MsgdbError && error.code === 'MSGDB_MIGRATION_INVALID') return [UNREAD];
    throw error;
  }
}

/** Statements of a script that an earlier attempt has run. */
function doneOf(entries: readonly LedgerEntry[], place: number): number {
  for (const entry of entries) {
    if (entry.operation !== place) continue;
    if (entry.kind === 'ran-sql') return Number.POSITIVE_INFINITY;
    if (entry.kind === 'begun-sql') return entry.done;
  }
  return 0;
}

function foreseenOf(
  { settings: { schema } }: Workplace,
  { demand, looked }: LookedAt,
  scripts: readonly Script[],
): readonly Foreseen[] {
  const wanted = demand.ask.kind === 'adopt' ? 'MSGDB_INDEX_INVALID' : 'MSGDB_DUPLICATES_FOUND';
  const found = looked.findings.find(({ code }) => code === wanted);
  const script = scripts.find(({ pending }) => pending.file === demand.file);
  if (looked.statement.status !== 'fails' || !found || !script?.operation) return [];
  const { place, operation, path } = script;
  const written = script.pending.statements.find(({ line, text }) => line === demand.line && text === demand.statement);
  const unique = written && uniqueOf(written);
  const statement = operation.statements?.up.find(
    ({ line, text }) => line === demand.line && beginsAlike(text, demand.statement),
  );
  const as = demand.ask.kind === 'unique' ? demand.ask.as : 'adopted';
  const rule = unique && as !== 'adopted' ? writtenRule(demand, unique, schema) : undefined;
  const shown = statement ? pointAtUnique(statement) : { line: demand.line };
  const message = `Line ${shown.line}: ${found.message}`;
  const alone = written !== undefined && doesOneThing(written, statement);
  const writes = path !== undefined && alone && rule !== undefined ? ' `msgdb migrate --rewrite` writes it.' : '';
  const fix = as === 'adopted' ? found.fix : `${fixOf(demand, rule, schema)}${writes}`;
  const refusal = finding(found.code, message, {
    fix,
    table: tableLabel(demand.table),
    migration: demand.migration,
    data: { ...shown, ...(path === undefined ? {} : { file: path }) },
  });
  return [{ migration: demand.migration, place, statement, rule, as, table: demand.table, alone, refusal }];
}

/** Of a block it is not known what else it does. */
function doesOneThing({ changes }: PendingStatement, statement: ScriptStatement | undefined): boolean {
  const own = changes.filter(({ kind }) => kind !== 'object');
  return own.length === 1 && /^(?:create|alter)\b/i.test(statement?.text ?? '');
}

/** With a caret below the word that asks for it. */
function pointAtUnique(statement: ScriptStatement): Pointed {
  const at = Math.max(0, statement.text.search(MAKES_UNIQUE));
  return pointAt(statement.text, Array.from(statement.text.slice(0, at)).length, statement);
}

/** Of several on one line; the second is as it is shown, in one line and shortened. */
function beginsAlike(text: string, shown: string): boolean {
  const plain = (sql: string): string => sql.replaceAll(/\s+/g, '').slice(0, 60);
  return plain(text) === plain(shown) || plain(text.replaceAll(/--.*$|\/\*[\s\S]*?\*\//gm, '')) === plain(shown);
}

function fixOf({ ask, table, basis, index }: Demand, rule: UniqueKey | undefined, defaultSchema: string): string {
  if (ask.kind !== 'unique' || ask.key.length === 0) {
    return 'Give each row a value of its own in a statement before it.';
  }
  const now = 'table' in basis ? basis.table : table;
  const named = { schema: now.schema, table: now.name, key: ask.key };
  const options = { where: ask.where ?? null, nulls: ask.nulls, defaultSchema };
  const shows = `\`${showCommand(named, 'count', options)}\` shows the copies.`;
  if (rule === undefined) {
    return `${shows} \`${showCommand(named, 'dedupe', options)}\` shows what would be removed; without --dry-run it is removed.`;
  }
  const name = index?.name ?? rule.index;
  const then =
    ask.as === 'primary key' && name !== undefined
      ? `, and then sql({ up: 'alter table ${rule.table} add primary key using index ${name}' })`
      : '';
  return `In a migration in TypeScript, write \`${showRule(rule)}\` in place of the statement${then}: it removes the copies, keeps them in the archive, and builds the index while the application goes on. ${shows}`;
}
