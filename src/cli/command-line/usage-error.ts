import type { Command as Commander, CommanderError } from 'commander';
import { redactUrl } from '../../config/redact.ts';
import { MsgdbError } from '../../model/errors.ts';
import { nearest, nearestByWord } from '../../model/nearest.ts';

/**
 * What commander refuses, in msgdb's own words; undefined for what is no error (help, version).
 * @param node the command that refused it.
 */
export function usageError(error: CommanderError, node: Commander): MsgdbError | undefined {
  const quoted = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknownCommand(node.args[0] ?? quoted, node);
    case 'commander.unknownOption':
      return unknownFlag(quoted, node);
    case 'commander.missingArgument':
      return missingArgument(quoted, node);
    case 'commander.optionMissingArgument':
      return missingValue(quoted, node);
    case 'commander.excessArguments':
      return excessArgument(node);
    case 'commander.helpDisplayed':
      return helpOfNothing(node);
    default:
      return error.exitCode === 0 || error.code === 'commander.help'
        ? undefined
        : new MsgdbError('MSGDB_USAGE', { what: redactUrl(error.message.replace(/^error: /, '')), fix: seeHelp(node) });
  }
}

/** `msgdb find --help`: commander shows the help of the program, as if no command had been named. */
function helpOfNothing(node: Commander): MsgdbError | undefined {
  const [word] = node.args;
  if (node.commands.length === 0 || word === undefined || word.startsWith('-')) return undefined;
  return unknownCommand(word, node);
}

/** A word where a command should be. */
export function unknownCommand(word: string, node: Commander): MsgdbError {
  const names = node.commands.map((each) => each.name());
  const meant = nearest(word, names) ?? nearestByWord(word, names);
  return new MsgdbError('MSGDB_USAGE', {
    what: `There is no command "${`${pathOf(node, '')} ${redactUrl(word)}`.trim()}".`,
    why: `The commands are ${names.join(', ')}.`,
    fix: meant ? `Did you mean \`${pathOf(node)} ${meant}\`?` : seeHelp(node),
    data: meant ? { meant } : {},
  });
}

/** Only the name of the flag is repeated: its value may be a URL with a password. */
function unknownFlag(typed: string, node: Commander): MsgdbError {
  const flag = typed.split('=')[0] ?? typed;
  const elsewhere = commandsWith(flag, rootOf(node));
  if (elsewhere.length > 0) return misplacedFlag(flag, node, elsewhere);
  const meant = nearest(flag, flagsOf(node));
  return new MsgdbError('MSGDB_USAGE', {
    what: `${pathOf(node)} has no flag ${flag}.`,
    why: 'It is neither a flag of this command nor one that every command accepts.',
    fix: meant ? `Did you mean ${meant}?` : seeHelp(node),
    data: meant ? { meant } : {},
  });
}

function misplacedFlag(flag: string, node: Commander, elsewhere: readonly string[]): MsgdbError {
  if (node === rootOf(node)) {
    const typed = elsewhere.find((name) => node.args.includes(name)) ?? elsewhere[0];
    return new MsgdbError('MSGDB_USAGE', {
      what: `${flag} stands before the command.`,
      why: `It is a flag of ${list(elsewhere)} alone, not of every command.`,
      fix: `Write it after the command: \`msgdb ${typed} ${flag}\`.`,
    });
  }
  return new MsgdbError('MSGDB_USAGE', {
    what: `${pathOf(node)} has no flag ${flag}.`,
    why: `It is a flag of ${list(elsewhere)}.`,
    fix: `Leave it out, or see \`${pathOf(node)} --help\`.`,
  });
}

function missingArgument(name: string, node: Commander): MsgdbError {
  const directory: unknown = node.optsWithGlobals().embedded;
  const taken = typeof directory === 'string' && directory !== '';
  return new MsgdbError('MSGDB_USAGE', {
    what: `${pathOf(node)} needs ${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}.`,
    why: taken
      ? `"${directory}" was taken for the directory of --embedded.`
      : `${name}: ${node.registeredArguments.find((each) => each.name() === name)?.description ?? 'required'}.`,
    fix: taken ? `Write \`${pathOf(node)} ${directory} --embedded\`.` : `Write \`${pathOf(node)} <${name}>\`.`,
  });
}

function missingValue(usage: string, node: Commander): MsgdbError {
  const [, flag = usage, value = 'VALUE'] = /(--[-\w]+) <(.+)>/.exec(usage) ?? [];
  return new MsgdbError('MSGDB_USAGE', {
    what: `${flag} is given without a value.`,
    why: `It is written as ${usage}.`,
    fix: `Write ${flag} ${value}, or see \`${pathOf(node)} --help\`.`,
  });
}

function excessArgument(node: Commander): MsgdbError {
  const word = node.args[node.registeredArguments.length] ?? '';
  if (node.commands.length > 0) return unknownCommand(word, node);
  return new MsgdbError('MSGDB_USAGE', {
    what: `${pathOf(node)} accepts no argument "${redactUrl(word)}".`,
    why: node.registeredArguments.length === 0 ? 'It accepts flags only.' : 'It accepts one argument only.',
    fix: seeHelp(node),
  });
}

function seeHelp(node: Commander): string {
  return `See \`${pathOf(node)} --help\`.`;
}

/** `msgdb archive show`. */
function pathOf(node: Commander, root = 'msgdb'): string {
  return node.parent ? `${pathOf(node.parent, root)} ${node.name()}`.trim() : root;
}

function rootOf(node: Commander): Commander {
  return node.parent ? rootOf(node.parent) : node;
}

/** Names of the commands that have a flag of their own. */
function commandsWith(flag: string, node: Commander): readonly string[] {
  return node.commands.flatMap((each) => [
    ...(each.options.some(({ short, long }) => short === flag || long === flag) ? [pathOf(each, '')] : []),
    ...commandsWith(flag, each),
  ]);
}

function flagsOf(node: Commander): readonly string[] {
  return [...node.options.flatMap(({ long }) => long ?? []), '--help'];
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
