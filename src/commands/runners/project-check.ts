import { shellWord } from '../../model/shell-word.ts';
import type { FoundRunner } from './find-runners.ts';

/** What a pipeline, and a script of package.json, runs before the deployment. */
export interface ProjectCheck {
  /** `preflight`, or `verify` where no runner shows its pending migrations. */
  readonly name: 'preflight' | 'verify';
  /** A shell's command; `msgdb` is found as it is. */
  readonly command: string;
  readonly deploy: string | undefined;
}

/** The check that fits the runners of a project. */
export function checkOf(runners: readonly FoundRunner[]): ProjectCheck {
  const shown = runners.filter(({ runner }) => runner.check.kind !== 'none');
  const deploy = runners[0]?.runner.deploy;
  if (shown.length === 0) return { name: 'verify', command: 'msgdb verify', deploy };
  const commands = shown.map((each) => preflightOf(each, shown.length > 1));
  return { name: 'preflight', command: commands.join(' && '), deploy };
}

function preflightOf({ runner, folder }: FoundRunner, several: boolean): string {
  const { name, check } = runner;
  if (check.kind === 'printed') return `${check.command} | msgdb preflight -`;
  if ((several || name === 'sql') && folder !== undefined)
    return `msgdb preflight ${shellWord(folder)} --runner ${name}`;
  return 'msgdb preflight';
}
