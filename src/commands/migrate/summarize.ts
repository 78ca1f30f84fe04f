import { countOf } from '../../model/count-of.ts';
import type { MsgdbError } from '../../model/errors.ts';
import type { Ahead } from './plan-pending.ts';

/** What is pending, and not meant. */
type LeftOut = Pick<Ahead, 'later' | 'only'>;

/** What is counted as applied is what the history says is done; migrations beyond `--to` are not. */
export function summarizeNothing(migrationsDir: string, files: number, ahead: LeftOut): string {
  if (files === 0) return `nothing to do: there are no migrations in ${migrationsDir}`;
  const done = ahead.only ? `${ahead.only} is` : countOf(files - ahead.later.length, 'migration is', 'migrations are');
  return `nothing to do: ${done} applied${andLater(ahead)}`;
}

/** Another run, that was waited for, has done what there was to do. */
export function summarizeDoneMeanwhile(applied: number, rebuilt: number): string {
  const done =
    applied > 0
      ? `applied ${countOf(applied, 'migration')}`
      : `built ${countOf(rebuilt, 'lost index', 'lost indexes')} again`;
  return `nothing to do: another run has ${done} meanwhile`;
}

/** Those beyond `--to`, or others than `--only`, are pending still. */
export function andLater({ later, only }: LeftOut): string {
  if (later.length === 0) return '';
  const which = only
    ? countOf(later.length, 'other is', 'others are')
    : countOf(later.length, 'later one is', 'later ones are');
  return `, ${which} pending`;
}

/** `2 migrations applied, 1 lost index built again`; the second part only where there is something to say. */
export function describeDone(applied: number, rebuilt: number, would = ''): string {
  const again = `${countOf(rebuilt, 'lost index', 'lost indexes')} ${would}built again`;
  if (rebuilt > 0 && applied === 0) return again;
  return `${countOf(applied, 'migration')} ${would}applied${rebuilt > 0 ? `, ${again}` : ''}`;
}

/** How a run ended before all was done. */
export function describeEnd(applied: number, rebuilt: number, failure: MsgdbError): string {
  const done = describeDone(applied, rebuilt);
  if (!isRefused(failure)) return `${done}, then stopped`;
  return applied + rebuilt === 0
    ? `${nameOf(failure)} is refused; nothing was changed`
    : `${done}; ${nameOf(failure)} is refused`;
}

/** Refused before its first change. */
export function isRefused({ data: { refusals = [] } }: MsgdbError): boolean {
  return refusals.length > 0;
}

function nameOf({ data: { migration } }: MsgdbError): string {
  return migration ?? 'the plan';
}
