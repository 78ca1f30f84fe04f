import type { Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { type At, placeOf } from './place.ts';
import { newName, type World } from './world.ts';

/** ALTER DOMAIN reads every column of the domain. */
export function demandDomain(
  world: World,
  { domain, check }: Extract<Change, { kind: 'alter-domain' }>,
  at: At,
): Demand {
  const changed = [...world.tables.values()].find((table) => table && (table.origin === undefined || isTouched(table)));
  const reason = changed && `an earlier statement makes or changes ${changed.name.name}`;
  const name = newName(world, domain);
  return {
    ...placeOf(at, name, undefined),
    ask: { kind: 'domain', domain: name, check },
    basis:
      reason === undefined && world.opaque.length === 0
        ? { kind: 'rows', table: name }
        : { kind: 'unresolved', reason: reason ?? 'an earlier statement may change rows' },
    computed: false,
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
  };
}

function isTouched({
  columns,
  where,
  empty,
  fewer,
  more,
  unclear,
}: NonNullable<ReturnType<World['tables']['get']>>): boolean {
  const changed = [...columns].some(([name, known]) => known.kind !== 'present' || known.column !== name);
  return changed || where.length > 0 || [empty, fewer, more, unclear].some((each) => each !== undefined);
}
