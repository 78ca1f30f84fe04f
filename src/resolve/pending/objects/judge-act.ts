import type { ObjectAct } from '../../../model/object-change.ts';
import type { At } from '../place.ts';
import { stateOfName, type World } from '../world.ts';
import {
  findObject,
  findPart,
  findRelation,
  findWritten,
  isRelation,
  missingOf,
  missingSchema,
  placeOfNew,
  type Refusal,
  refusal,
  whyGone,
  whyOpen,
} from './find-object.ts';
import { judgeAttached, judgeDetached } from './judge-attached.ts';
import { judgeColumn, judgeNullable } from './judge-column.ts';
import { judgeDrop, judgeDropColumn, judgeRetype } from './judge-drop.ts';
import { judgeIndexName } from './judge-name.ts';
import { judgePart, judgeTable } from './judge-part.ts';
import { judgeValue } from './judge-value.ts';
import { labelOf } from './stock.ts';

/** Why a statement will be refused, whatever rows there are; undefined where nothing says so. */
export function judgeAct(world: World, act: ObjectAct, at: At): Refusal | undefined {
  switch (act.do) {
    case 'require':
      return judgeRequired(world, act);
    case 'require-column':
      return judgeColumn(world, act.table, act.column);
    case 'drop-not-null':
      return judgeNullable(world, act.table, act.column);
    case 'require-part': {
      const table = findRelation(world, act.table);
      if (!table || findPart(world, table, act.kind, act.name)) return undefined;
      return refusal(`${table.name} has no ${act.kind} ${act.name}`, '42704', whyOpen(world, act.table));
    }
    case 'drop':
      return judgeDrop(world, act);
    case 'drop-column':
      return judgeDropColumn(world, act);
    case 'retype-column':
      return judgeRetype(world, act);
    case 'make':
      return judgeMade(world, act);
    case 'make-table':
      return judgeTable(world, act);
    case 'add-part':
      return judgePart(world, act);
    case 'rename':
      return act.ifExists ? undefined : judgeRenamed(world, act.object);
    case 'rename-column':
      return judgeColumn(world, act.table, act.from, 'own');
    case 'move':
      return act.ifExists
        ? undefined
        : (judgeRenamed(world, act.object) ?? missingSchema(world, { schema: act.schema, name: '' }));
    case 'attach':
      return judgeAttached(world, act);
    case 'detach':
      return judgeDetached(world, act);
    case 'add-value':
    case 'rename-value':
    case 'use-value':
      return judgeValue(world, act, at);
    case 'alone':
      return at.inTransaction === true ? refusal(`${act.what} cannot be run in a transaction`, '25001') : undefined;
    default:
      return undefined;
  }
}

function judgeRequired(
  world: World,
  { kinds, name, query }: Extract<ObjectAct, { do: 'require' }>,
): Refusal | undefined {
  if (findObject(world, kinds, name)) return undefined;
  const [kind] = kinds;
  if (name.schema === undefined && world.stock.builtin.has(`${kind} ${name.name}`)) return undefined;
  const other = kind && isRelation(kind) ? findRelation(world, name) : undefined;
  if (other) return undefined;
  // What the rows of a table are followed by has more kinds of names than this: both must miss it.
  const known = (name.schema === undefined ? world.path : [name.schema]).some(
    (schema) => stateOfName(world, { schema, name: name.name }, { types: kind === 'type' }) !== 'free',
  );
  if (known) return undefined;
  const schema = query ? undefined : missingSchema(world, name);
  if (schema) return schema;
  const where = name.schema === undefined ? world.path.join(' or ') : name.schema;
  return refusal(
    `there is no ${kind} ${name.name} in ${where}, and no earlier statement makes it`,
    kind && isRelation(kind) ? '42P01' : missingOf(kind),
    whyOpen(world, name) ??
      (query && name.schema !== undefined ? whyOpen(world, { ...name, name: name.schema }) : undefined),
  );
}

function judgeRenamed(world: World, object: Extract<ObjectAct, { do: 'rename' }>['object']): Refusal | undefined {
  if (findWritten(world, object)) return undefined;
  if (object.kind === 'schema') return missingSchema(world, { schema: object.name.name, name: '' });
  // ALTER TABLE renames every kind of relation.
  if (isRelation(object.kind) && findRelation(world, object.name)) return undefined;
  const owner = object.table && findRelation(world, object.table);
  if (object.table && !owner) {
    const schema = missingSchema(world, object.table);
    return schema ?? refusal(`there is no table ${object.table.name}`, '42P01', whyOpen(world, object.table));
  }
  const name = object.table ?? object.name;
  const of = owner ? ` of ${owner.name}` : '';
  return (
    missingSchema(world, object.name) ??
    refusal(
      `there is no ${object.kind} ${object.name.name}${of}`,
      isRelation(object.kind) ? '42P01' : missingOf(object.kind),
      whyOpen(world, name),
    )
  );
}

/** What is made already. Relations and types whose names are known otherwise are looked at with these. */
function judgeMade(
  world: World,
  { object, ifNotExists, replace }: Extract<ObjectAct, { do: 'make' }>,
): Refusal | undefined {
  const { kind, name, table } = object;
  if (kind === 'schema') {
    if (ifNotExists || !world.stock.schemas.has(name.name)) return undefined;
    return refusal(`schema ${name.name} is there already`, '42P06');
  }
  const schema = kind === 'extension' || (table && kind !== 'index') ? undefined : missingSchema(world, name);
  if (schema) return schema;
  if (ifNotExists || replace) return undefined;
  if (table && kind !== 'index') {
    const found = findWritten(world, object);
    return found && refusal(`${labelOf(world.stock, found)} is there already`, '42710');
  }
  if (kind === 'extension') {
    return findWritten(world, object) && refusal(`extension ${name.name} is there already`, '42710');
  }
  const there = { schema: placeOfNew(world, name), name: name.name };
  if (kind === 'function') {
    if (!findObject(world, ['function'], there)) return undefined;
    return refusal(
      `a function ${name.name}`,
      '42723',
      `there is a function ${name.name}: with the same arguments it would fail (42723)`,
    );
  }
  if (kind === 'index') {
    const owner = table && findRelation(world, table);
    return owner && name.name !== '' ? judgeIndexName(world, owner.schema, name.name, 'by no present one') : undefined;
  }
  if (isRelation(kind) && name.name !== '' && stateOfName(world, there) === 'free') {
    const found = findRelation(world, there);
    if (found) return refusal(`${labelOf(world.stock, found)} is there already`, '42P07', whyGone(world, there.name));
  }
  return undefined;
}
