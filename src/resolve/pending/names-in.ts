import type { Change } from '../../model/pending.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { namesOfAct } from './objects/demand-act.ts';
import { callsIn } from './writes-of.ts';

/** Every name that the scripts give to a relation: what the database has of them is read before they are followed. */
export function namesIn(scripts: readonly PendingScript[]): readonly string[] {
  const changes = scripts.flatMap(({ statements }) => statements.flatMap((statement) => statement.changes));
  return [...new Set(changes.flatMap(namesOfChange))];
}

/** Schemas that the scripts drop. */
export function schemasIn(scripts: readonly PendingScript[]): readonly string[] {
  const changes = scripts.flatMap(({ statements }) => statements.flatMap((statement) => statement.changes));
  return changes.flatMap((change) => (change.kind === 'drop-schema' ? [change.name] : []));
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
      return [
        ...table,
        ...[...change.foreignKeys.map(({ parent }) => parent), ...change.parents].map(({ name }) => name),
      ];
    case 'create-other':
    case 'drop-other':
      return [change.name.name];
    case 'rename-other':
      return [change.name.name, change.to];
    case 'rename-constraint':
      return [...table, change.from, change.to];
    case 'attach':
    case 'detach':
      return [...table, change.heir.name];
    case 'alter-domain':
      return [change.domain.name];
    case 'object':
      return namesOfAct(change.act);
    case 'opaque':
      return change.names === 'anything' ? [] : change.names;
    default:
      return table;
  }
}

function namesOfConstraint(constraint: Extract<Change, { kind: 'add-constraint' }>['constraint']): readonly string[] {
  const parent = constraint.kind === 'foreign-key' ? [constraint.parent.name] : [];
  const own = 'name' in constraint && constraint.name !== undefined ? [constraint.name] : [];
  return [...parent, ...own];
}

/** Functions that fire or are called by the scripts, and those that their own functions call. */
export function functionsIn(scripts: readonly PendingScript[]): readonly string[] {
  const changes = scripts.flatMap(({ statements }) => statements.flatMap((statement) => statement.changes));
  const called = changes.flatMap((change): readonly string[] => {
    if (change.kind === 'create-trigger') return [change.function];
    if (change.kind === 'call') return change.functions;
    return change.kind === 'create-function' ? callsIn(change.text) : [];
  });
  return [...new Set(called)];
}
