import type { Change, PendingScript } from '../../model/pending.ts';

/** Every name that the scripts give to a relation: what the database has of them is read before they are followed. */
export function namesIn(scripts: readonly PendingScript[]): readonly string[] {
  const changes = scripts.flatMap(({ statements }) => statements.flatMap((statement) => statement.changes));
  return [...new Set(changes.flatMap(namesOfChange))];
}

function namesOfChange(change: Change): readonly string[] {
  const table = 'table' in change ? [change.table.name] : [];
  switch (change.kind) {
    case 'build-index':
      return [...table, ...(change.name === undefined ? [] : [change.name])];
    case 'adopt-index':
      return [...table, change.index, change.as];
    case 'drop-index':
      return [change.index.name];
    case 'rename-index':
      return [change.index.name, change.to];
    case 'rename-table':
      return [...table, change.to];
    case 'add-constraint':
    case 'add-column': {
      const made = change.kind === 'add-column' ? change.column.constraints : [change.constraint];
      return [...table, ...made.flatMap((each) => namesOfConstraint(each))];
    }
    case 'create-table':
      return [...table, ...change.foreignKeys.map(({ parent }) => parent.name)];
    default:
      return table;
  }
}

function namesOfConstraint(constraint: Extract<Change, { kind: 'add-constraint' }>['constraint']): readonly string[] {
  const parent = constraint.kind === 'foreign-key' ? [constraint.parent.name] : [];
  const own = 'name' in constraint && constraint.name !== undefined ? [constraint.name] : [];
  return [...parent, ...own];
}
