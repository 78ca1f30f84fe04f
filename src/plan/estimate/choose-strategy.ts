import type { TableFacts } from '../../model/facts.ts';
import type { AskedStrategy, Strategy } from '../../model/plan-settings.ts';
import { SMALL_TABLE_BYTES } from '../../resolve/small-table.ts';
import type { WorkEstimate } from './estimate-work.ts';

/** How the rule is made true, and why so, for people. */
export interface StrategyChoice {
  readonly strategy: Strategy;
  readonly reason: string;
  /**
   * How long the lock may be held before what was done is undone, and done online; undefined where it was asked for.
   */
  readonly limitSeconds?: number;
}
/** Writers that wait longer are not waiting "for a moment". */
export const MOMENT_SECONDS = 1;
/** An estimate knows neither how busy the server is nor what a trigger does: past this, it was wrong. */
const LOCK_LIMIT_SECONDS = 3;

/**
 * Chooses between one short lock and working while the application writes, by the work that the lock would wait for.
 */
export function chooseStrategy(asked: AskedStrategy, facts: TableFacts, work: WorkEstimate): StrategyChoice {
  const size = sizeOf(facts.bytes);
  const [longest] = work.parts;
  if (asked === 'online') return { strategy: 'online', reason: 'asked for with --strategy online' };
  if (asked === 'plan-file') {
    return { strategy: 'online', reason: 'groups of a plan file are compared and removed in batches: writers go on' };
  }
  if (asked === 'locked') {
    const reason = `asked for with --strategy: writers wait for ${aboutSeconds(work.seconds)}, in one transaction`;
    return { strategy: 'locked', reason: isLong(work) && longest ? `${reason}, mostly for ${longest.what}` : reason };
  }
  if (facts.bytes > SMALL_TABLE_BYTES) {
    return { strategy: 'online', reason: `the table is large (${size}): writers go on` };
  }
  if (isLong(work)) {
    return {
      strategy: 'online',
      reason: `a lock would keep writers waiting for ${aboutSeconds(work.seconds)}, mostly for ${longest?.what}: writers go on`,
    };
  }
  return {
    strategy: 'locked',
    reason: `the table is small (${size}): writers wait for ${aboutSeconds(work.seconds)}, in one transaction`,
    limitSeconds: LOCK_LIMIT_SECONDS,
  };
}

function sizeOf(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  return megabytes < 0.1 ? 'less than 0.1 MB' : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
}

/** `about 12 s`: tenths of seconds would be noise. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 0.1) return 'less than 0.1 s';
  return `about ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds).toLocaleString('en-US')} s`;
}

function isLong({ seconds }: WorkEstimate): boolean {
  return seconds > MOMENT_SECONDS;
}
