import { Chalk } from 'chalk';
import type { Command as Commander, HelpConfiguration } from 'commander';
import type { Look } from '../../report/look.ts';
import type { Example } from './command.ts';

/** How commander's help looks: headings strong, what can be typed in colour, commands by name alone. */
export function designHelp(look: Look): HelpConfiguration {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  return {
    // The widest flag leaves a column of text even on a narrow terminal.
    minWidthToWrap: 20,
    styleTitle: (text) => chalk.bold(text),
    styleOptionText: (text) => chalk.cyan(text),
    styleArgumentText: (text) => chalk.cyan(text),
    styleSubcommandText: (text) => chalk.cyan(text),
    styleUsage: (text) => text,
    subcommandTerm: (command: Commander) => command.name(),
    optionDescription: (option) => option.description,
  };
}

/** The end of the program's own help: where to begin, and what exit codes mean. */
export const START = `
Start:
  msgdb demo                                          see it work, with nothing set up
  msgdb find-duplicates -u URL --table T --key A,B    look at a database of yours
  msgdb init                                          set up a project

Exit codes:
  0  done, clean, or nothing to do       4  busy, safe to try again
  1  findings, or a refusal              5  a migration failed
  2  usage or configuration            130  interrupted at a safe point
  3  cannot connect, or not permitted

msgdb <command> --help explains a command.`;

/** Examples under a command's help, each command line with what it does. */
export function examplesText(examples: readonly Example[], look: Look): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const lines = examples.flatMap(({ command, meaning }) => [`  ${chalk.dim(`# ${meaning}`)}`, `  ${command}`]);
  return ['', chalk.bold('Examples:'), ...lines].join('\n');
}
