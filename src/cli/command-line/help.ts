import { Chalk } from 'chalk';
import type { Command as Commander, Help, HelpConfiguration, Option } from 'commander';
import type { Look } from '../../report/look.ts';
import type { Example } from '../definition/command.ts';

/**
 * How commander's help looks: what the command is, its commands or arguments, its flags by group, those of every
 * command last.
 */
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
    subcommandTerm: (command) => command.name(),
    optionDescription: (option) => option.description,
    formatHelp,
  };
}

function formatHelp(node: Commander, helper: Help): string {
  const columns = helper.padWidth(node, helper);
  const width = helper.helpWidth ?? 80;
  const item = (term: string, text: string) => helper.formatItem(term, columns, text, helper);
  const options = (each: Option) => item(helper.styleOptionTerm(helper.optionTerm(each)), each.description);
  const commands = (each: Commander) =>
    item(helper.styleSubcommandTerm(helper.subcommandTerm(each)), helper.subcommandDescription(each));
  const blocks = [
    [`${helper.styleTitle('Usage:')} ${helper.commandUsage(node)}`],
    [helper.boxWrap(helper.commandDescription(node), width)],
    ...groups(helper, [...helper.visibleCommands(node)], (each) => each.helpGroup() || 'Commands:', commands),
    ...groups(
      helper,
      [...helper.visibleArguments(node)],
      () => 'Arguments:',
      (each) => item(helper.styleArgumentTerm(each.name()), each.description),
    ),
    ...groups(helper, helper.visibleOptions(node), (each) => each.helpGroupHeading ?? 'Options:', options),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Items under the headings of their groups, in the order in which the groups first come. */
function groups<Item>(
  helper: Help,
  items: readonly Item[],
  headingOf: (item: Item) => string,
  format: (item: Item) => string,
): readonly (readonly string[])[] {
  const headings = [...new Set(items.map(headingOf))];
  return headings.map((heading) => [
    helper.styleTitle(heading),
    ...items.filter((each) => headingOf(each) === heading).map(format),
  ]);
}

/** The end of the program's own help: where to begin, and what exit codes mean. */
export function startText(look: Look): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  return `
${chalk.bold('Start:')}
  msgdb demo                                        try it; nothing to set up
  msgdb find-duplicates -u URL --table T --key A,B  check a database of yours
  msgdb init                                        set up a project
  msgdb <command> --help                            show flags and examples

${chalk.bold('Exit codes:')}
  0  done, clean, or nothing to do       4  busy, safe to try again
  1  findings, or a refusal              5  a migration failed
  2  usage or configuration            130  interrupted at a safe point
  3  cannot connect, or not permitted`;
}

/** Examples under a command's help, each command line with what it does. */
export function examplesText(examples: readonly Example[], look: Look): string {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  const lines = examples.flatMap(({ command, meaning }) => [`  ${chalk.dim(`# ${meaning}`)}`, `  ${command}`]);
  return ['', chalk.bold('Examples:'), ...lines].join('\n');
}
