import { Command as Commander, Option } from 'commander';
import { VERSION_LINE } from '../../model/version.ts';
import type { Look } from '../../report/look.ts';
import { completionScript } from '../completion/completion-script.ts';
import type { Command, Example, Input } from '../definition/command.ts';
import type { Flag, Flags } from '../definition/flag.ts';
import { GLOBAL_FLAGS } from '../definition/flags.ts';
import { COMMANDS, FAMILIES } from '../table/table.ts';
import { VERSION_FLAG } from '../version-alone.ts';
import { explainCode, isLikeCode } from './explain-code.ts';
import type { GivenFlags } from './given-flags.ts';
import { designHelp, examplesText, startText } from './help.ts';
import { unknownCommand, usageError } from './usage-error.ts';

/** Help is piped into pagers, whose width is not known. */
const HELP_WIDTH = 80;

const COMPLETION_EXAMPLES = [
  {
    command: 'source <(msgdb completion bash)',
    meaning: 'in ~/.bashrc; the same with zsh in ~/.zshrc, after compinit',
  },
  { command: 'msgdb completion fish > ~/.config/fish/completions/msgdb.fish', meaning: 'once, for fish' },
];

export interface ProgramOptions {
  readonly look: Look;
  /** Notes the flags as they are parsed. */
  readonly given: GivenFlags;
  /** Receives help and version. */
  readonly print: (text: string) => void;
  /** Receives the command that was asked for. */
  readonly choose: (command: Command, input: Input) => void;
}

/** The commander program of the table of commands. A new one for each command line: commander's keep what they parsed. */
export function createProgram(options: ProgramOptions): Commander {
  const program = new Commander('msgdb')
    .description('Find, remove and prevent duplicate rows in a live PostgreSQL database, without losing one.')
    .usage('<command> [flags]')
    .helpCommand(false)
    .addHelpText('after', startText(options.look));
  prepareNode(program, [], options);
  program.optionsGroup('Output:').version(VERSION_LINE, VERSION_FLAG, 'print the version');
  for (const command of COMMANDS) addCommand(parentOf(command, program, options), command, options);
  addHelpCommand(program, options);
  addCompletionCommand(program, options);
  return program;
}

/** `msgdb help archive show`. Commander's own one answers an unknown command with the help of the program. */
function addHelpCommand(program: Commander, options: ProgramOptions): void {
  const node = program
    .command('help')
    .description('show the help of a command, or what a code means')
    .argument('[COMMAND...]', 'the command: migrate, archive show; or the code: MSGDB_REFUSED');
  prepareNode(node, [], options);
  node.action((words: readonly string[]) => {
    const [first = ''] = words;
    if (isLikeCode(first)) return options.print(explainCode(first, options.look));
    let found = program;
    for (const word of words) {
      const next = found.commands.find((each) => each.name() === word);
      if (!next) throw unknownCommand(word, found);
      found = next;
    }
    found.outputHelp();
  });
}

/** `msgdb completion bash`. It reads no configuration: a shell runs it each time it starts. */
function addCompletionCommand(program: Commander, options: ProgramOptions): void {
  const node = program
    .command('completion')
    .description('print the completion script of a shell: bash, zsh or fish')
    .argument('<SHELL>', 'bash, zsh or fish')
    .addHelpText('after', examplesText(COMPLETION_EXAMPLES, options.look));
  prepareNode(node, [], options);
  node.action((shell: string) => {
    const more = [node, ...program.commands.filter((each) => each.name() === 'help')];
    options.print(
      completionScript(shell, {
        commands: COMMANDS,
        families: FAMILIES,
        globalFlags: GLOBAL_FLAGS,
        more: more.map((each) => ({ word: each.name(), meaning: each.description() })),
      }),
    );
  });
}

/** The program, or the command's family, which is made with its first command. That one is what it does alone. */
function parentOf(command: Command, program: Commander, options: ProgramOptions): Commander {
  const family = FAMILIES.find(({ name }) => command.name.startsWith(`${name} `));
  if (!family) return program;
  const made = program.commands.find((each) => each.name() === family.name);
  if (made) return made;
  const node = program
    .command(family.name)
    .helpGroup(family.group)
    .summary(family.summary)
    .description(family.description)
    .usage('[command] [flags]')
    .addHelpText('after', examplesText(examplesOf(family.name), options.look))
    .helpCommand(false);
  prepareNode(node, [], options);
  node.action(() => options.choose(command, inputOf(node)));
  return node;
}

/** One of each of the first commands of a family. */
function examplesOf(family: string): readonly Example[] {
  const members = COMMANDS.filter(({ name }) => name.startsWith(`${family} `));
  return members.slice(0, 2).flatMap(({ examples }) => examples.slice(0, 1));
}

function addCommand(parent: Commander, command: Command, options: ProgramOptions): void {
  const node = parent
    .command(command.name.split(' ').at(-1) ?? command.name)
    .helpGroup(command.group)
    .summary(command.summary)
    .description(command.description)
    .usage([...command.arguments.map(({ usage }) => usage), '[flags]'].join(' '))
    .addHelpText('after', examplesText(command.examples, options.look));
  for (const { usage, meaning } of command.arguments) node.argument(usage, meaning);
  prepareNode(node, command.flags, options);
  node.action(() => options.choose(command, inputOf(node)));
}

/**
 * Flags, help and errors of one node. The root takes the global flags wherever they stand; each command has them too,
 * so that its help lists them and `-yv` can be taken apart.
 */
function prepareNode(node: Commander, flags: readonly Flag[], { look, print, given }: ProgramOptions): void {
  node
    .configureHelp(designHelp(look))
    .configureOutput({
      writeOut: print,
      writeErr: print,
      outputError: () => {},
      getOutHelpWidth: () => Math.min(look.width, HELP_WIDTH),
      getErrHelpWidth: () => Math.min(look.width, HELP_WIDTH),
      // Styles of `designHelp` already follow the look; commander's own guess would strip or keep them by its own rules.
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .showSuggestionAfterError(false)
    .exitOverride((error) => {
      throw usageError(error, node) ?? error;
    });
  for (const each of [...flags, ...GLOBAL_FLAGS]) addFlag(node, each, given);
}

function addFlag(node: Commander, { usage, meaning, group, repeatable, hidden }: Flag, given: GivenFlags): void {
  const option = new Option(usage, meaning).helpGroup(group).hideHelp(hidden === true);
  if (option.long === '--help') {
    node.addHelpOption(option);
    return;
  }
  if (repeatable) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
  node.addOption(option);
  if (!repeatable) given.watch(node, option);
}

function inputOf(node: Commander): Input {
  return { arguments: node.args, flags: node.optsWithGlobals<Flags>() };
}
