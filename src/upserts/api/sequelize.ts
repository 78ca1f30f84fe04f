import { columnTarget } from '../sql/parse-target.ts';
import { entryOf, nameIn, namesIn, type Value } from '../syntax/value.ts';
import type { TableRef, Target } from '../upsert.ts';
import { type ApiReader, columnsOf, proposed } from './api-upsert.ts';

const CHOSEN: Target = { kind: 'dynamic', reason: "Sequelize chooses among the model's unique keys" };

/** Sequelize: `User.upsert(row, { conflictFields: ['email'] })`. */
export const readSequelize: ApiReader = (call) => {
  const table = modelOf(call.receiver);
  if (!table || call.arguments.length === 0 || call.arguments.length > 2) return undefined;
  const inserted = columnsOf(call.arguments[0]);
  return {
    kind: 'on-conflict',
    via: 'sequelize',
    table,
    target: targetOf(entryOf(call.arguments[1], 'conflictFields')),
    action: { kind: 'update', assigned: proposed(inserted) },
    inserted,
  };
};

/** Sequelize: `User.bulkCreate(rows, { updateOnDuplicate: ['name'], conflictAttributes: ['email'] })`. */
export const readSequelizeBulk: ApiReader = (call) => {
  const [rows, options] = call.arguments;
  const updated = entryOf(options, 'updateOnDuplicate');
  const ignores = entryOf(options, 'ignoreDuplicates');
  const table = modelOf(call.receiver);
  if (!table || (!updated && !ignores)) return undefined;
  return {
    kind: 'on-conflict',
    via: 'sequelize',
    table,
    target: updated ? targetOf(entryOf(options, 'conflictAttributes')) : { kind: 'none' },
    action: updated ? { kind: 'update', assigned: proposed(namesIn(updated)) } : { kind: 'nothing' },
    inserted: columnsOf(rows),
  };
};

function targetOf(fields: Value | undefined): Target {
  const columns = namesIn(fields);
  return columns ? columnTarget(columns) : CHOSEN;
}

/** Models have capital letters: `User`, `db.User`. */
function modelOf(receiver: Value | undefined): TableRef | undefined {
  const name = nameIn(receiver);
  return name !== undefined && receiver?.kind !== 'text' && /^[A-Z]/.test(name)
    ? { kind: 'model', framework: 'sequelize', name }
    : undefined;
}
