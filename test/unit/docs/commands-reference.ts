import type { Command } from '../../../src/cli/definition/command.ts';
import type { Flag } from '../../../src/cli/definition/flag.ts';
import { GLOBAL_FLAGS, PACING_FLAGS } from '../../../src/cli/definition/flags.ts';
import { COMMANDS, FAMILIES } from '../../../src/cli/table/table.ts';

const OPENING = `# Commands

\`msgdb <command> [flags]\`. The same is in \`msgdb <command> --help\`. This page is generated from the program; do not
edit it. What the commands end with is in [Exit codes](exit-codes.md).
`;

/** The content of docs/reference/commands.md: an overview, what every command takes, then a section for each command. */
export function renderCommandsReference(): string {
  const sections = [
    OPENING,
    table(
      ['command', ''],
      COMMANDS.map((command) => [`[${command.name}](#${anchor(command.name)})`, command.summary]),
    ),
    '## Flags of every command\n',
    'They may stand before the command or after it. `msgdb --version` prints the version, `msgdb help COMMAND` the help of a command, `msgdb help CODE` what a [code](codes.md) means.\n',
    ...flagTables(GLOBAL_FLAGS),
    '## Locks and pace\n',
    'Commands that change the database take these; the section of each command says which.\n',
    table(['flag', 'meaning'], PACING_FLAGS.map(flagRow)),
    ...COMMANDS.map(renderCommand),
  ];
  return `${sections.join('\n').trimEnd()}\n`;
}

function renderCommand(command: Command): string {
  const family = FAMILIES.find(({ name }) => command.name.startsWith(`${name} `));
  const first = family && COMMANDS.find(({ name }) => name.startsWith(`${family.name} `));
  const own = command.flags.filter((each) => !PACING_FLAGS.includes(each) && !each.hidden);
  const usage = ['msgdb', command.name, ...command.arguments.map((each) => each.usage), '[flags]'].join(' ');
  return [
    `## ${command.name}\n`,
    `\`${usage}\`\n`,
    `${wrap(`${command.description}${first === command ? ` \`msgdb ${family?.name}\` alone is the same.` : ''}`)}\n`,
    ...(command.arguments.length > 0
      ? [
          table(
            ['argument', 'meaning'],
            command.arguments.map((each) => [`\`${each.usage}\``, each.meaning]),
          ),
        ]
      : []),
    ...flagTables(own),
    ...pacing(command),
    `\`\`\`sh\n${command.examples.map((each) => `# ${each.meaning}\n${each.command}`).join('\n')}\n\`\`\`\n`,
  ].join('\n');
}

/** Which of the flags of locks and pace a command takes. */
function pacing({ flags }: Command): readonly string[] {
  const section = '[Locks and pace](#locks-and-pace)';
  const [taken, others] = [true, false].map((has) => PACING_FLAGS.filter((each) => flags.includes(each) === has));
  if (!taken?.length) return [];
  if (!others?.length) return [`It takes the flags of ${section}.\n`];
  return taken.length < others.length
    ? [`Of ${section} it takes ${names(taken)}.\n`]
    : [`It takes the flags of ${section} except ${names(others)}.\n`];
}

function names(flags: readonly Flag[]): string {
  return flags.map(({ usage }) => `\`${usage.split(' ')[0]}\``).join(', ');
}

function flagTables(flags: readonly Flag[]): readonly string[] {
  const groups = [...new Set(flags.map((each) => each.group))];
  return groups.map((group) =>
    table([group.replace(/:$/, ''), 'meaning'], flags.filter((each) => each.group === group).map(flagRow)),
  );
}

function flagRow({ usage, meaning, repeatable }: Flag): readonly string[] {
  return [`\`${usage}\``, `${meaning}${repeatable ? '; repeatable' : ''}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')}\n`;
}

/** Lines of at most 118 characters. */
function wrap(text: string): string {
  return text.replaceAll(/(.{1,118})(?: |$)/g, '$1\n').trimEnd();
}

function anchor(name: string): string {
  return name.replaceAll(' ', '-');
}
