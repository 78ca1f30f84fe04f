import type { Demand } from '../../../model/demand.ts';
import type { ObjectAct } from '../../../model/object-change.ts';
import type { WrittenName } from '../../../model/written-name.ts';
import { type At, placeOf } from '../place.ts';
import { findKnown, newName, type World } from '../world.ts';
import { findRelation, type Refusal } from './find-object.ts';
import { followAct } from './follow-act.ts';
import { judgeAct } from './judge-act.ts';

/** Follows what a statement does with objects; a demand where PostgreSQL will refuse it, whatever rows there are. */
export function demandAct(world: World, act: ObjectAct, at: At): readonly Demand[] {
  if (act.do === 'if-there') {
    return findRelation(world, act.table) ? act.acts.flatMap((each) => demandAct(world, each, at)) : [];
  }
  const refused = judgeAct(world, act, at);
  followAct(world, act, at.transaction);
  return refused ? [demandOf(world, refused, at, tableOf(act))] : [];
}

function demandOf(world: World, { what, sqlstate, open }: Refusal, at: At, named: WrittenName): Demand {
  const table = findKnown(world, named);
  return {
    ...placeOf(at, table?.name ?? newName(world, named), table?.origin),
    ask: { kind: 'refused', what, sqlstate },
    basis:
      open === undefined
        ? { kind: 'holds', reason: what }
        : { kind: 'unresolved', reason: what === open ? open : `${what}, but ${open}` },
    computed: false,
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
  };
}

/** What a statement is about, for people. */
function tableOf(act: ObjectAct): WrittenName {
  const none: WrittenName = { schema: undefined, name: act.do };
  switch (act.do) {
    case 'require':
      return act.name;
    case 'drop':
      return act.objects[0]?.table ?? act.objects[0]?.name ?? none;
    case 'make':
    case 'rename':
    case 'move':
      return act.object.table ?? act.object.name;
    case 'add-value':
    case 'rename-value':
      return act.type;
    case 'use-value':
      return act.as.kind === 'column' ? act.as.table : act.as.kind === 'type' ? act.as.type : none;
    case 'alone':
      return none;
    default:
      return act.table;
  }
}

/** Names that acts give, to read what the database has of them. */
export function namesOfAct(act: ObjectAct): readonly string[] {
  switch (act.do) {
    case 'require':
      return [act.name.name];
    case 'drop':
      return act.objects.flatMap(({ name, table }) => [name.name, ...(table ? [table.name] : [])]);
    case 'make':
      return [
        act.object.name.name,
        ...(act.object.table ? [act.object.table.name] : []),
        ...[...act.uses.relations, ...act.uses.types, ...act.uses.functions].map(({ name }) => name),
      ];
    case 'make-table':
      return [
        act.table.name,
        ...act.parents.map(({ name }) => name),
        ...act.parts.flatMap((part) => (part.kind === 'foreign-key' ? [part.parent.name] : [])),
        ...act.parts.flatMap((part) => (part.kind === 'column' && part.type ? [part.type.name] : [])),
        ...act.parts.flatMap((part) => (part.kind === 'key' && part.name !== undefined ? [part.name] : [])),
      ];
    case 'add-part':
      return [
        act.table.name,
        ...(act.part.kind === 'foreign-key' ? [act.part.parent.name] : []),
        ...(act.part.kind === 'key' ? [act.part.using, act.part.name].flatMap((each) => each ?? []) : []),
      ];
    case 'rename':
      return [act.object.name.name, act.to, ...(act.object.table ? [act.object.table.name] : [])];
    case 'move':
      return [act.object.name.name];
    case 'attach':
    case 'detach':
      return [act.table.name, act.heir.name];
    case 'add-value':
    case 'rename-value':
      return [act.type.name];
    case 'use-value':
      return act.as.kind === 'column' ? [act.as.table.name] : act.as.kind === 'type' ? [act.as.type.name] : [];
    case 'if-there':
      return [act.table.name, ...act.acts.flatMap(namesOfAct)];
    case 'alone':
      return [];
    default:
      return [act.table.name];
  }
}
