import { basename } from 'node:path';
import type { Foreseen } from '../../../engine/migrations/foresee-copies.ts';
import { splitScript } from '../../../engine/run/split-script.ts';
import { showRule } from '../../../inspect/pending/written-rule.ts';
import { MsgdbError } from '../../../model/errors.ts';
import type { MigrationFile } from '../../../model/migration.ts';
import type { ScriptStatement, SqlOperation } from '../../../model/operations/sql-operation.ts';
import { quoteName, quoteTable } from '../../../sql/quote.ts';
import { type CutPiece, cutScript, type Piece, type SqlPiece } from './cut-script.ts';
import { migrationText, type WrittenOperation } from './migration-text.ts';
import { shareUndo } from './share-undo.ts';

/** What a file of SQL becomes. */
export interface RewrittenScript {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Why it cannot be. */
export interface NotRewritten {
  readonly obstacle: string;
  readonly fix: string;
}

/** Writes a migration in SQL anew, with a rule in place of each statement that copies stand in the way of. */
export async function rewriteScript(
  file: MigrationFile,
  foreseen: readonly Foreseen[],
  content: string,
): Promise<RewrittenScript | NotRewritten> {
  const [operation] = file.migration.up;
  if (operation?.kind !== 'sql' || operation.files === undefined || operation.statements === undefined) {
    return {
      obstacle: 'it is a file of code',
      fix: 'Write the rule that the refusal of `msgdb migrate` shows in place of the statement.',
    };
  }
  const obstacle = obstacleIn(operation, foreseen, content);
  if (obstacle) return obstacle;
  const found = new Map(foreseen.map((each) => [each.statement, each]));
  const pieces = cutScript(content, operation.statements.up, (statement) => found.get(statement));
  const unsafe = obstacleBetween(pieces);
  if (unsafe) return unsafe;
  const undo = undoOf(operation, foreseen, pieces);
  if (undo.obstacle !== undefined) {
    return { obstacle: undo.obstacle, fix: 'Take the undo apart by hand, or move it into a migration of its own.' };
  }
  const operations: WrittenOperation[] = [];
  for (const [place, piece] of pieces.entries()) {
    if (piece.kind === 'cut') {
      operations.push(...rulesOf(piece));
      continue;
    }
    const up = `${settingsBefore(pieces, place)}${piece.text}`;
    await assertKept(piece, up);
    operations.push({ kind: 'sql', up, down: undo.down });
  }
  const from = basename(file.path);
  const summary = file.migration.summary || file.name;
  return { text: migrationText({ summary, from, way: operation, operations }), notes: notesOn(operation, pieces) };
}

function obstacleIn(operation: SqlOperation, foreseen: readonly Foreseen[], content: string): NotRewritten | undefined {
  if (operation.up !== content) {
    return {
      obstacle: 'its up and its down part are in one file, in the way of another tool',
      fix: 'Move the down part into a file of the same name that ends with .down.sql, and take the markers out.',
    };
  }
  for (const { rule, alone, statement, refusal } of foreseen) {
    const line = refusal.data?.line;
    if (rule === undefined) {
      return { obstacle: `no rule makes the same index as the statement on line ${line}`, fix: refusal.fix };
    }
    if (statement === undefined || !alone) {
      return {
        obstacle: `the statement on line ${line} does something else too`,
        fix: 'Write what makes it unique as a statement of its own, and run the command again.',
      };
    }
  }
  const own = operation.statements?.down.length ?? 0;
  const { downWay = operation } = operation;
  const differs = (['transaction', 'timeout', 'lockTimeout'] as const).some(
    (name) => downWay[name] !== operation[name],
  );
  if (own === 0 || !differs) return undefined;
  return {
    obstacle: 'its undo has another header, and sql({ up, down }) has one for both',
    fix: 'Give both the same header, and run the command again.',
  };
}

/** What lasts as long as its session, which each part has for itself. */
const OF_SESSION: readonly (readonly [RegExp, string])[] = [
  [/^set\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)\b/i, 'sets a role'],
  [/\bset_config\s*\(/i, 'sets something by set_config'],
  [/^create\s+(?:local\s+|global\s+)?temp(?:orary)?\s/i, 'makes a temporary table'],
  [/^(?:prepare|declare|listen)\s/i, 'makes something that ends with its session'],
  [/^set\s+(?:constraints|transaction)\b/i, 'sets something for its transaction'],
];

function obstacleBetween(pieces: readonly Piece<Foreseen>[]): NotRewritten | undefined {
  for (const piece of pieces.slice(0, -1)) {
    if (piece.kind === 'cut') continue;
    for (const { text, line } of piece.statements) {
      const reason = OF_SESSION.find(([pattern]) => pattern.test(text));
      if (!reason) continue;
      return {
        obstacle: `line ${line} ${reason[1]}, and the rule and what follows it are run in other sessions`,
        fix: 'Write that statement, and what depends on it, into a migration of its own.',
      };
    }
  }
  return undefined;
}

function undoOf(operation: SqlOperation, foreseen: readonly Foreseen[], pieces: readonly Piece<Foreseen>[]) {
  const { down: script, statements } = operation;
  if (script === undefined || statements === undefined) return { down: undefined };
  const indexes = foreseen.flatMap(({ rule }) => rule?.index ?? []);
  const sqlParts = pieces.filter(({ kind }) => kind === 'sql').length;
  return shareUndo({ script, statements: statements.down }, indexes, sqlParts);
}

function rulesOf({ text, cuts }: CutPiece<Foreseen>): readonly WrittenOperation[] {
  return cuts.flatMap(({ rule, as, table }, place): readonly WrittenOperation[] => {
    if (rule === undefined) return [];
    const written = { kind: 'rule', code: showRule(rule), comment: place === 0 ? text : '' } as const;
    if (as !== 'primary key' || rule.index === undefined) return [written];
    const [target, name] = [quoteTable(table), quoteName(rule.index)];
    return [
      written,
      {
        kind: 'sql',
        up: `alter table ${target} add constraint ${name} primary key using index ${name};`,
        down: `alter table ${target} drop constraint ${name};`,
      },
    ];
  });
}

/** Each part has a session of its own: what was set before it is set again. */
function settingsBefore(pieces: readonly Piece<Foreseen>[], place: number): string {
  const settings = pieces
    .slice(0, place)
    .flatMap((piece) => (piece.kind === 'sql' ? piece.statements.filter(sets) : []));
  return settings.map(({ text }) => `${text};\n`).join('');
}

function sets({ text }: ScriptStatement): boolean {
  return /^(?:set|reset)\s/i.test(text);
}

/** Nothing of what stays may have been lost or changed. */
async function assertKept({ statements }: SqlPiece, up: string): Promise<void> {
  const kept = (await splitScript(up)).slice(-statements.length);
  if (statements.every(({ text }, place) => kept[place]?.text === text)) return;
  throw new MsgdbError('MSGDB_INTERNAL', { what: `The SQL from line ${statements[0]?.line} on could not be kept.` });
}

function notesOn({ transaction, timeout }: SqlOperation, pieces: readonly Piece<Foreseen>[]): readonly string[] {
  return [
    'Of copies the row with the lowest primary key stays; write `keep` into the rule for another order.',
    ...(transaction && pieces.length > 1
      ? ['The file was one transaction. Its parts are done one after the other now, and each is recorded.']
      : []),
    ...(timeout === undefined ? [] : [`The timeout of ${timeout} holds for the SQL, and not for the rule.`]),
  ];
}
