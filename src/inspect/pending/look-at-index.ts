import type { Ask, Demand } from '../../model/demand.ts';
import type { IndexFacts, TableFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { dropCommand } from '../../resolve/name-taken.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import type { Workplace } from '../../session/workplace.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { ruleOf } from './look-at-unique.ts';
import { findingOn, type Seen } from './looked.ts';

type Unique = Extract<Ask, { kind: 'unique' }>;

/** What the name of a new index means in the database; undefined where it is free, or what it means must be looked at. */
export function lookAtName(demand: Demand, table: TableFacts | undefined): Seen | undefined {
  const { index } = demand;
  if (index?.state !== 'present') return undefined;
  const found = table?.indexes.find(({ name, schema }) => name === index.name && schema === index.schema);
  if (index.ifNotExists && found?.valid) {
    if (demand.ask.kind === 'unique') return undefined;
    return { status: 'ok', detail: `${found.name} is there already` };
  }
  if (index.ifNotExists) return lookAtPassedOver(demand, found, table);
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

/** A valid index of that name is there: IF NOT EXISTS passes over it, so it must mean what is asked for. */
export async function lookAtKept(
  db: Queryable,
  workplace: Workplace,
  demand: Demand & { readonly ask: Unique },
  table: TableFacts,
): Promise<Seen> {
  const { ask, index } = demand;
  const found = table.indexes.find(({ name }) => name === index?.name);
  const facts = found && (await gatherFacts(db, workplace.server, ruleOf(ask, table.table), workplace.settings.schema));
  if (!found || !facts) return { status: 'unresolved', detail: `${index?.name} is another relation` };
  const { refusals, judgement } = resolveRule(ruleOf(ask, table.table, found.name), facts);
  if (judgement.serving?.name === found.name)
    return { status: 'ok', detail: `${found.name} is there already, and valid` };
  const detail = `${found.name} is there, and IF NOT EXISTS passes over it: ${found.definition}`;
  if (found.key.some(({ plain }) => !plain) || refusals.key.all.length > 0) return { status: 'unresolved', detail };
  return {
    status: 'fails',
    detail,
    findings: [
      findingOn(demand, 'MSGDB_INDEX_DIFFERS', `${detail}. It means something else than the statement asks for.`, {
        fix: 'Give the new index another name.',
      }),
    ],
  };
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
