import { MsgdbError } from '../../model/errors.ts';
import type { Config } from '../config.ts';
import type { NamedDatabase } from '../database-url.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { NamedTarget } from './target.ts';

/** A database or schema to work on. */
export interface Target {
  /** What it is called in reports; no other one of the run is called so. */
  readonly name: string;
  /** Without secrets: `app@db.example.com:5432/shop`. */
  readonly label: string;
  /** The schema that was named for it. */
  readonly schema: string | undefined;
  readonly config: Config;
}

/**
 * Gives each target its configuration, and a name that no other one has.
 * @param cwd where relative names in URLs start.
 * @throws MsgdbError what is wrong with the first one that cannot be used: before anything is begun.
 */
export async function configureTargets(
  named: readonly NamedTarget[],
  base: LoadedConfig,
  cwd: string,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const each of named) targets.push(await configureTarget(each, base, cwd));
  const spelled = tellApart(named, targets);
  refuseTwice(named, spelled);
  return spelled;
}

async function configureTarget(named: NamedTarget, base: LoadedConfig, cwd: string): Promise<Target> {
  const config = await base.configure(databaseOf(named, base, cwd), named.schema);
  const { database } = config;
  if (database.kind === 'none') throw database.error;
  if (database.kind === 'embedded') throw embedded(named);
  const name = named.name ?? [named.schema, named.database, database.target.database].find((each) => each);
  return { name: name ?? named.from, label: database.target.label, schema: named.schema, config };
}

function databaseOf({ url, database, from }: NamedTarget, base: LoadedConfig, baseDir: string): NamedDatabase {
  if (url !== undefined) return { kind: 'url', url, source: from, baseDir };
  if (database === undefined) return base.named;
  return base.named.kind === 'url' || base.named.kind === 'variables' ? { ...base.named, database } : base.named;
}

/** Databases of one name on two servers, and schemas of one name in two databases, are called by all there is. */
function tellApart(named: readonly NamedTarget[], targets: readonly Target[]): readonly Target[] {
  const counts = new Map<string, number>();
  for (const { name } of targets) counts.set(name, (counts.get(name) ?? 0) + 1);
  return targets.map((target, place) => {
    if (named[place]?.name !== undefined || (counts.get(target.name) ?? 0) < 2) return target;
    return { ...target, name: target.schema === undefined ? target.label : `${target.label} ${target.schema}` };
  });
}

function refuseTwice(named: readonly NamedTarget[], targets: readonly Target[]): void {
  const seen = new Map<string, string>();
  for (const [place, { name }] of targets.entries()) {
    const from = named[place]?.from ?? '';
    const before = seen.get(name);
    if (before !== undefined) throw twice(name, before, from);
    seen.set(name, from);
  }
}

function twice(name: string, first: string, second: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `Two targets are called ${name}: ${first} and ${second}.`,
    why: 'Reports, and --resume, tell targets apart by their names. Nothing was begun.',
    fix: 'Write a name before one of the URLs: `NAME postgresql://…`.',
  });
}

function embedded({ from }: NamedTarget): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${from} names no URL, and --targets does not work with --embedded.`,
    why: 'Each target connects by itself to a server that is running.',
    fix: 'Give the URL of the server with --database-url.',
  });
}
