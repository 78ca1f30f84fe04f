import { columnTarget } from '../sql/parse-target.ts';
import { type CallValue, entryOf, nameIn, namesIn, type RecordValue, textOf, type Value } from '../syntax/value.ts';
import type { TableRef, Target } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  chainOf,
  NAMED_AT_RUN_TIME,
  namedTable,
  proposed,
  TARGET_AT_RUN_TIME,
} from './api-upsert.ts';

/** GORM: `db.Clauses(clause.OnConflict{Columns: …, DoUpdates: …}).Create(&user)`. */
export const readGorm: ApiReader = (call, file) => {
  const chain = chainOf(call.receiver);
  const clauses = chain.filter(({ name }) => name === 'Clauses').flatMap((each) => each.arguments);
  const conflict = clauses.find(
    (each): each is RecordValue => each.kind === 'record' && /\bOnConflict$/.test(each.type ?? ''),
  );
  if (!conflict) return undefined;
  const nothing = entryOf(conflict, 'DoNothing') !== undefined;
  return {
    kind: 'on-conflict',
    via: 'gorm',
    table: tableOf(call, chain, file),
    target: targetOf(conflict),
    action: nothing ? { kind: 'nothing' } : { kind: 'update', assigned: assignedIn(entryOf(conflict, 'DoUpdates')) },
    inserted: undefined,
  };
};

function targetOf(conflict: RecordValue): Target {
  const constraint = entryOf(conflict, 'OnConstraint');
  if (constraint) {
    const name = textOf(constraint);
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = entryOf(conflict, 'Columns');
  // UpdateAll without columns takes the primary key.
  if (!columns) return entryOf(conflict, 'UpdateAll') ? { kind: 'primary-key' } : { kind: 'none' };
  if (entryOf(conflict, 'TargetWhere') || columns.kind !== 'list') return TARGET_AT_RUN_TIME;
  const names = columns.items.map((item) => textOf(entryOf(item, 'Name')));
  return names.length > 0 && names.every((name) => name !== undefined) ? columnTarget(names) : TARGET_AT_RUN_TIME;
}

function assignedIn(value: Value | undefined) {
  if (value?.kind !== 'call') return undefined;
  if (value.name === 'AssignmentColumns') return proposed(namesIn(value.arguments[0]));
  const [set] = value.arguments;
  return value.name === 'Assignments' && set?.kind === 'record'
    ? set.entries.map(({ key }) => ({ column: key, value: 'other' as const }))
    : undefined;
}

/** `.Table("t")`, `.Model(&User{})`, or the type of what is created, as far as the file says it. */
function tableOf(call: CallValue, chain: readonly CallValue[], file: ApiFile): TableRef {
  const table = chain.find(({ name }) => name === 'Table');
  if (table) return namedTable(textOf(table.arguments[0]));
  const model = chain.find(({ name }) => name === 'Model')?.arguments[0] ?? call.arguments[0];
  const type = typeOf(model, file);
  return type === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'gorm', name: type };
}

function typeOf(value: Value | undefined, { text }: ApiFile): string | undefined {
  if (value?.kind === 'record') return lastPart(value.type);
  const name = nameIn(value);
  if (name === undefined || !/^\w+$/.test(name)) return undefined;
  // `user *models.User`, `users []User`, `var user User`, `users := []User{`: all that the file calls so is of one type.
  const declared = new RegExp(`\\b${name}\\s*(?::=\\s*&?|=\\s*&?|\\s)((?:\\[\\]|\\*)*(?:\\w+\\.)?[A-Z]\\w*)\\b`, 'g');
  const types = new Set([...text.matchAll(declared)].map((match) => lastPart(match[1])));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}

function lastPart(type: string | undefined): string | undefined {
  return /([A-Za-z_]\w*)$/.exec(type ?? '')?.[1];
}
