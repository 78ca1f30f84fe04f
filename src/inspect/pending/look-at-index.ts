import type { Ask, Demand } from '../../model/demand.ts';
import type { IndexFacts, TableFacts } from '../../model/facts.ts';
import { dropCommand } from '../../resolve/name-taken.ts';
import { findingOn, type Seen } from './looked.ts';

/** What the name of a new index means in the database; undefined where it is free. */
export function lookAtName(demand: Demand, table: TableFacts | undefined): Seen | undefined {
  const { index } = demand;
  if (index?.state !== 'present') return undefined;
  const found = table?.indexes.find(({ name, schema }) => name === index.name && schema === index.schema);
  if (index.ifNotExists) return found?.valid ? lookAtKept(demand, found) : lookAtPassedOver(demand, found, table);
  const left = found && !found.valid && !found.building ? ': it is not valid, and was left by a failed build' : '';
  const detail = `${index.name} is there already${left}`;
  const fix = left && found && table ? `Drop it first: \`${dropCommand(found, table)}\`` : undefined;
  return {
    status: 'fails',
    detail,
    findings: [
      findingOn(
        demand,
        'MSGDB_NAME_TAKEN',
        `The statement will fail (42P07): ${detail}.`,
        fix === undefined ? {} : { fix },
      ),
    ],
  };
}

/** IF NOT EXISTS looks at the name alone. */
function lookAtPassedOver(demand: Demand, found: IndexFacts | undefined, table: TableFacts | undefined): Seen {
  const name = demand.index?.name ?? '';
  const passed = 'IF NOT EXISTS passes over it, and the deploy continues without the index';
  if (found && table) {
    const detail = `${name} is there, and not valid: ${passed}`;
    return {
      status: 'fails',
      detail,
      findings: [
        findingOn(demand, 'MSGDB_INDEX_INVALID', `${detail}.`, {
          fix: `Drop it first: \`${dropCommand(found, table)}\``,
        }),
      ],
    };
  }
  const detail = `${name} is another relation: ${passed}`;
  return { status: 'fails', detail, findings: [findingOn(demand, 'MSGDB_NAME_TAKEN', `${detail}.`)] };
}

function lookAtKept(demand: Demand, found: IndexFacts): Seen {
  const wanted = demand.ask;
  const unique = wanted.kind === 'unique';
  if (isAlike(wanted, found)) return { status: 'ok', detail: `${found.name} is there already, and valid` };
  if (!unique && wanted.kind === 'index') return { status: 'ok', detail: `${found.name} is there already` };
  const detail = `${found.name} is there with another definition, and IF NOT EXISTS passes over it: ${found.definition}`;
  return {
    status: 'fails',
    detail,
    findings: [findingOn(demand, 'MSGDB_INDEX_DIFFERS', `${detail}.`, { fix: 'Give the new index another name.' })],
  };
}

/** As far as it can be told without asking the server: expressions are written as PostgreSQL writes them. */
function isAlike(ask: Ask, found: IndexFacts): boolean {
  if (ask.kind !== 'unique' || !found.unique || found.key.length !== ask.key.length) return false;
  if ((ask.where === undefined) !== (found.predicate === undefined)) return false;
  if ((ask.nulls === 'not distinct') !== found.nullsNotDistinct) return false;
  return ask.key.every((part, place) => {
    const column = found.key[place]?.column;
    return typeof part === 'string' ? column === part : column === undefined;
  });
}

/** An index that is to become the index of a constraint. */
export function lookAtAdopted(
  demand: Demand & { readonly ask: Extract<Ask, { kind: 'adopt' }> },
  table: TableFacts,
): Seen {
  const { index: name } = demand.ask;
  const found = table.indexes.find((each) => each.name === name);
  if (!found) {
    const detail = `${table.table.name} has no index ${name}, and no earlier statement makes it`;
    return { status: 'unresolved', detail };
  }
  if (found.valid && found.unique) return { status: 'ok', detail: `${name} is unique, and valid` };
  if (found.valid) {
    const detail = `${name} is not a unique index`;
    return {
      status: 'fails',
      detail,
      findings: [findingOn(demand, 'MSGDB_INDEX_DIFFERS', `The statement will fail: ${detail}.`)],
    };
  }
  const detail = `${name} is not valid`;
  const fix = `Drop it with \`${dropCommand(found, table)}\`, remove the duplicates, and build it again.`;
  return {
    status: 'fails',
    detail,
    findings: [findingOn(demand, 'MSGDB_INDEX_INVALID', `The statement will fail: ${detail}.`, { fix })],
  };
}
