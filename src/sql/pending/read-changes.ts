import type { CreateStmt, DropStmt, Node, RangeVar, RenameStmt, VariableSetStmt } from 'libpg-query';
import type { Change, PendingStatement, WrittenName } from '../../model/pending.ts';
import { parsePieces } from '../parse-pieces.ts';
import { readAlterTable } from './read-alter-table.ts';
import { opaqueBlock, passingOver, readBlock } from './read-block.ts';
import { nameOf, readConstraint, stringsOf } from './read-constraint.ts';
import { nodesIn } from './read-expression.ts';
import { readIndex } from './read-index.ts';
import { readDelete, readUpdate } from './read-rows.ts';
import { readSource, type Source } from './source.ts';

/**
 * Reads the statements of a script, with what each changes.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of what cannot be parsed.
 */
export async function readStatements(script: string): Promise<readonly PendingStatement[]> {
  const statements: PendingStatement[] = [];
  for await (const { text, line, unread } of parsePieces(script)) {
    if (unread !== undefined) throw unread;
    const source = await readSource(text);
    if (!source) continue;
    const [first] = source.words;
    const before = source.bytes.toString('utf8', 0, first?.start ?? 0);
    const shown = shorten(source.words.map((word) => word.text).length === 0 ? text : textWithoutComments(source));
    const changes = 'DoStmt' in source.tree ? await readDo(text) : readChanges(source);
    statements.push({ line: line + (before.match(/\n/g)?.length ?? 0), text: shown, changes });
  }
  return statements;
}

const LONGEST_SHOWN = 160;

