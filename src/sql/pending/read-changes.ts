import type { DropStmt, Node, RangeVar, RenameStmt, VariableSetStmt } from 'libpg-query';
import type { Change } from '../../model/pending.ts';
import type { PendingStatement } from '../../model/pending-script.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { parsePieces } from '../parse-pieces.ts';
import { readActs } from './objects/read-acts.ts';
import { readAlterTable } from './read-alter-table.ts';
import { opaqueBlock, passingOver, readBlock } from './read-block.ts';
import { nameOf, stringsOf } from './read-constraint.ts';
import { readCreation } from './read-creation.ts';
import { readDomain } from './read-domain.ts';
import { readIndex } from './read-index.ts';
import { readInserted } from './read-insert.ts';
import { readDelete, readUpdate } from './read-rows.ts';
import { readWritten } from './read-written.ts';
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
  const acts = readActs(source.tree).map((act): Change => ({ kind: 'object', act }));
  return [...acts, ...readRows(source)];
}

function readRows(source: Source): readonly Change[] {
  const { tree } = source;
  if ('IndexStmt' in tree) return [readIndex(source, tree.IndexStmt)];
  if ('AlterTableStmt' in tree) return readAlterTable(source, tree.AlterTableStmt);
  const made = readCreation(source);
  if (made) return made;
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
      only: range.inh !== true,
    }));
  }
  if ('CopyStmt' in tree && tree.CopyStmt.is_from)
    return [{ kind: 'insert', table: nameOf(tree.CopyStmt.relation ?? {}) }];
  if ('VariableSetStmt' in tree) return readSetting(tree.VariableSetStmt);
  if ('TransactionStmt' in tree) return readTransaction(tree.TransactionStmt.kind ?? '');
  if ('CallStmt' in tree) {
    const functions = stringsOf(tree.CallStmt.funccall?.funcname).slice(-1);
    return [{ kind: 'call', functions }];
  }
  if ('InsertStmt' in tree) {
    const written = readInserted(source, tree.InsertStmt);
    const table = nameOf(tree.InsertStmt.relation ?? {});
    const [, ...others] = readWritten(tree);
    return [{ kind: 'insert', table, written }, ...others];
  }
  if ('AlterDomainStmt' in tree) return readDomain(source, tree.AlterDomainStmt);
  return readWritten(tree);
}

function readRename(rename: RenameStmt): readonly Change[] {
  const { renameType = '', relationType, relation, object, subname = '', newname = '' } = rename;
  const table = nameOf(relation ?? {});
  if (renameType === 'OBJECT_SCHEMA') return [{ kind: 'rename-schema', from: subname, to: newname }];
  if (renameType === 'OBJECT_COLUMN' && relationType === 'OBJECT_TABLE')
    return [{ kind: 'rename-column', table, from: subname, to: newname }];
  if (renameType === 'OBJECT_TABLE') return [{ kind: 'rename-table', table, to: newname }];
  if (renameType === 'OBJECT_INDEX') return [{ kind: 'rename-index', index: table, to: newname }];
  if (renameType === 'OBJECT_TABCONSTRAINT') return [{ kind: 'rename-constraint', table, from: subname, to: newname }];
  if (!/VIEW$|SEQUENCE$|TYPE$|DOMAIN$/.test(renameType)) return [];
  const [name = table.name, schema = table.schema] =
    object && 'List' in object ? stringsOf(object.List.items).toReversed() : [];
  return [{ kind: 'rename-other', name: { schema, name }, to: newname }];
}

function readDrop(drop: DropStmt): readonly Change[] {
  const dependents: readonly Change[] =
    drop.behavior === 'DROP_CASCADE' ? [{ kind: 'drop-dependents', of: undefined }] : [];
  return [...readDropped(drop), ...dependents];
}

function readDropped({ removeType, objects = [], concurrent }: DropStmt): readonly Change[] {
  const names = objects.flatMap((node): readonly WrittenName[] => {
    const parts = 'List' in node ? stringsOf(node.List.items) : 'String' in node ? [node.String.sval ?? ''] : [];
    const typed = 'TypeName' in node ? stringsOf(node.TypeName.names) : parts;
    const name = typed.at(-1);
    return name === undefined ? [] : [{ schema: typed.at(-2), name }];
  });
  switch (removeType) {
    case 'OBJECT_INDEX':
      return names.map((index) => ({ kind: 'drop-index', index, concurrently: concurrent === true }));
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return names.map((table) => ({ kind: 'drop-table', table }));
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return names.map((name) => ({ kind: 'drop-other', name }));
    case 'OBJECT_SCHEMA':
      return names.map(({ name }) => ({ kind: 'drop-schema', name }));
    // `table.trigger`
    case 'OBJECT_TRIGGER':
      return objects.flatMap((node): readonly Change[] => {
        const [name = '', table = '', schema] = 'List' in node ? stringsOf(node.List.items).toReversed() : [];
        return [{ kind: 'drop-trigger', table: { schema, name: table }, name }];
      });
    default:
      return [];
  }
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

function rangesOf(nodes: readonly Node[]): readonly RangeVar[] {
  return nodes.flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
}
