import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/command-line/parse-command-line.ts';
import { EMIT_RUNNERS, PREFLIGHT_RUNNERS, PROJECT_RUNNERS } from '../../../src/cli/definition/runner-names.ts';
import { WRITERS } from '../../../src/commands/new/emit/writers.ts';
import { KNOWN_RUNNERS } from '../../../src/commands/runners/known-runners.ts';
import { RUNNERS } from '../../../src/commands/runners/runners.ts';

const LOOK = { width: 80, colour: false, unicode: true, verbose: false, redact: false };

/** What is typed, the last word unfinished, and what is offered for it. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['a command', ['mig'], ['migrate']],
  ['a command after a global flag and its value', ['--schema', 'migrate', 'stat'], ['status']],
  ['the commands of a family', ['archive', ''], ['list', 'purge', 'restore', 'show']],
  ['a flag of a command', ['migrate', '--allow'], ['--allow-out-of-order']],
  ['a global flag after a command', ['verify', '--data'], ['--database-url']],
  ['no flag of another command', ['status', '--allow'], []],
  ['the words that a setting takes', ['migrate', '--strategy', ''], ['auto', 'locked', 'online']],
  ['a runner', ['preflight', '--runner', 'f'], ['flyway']],
  ['a form that a repair is written in', ['new', 'x', '--emit', 'r'], ['rails']],
  ['a runner of the project', ['init', '--from', 'ec'], ['ecto']],
  ['a format', ['verify', '--format', 'js'], ['json']],
  ['the command that help is asked for', ['help', 'roll'], ['rollback']],
  ['a shell', ['completion', ''], ['bash', 'fish', 'zsh']],
  ['a file with a space', ['--config', 'a f'], ['a file.ts']],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'a file.ts'), '');
  for (const shell of ['bash', 'fish', 'zsh']) writeFileSync(join(folder, `msgdb.${shell}`), scriptOf(shell));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('completion in bash', () => {
  test.each(CASES)('offers %s', (_, words, offered) => {
    expect(completeInBash(words)).toEqual(offered);
  });

  test('offers a value after an equals sign, which bash takes for a word', () => {
    expect(completeInBash(['verify', '--format', '=', 'sa'])).toEqual(['sarif']);
  });
});

describe.runIf(isThere('fish'))('completion in fish', () => {
  test.each(CASES)('offers %s', (_, words, offered) => {
    const line = ['msgdb', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
    const out = run('fish', ['--no-config', '-c', `source msgdb.fish; complete -C '${line.replaceAll('\\', '\\\\')}'`]);
    expect(out.map((each) => each.split('\t')[0])).toEqual(offered);
  });
});

describe.runIf(isThere('zsh'))('completion in zsh, at a key press', () => {
  test.each([
    ['mig', 'migrate'],
    ['archive pu', 'archive purge'],
    ['--schema migrate stat', '--schema migrate status'],
    ['migrate --allow', 'migrate --allow-out-of-order'],
    ['migrate --strategy onl', 'migrate --strategy online'],
    ['verify --format=sa', 'verify --format=sarif'],
    ['help roll', 'help rollback'],
    ['--config a\\ f', '--config a\\ file.ts'],
  ])('makes of "%s" "%s"', (typed, completed) => {
    expect(completeInZsh(`msgdb ${typed}`)).toContain(`<msgdb ${completed} >`);
  });
});

test('the runners that flags take are those of the commands', () => {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).toSorted();
  expect(PREFLIGHT_RUNNERS.toSorted()).toEqual(names(RUNNERS));
  expect(EMIT_RUNNERS.toSorted()).toEqual(names(WRITERS));
  expect(PROJECT_RUNNERS.toSorted()).toEqual(names(KNOWN_RUNNERS));
});

test('a shell that there is no script for is an error that names the nearest', () => {
  const invocation = parseCommandLine(['completion', 'bsh'], LOOK);
  expect(invocation).toMatchObject({
    kind: 'refused',
    error: { code: 'MSGDB_USAGE', fix: 'Write msgdb completion bash.' },
  });
});

function scriptOf(shell: string): string {
  const invocation = parseCommandLine(['completion', shell], LOOK);
  if (invocation.kind !== 'text') throw new Error(`no script for ${shell}`);
  return invocation.text;
}

function completeInBash(words: readonly string[]): readonly string[] {
  const call = `source ./msgdb.bash; COMP_WORDS=(msgdb "$@"); COMP_CWORD=$#; _msgdb; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', ['--norc', '-c', call, 'bash', ...words]).toSorted();
}

/** Types the line and a tab in a zsh of its own, and gives what stands on its line then, as `<…>`. */
function completeInZsh(line: string): string {
  const show = 'show() { print -r -- "<$BUFFER>"; zle .send-break }; zle -N show; bindkey "^X" show';
  const prepare = `autoload -Uz compinit; compinit -u -d ./dump; source ./msgdb.zsh; ${show}; print READY`;
  const script = [
    'zmodload zsh/zpty',
    'zpty -b z "TERM=dumb zsh -f -i"',
    `zpty -w z ${quote(prepare)}`,
    "zpty -r z out '*READY*READY*'",
    `zpty -w -n z ${quote(line)}$'\\t\\C-x'`,
    "zpty -r z out '*<*>*'",
    'print -r -- $out',
    'zpty -d z',
  ];
  return run('zsh', ['-f', '-c', script.join('\n')]).join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Lines of what a program prints in the folder. */
function run(program: string, words: readonly string[]): readonly string[] {
  const out = execFileSync(program, words, { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: folder } });
  return out.split('\n').filter((line) => line !== '');
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