function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN - 1)}…`;
}

/** As it is written, in one line. */
function textWithoutComments({ bytes, words }: Source): string {
  const parts = words.map(({ start, end }, place) => {
    const next = words[place + 1]?.start ?? end;
    return bytes.toString('utf8', start, end) + (next > end ? ' ' : '');
  });
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
}

function readChanges(source: Source): readonly Change[] {
  const { tree } = source;
  if ('IndexStmt' in tree) return [readIndex(source, tree.IndexStmt)];
  if ('AlterTableStmt' in tree) return readAlterTable(source, tree.AlterTableStmt);
  if ('CreateStmt' in tree) return readCreate(source, tree.CreateStmt);
  if ('CreateTableAsStmt' in tree) {
    const { into, if_not_exists, objtype } = tree.CreateTableAsStmt;
    const table = nameOf(into?.rel ?? {});
    if (objtype !== 'OBJECT_TABLE') return [];
    return [{ kind: 'create-table', table, ifNotExists: if_not_exists === true, filled: true, foreignKeys: [] }];
  }
  if ('RenameStmt' in tree) return readRename(tree.RenameStmt);
  if ('AlterObjectSchemaStmt' in tree) {
    const { objectType, relation, newschema = '' } = tree.AlterObjectSchemaStmt;
    return objectType === 'OBJECT_TABLE' && relation
      ? [{ kind: 'move-table', table: nameOf(relation), to: newschema }]
      : [];
  }
  if ('DropStmt' in tree) return readDrop(tree.DropStmt);
  if ('UpdateStmt' in tree) return [...readWritten(tree), readUpdate(source, tree.UpdateStmt)];
  if ('DeleteStmt' in tree) return [...readWritten(tree), readDelete(source, tree.DeleteStmt)];
  if ('TruncateStmt' in tree) {
    const { relations = [], behavior } = tree.TruncateStmt;
    return rangesOf(relations).map((range) => ({
      kind: 'truncate',
      table: nameOf(range),
      cascade: behavior === 'DROP_CASCADE',
    }));
  }
  if ('CopyStmt' in tree && tree.CopyStmt.is_from)
    return [{ kind: 'insert', table: nameOf(tree.CopyStmt.relation ?? {}) }];
  if ('VariableSetStmt' in tree) return readSetting(tree.VariableSetStmt);
  if ('TransactionStmt' in tree) return readTransaction(tree.TransactionStmt.kind ?? '');
  if ('CallStmt' in tree) return [{ kind: 'opaque', what: 'CALL', names: 'anything', asks: false }];
  return readWritten(tree);
}

function readCreate(source: Source, create: CreateStmt): readonly Change[] {
  const table = nameOf(create.relation ?? {});
  // Declared at once they hold: there are no rows yet. A foreign key locks the table that it refers to.
  const foreignKeys = (create.tableElts ?? []).flatMap((node) => {
    const found =
      'Constraint' in node
        ? readConstraint(source, node.Constraint, table.name)
        : 'ColumnDef' in node
          ? (node.ColumnDef.constraints ?? []).flatMap((each) =>
              'Constraint' in each
                ? readConstraint(source, each.Constraint, table.name, node.ColumnDef.colname ?? '')
                : [],
            )
          : [];
    return found.filter((each) => each.kind === 'foreign-key');
  });
  return [{ kind: 'create-table', table, ifNotExists: create.if_not_exists === true, filled: false, foreignKeys }];
}

function readRename({ renameType, relationType, relation, subname = '', newname = '' }: RenameStmt): readonly Change[] {
  const table = nameOf(relation ?? {});
  if (renameType === 'OBJECT_SCHEMA') return [{ kind: 'rename-schema', from: subname, to: newname }];
  if (renameType === 'OBJECT_COLUMN' && relationType === 'OBJECT_TABLE')
    return [{ kind: 'rename-column', table, from: subname, to: newname }];
  if (renameType === 'OBJECT_TABLE') return [{ kind: 'rename-table', table, to: newname }];
  if (renameType === 'OBJECT_INDEX') return [{ kind: 'rename-index', index: table, to: newname }];
  // The index of a constraint has the constraint's name.
  if (renameType === 'OBJECT_TABCONSTRAINT')
    return [{ kind: 'rename-index', index: { schema: table.schema, name: subname }, to: newname }];
  return [];
}

function readDrop({ removeType, objects = [], concurrent }: DropStmt): readonly Change[] {
  const names = objects.flatMap((node): readonly WrittenName[] => {
    const parts = 'List' in node ? stringsOf(node.List.items) : [];
    const name = parts.at(-1);
    return name === undefined ? [] : [{ schema: parts.at(-2), name }];
  });
  if (removeType === 'OBJECT_INDEX')
    return names.map((index) => ({ kind: 'drop-index', index, concurrently: concurrent === true }));
  if (removeType === 'OBJECT_TABLE') return names.map((table) => ({ kind: 'drop-table', table }));
  return [];
}

function readSetting({ name, kind, args }: VariableSetStmt): readonly Change[] {
  if (kind === 'VAR_RESET_ALL') return [{ kind: 'search-path', schemas: undefined }];
  if (name !== 'search_path') return [];
  if (kind !== 'VAR_SET_VALUE') return [{ kind: 'search-path', schemas: undefined }];
  const schemas = (args ?? []).flatMap((node) => ('A_Const' in node ? (node.A_Const.sval?.sval ?? '') : []));
  return [{ kind: 'search-path', schemas: schemas.filter((each) => each !== '') }];
}

function readTransaction(kind: string): readonly Change[] {
  if (/BEGIN|START/.test(kind)) return [{ kind: 'transaction', state: 'begun' }];
  return /COMMIT|ROLLBACK$/.test(kind) ? [{ kind: 'transaction', state: 'ended' }] : [];
}

/** The statements of a DO block, where it runs them one after the other; else what it names. */
async function readDo(text: string): Promise<readonly Change[]> {
  const block = await readBlock(text);
  if (!block) return [opaqueBlock(text)];
  const changes: Change[] = [];
  for (const query of block.queries) {
    const source = await readSource(query).catch(() => undefined);
    if (!source) return [opaqueBlock(text)];
    changes.push(...readChanges(source));
  }
  return block.lenient ? changes.map(passingOver) : changes;
}

/** Functions of PostgreSQL that a migration calls for themselves, and that change no rows. */
const HARMLESS = /^(?:setval|set_config|pg_\w+|current_setting|now|version|count|nextval|currval)$/;

/** What an INSERT, a MERGE, or a statement in a WITH writes, and the functions that a query runs. */
function readWritten(tree: Node): readonly Change[] {
  const changes: Change[] = [];
  for (const { kind, node } of nodesIn(tree)) {
    if (kind === 'InsertStmt' || kind === 'MergeStmt')
      changes.push(...relationOf(node, (table) => ({ kind: 'insert', table })));
    if (kind === 'MergeStmt') changes.push(...relationOf(node, unclear));
    const inner = !(kind in tree);
    if (inner && (kind === 'UpdateStmt' || kind === 'DeleteStmt')) changes.push(...relationOf(node, unclear));
  }
  return [...changes, ...readCalls(tree), ...readPath(tree)];
}

function unclear(table: WrittenName): Change {
  return { kind: 'update', table, sets: [], where: undefined, rowwise: false };
}

function relationOf(node: object, change: (table: WrittenName) => Change): readonly Change[] {
  const relation = 'relation' in node ? (node.relation as RangeVar) : undefined;
  return relation ? [change(nameOf(relation))] : [];
}

/** `SELECT f()`: a function of the user's may do anything. Inside an expression of DDL none does. */
function readCalls(tree: Node): readonly Change[] {
  if (!('SelectStmt' in tree)) return [];
  const names = [...nodesIn(tree)].flatMap(({ kind, node }) =>
    kind === 'FuncCall' && 'funcname' in node ? (stringsOf(node.funcname as Node[]).at(-1) ?? '') : [],
  );
  const unknown = names.find((name) => !HARMLESS.test(name));
  return unknown === undefined
    ? []
    : [{ kind: 'opaque', what: `the function ${unknown}`, names: 'anything', asks: false }];
}

/** pg_dump writes `SELECT pg_catalog.set_config('search_path', '', false)`. */
function readPath(tree: Node): readonly Change[] {
  const [setting, value] = [...nodesIn(tree)].flatMap(({ kind, node }) =>
    kind === 'A_Const' && 'sval' in node ? ((node.sval as { readonly sval?: string }).sval ?? '') : [],
  );
  if (setting !== 'search_path' || value === undefined || !JSON.stringify(tree).includes('"set_config"')) return [];
  const schemas = value.split(',').map((each) => each.trim().replaceAll('"', ''));
  return [{ kind: 'search-path', schemas: schemas.filter((each) => each !== '') }];
}

function rangesOf(nodes: readonly Node[]): readonly RangeVar[] {
  return nodes.flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
}
