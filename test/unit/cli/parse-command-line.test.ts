import { describe, expect, test } from 'vitest';
import { type Invocation, parseCommandLine } from '../../../src/cli/command-line/parse-command-line.ts';
import { GLOBAL_FLAGS } from '../../../src/cli/definition/flags.ts';
import { COMMANDS } from '../../../src/cli/table/table.ts';
import { CODES } from '../../../src/model/codes.ts';
import { VERSION } from '../../../src/model/version.ts';
import { renderError } from '../../../src/report/render.ts';

const look = { width: 80, colour: false, unicode: true, verbose: false, redact: false };

function parse(line: string): Invocation {
  return parseCommandLine(line === '' ? [] : line.split(' '), look);
}

function parsed(line: string) {
  const invocation = parse(line);
  if (invocation.kind !== 'run') throw new Error(`${line} is not run but ${JSON.stringify(invocation)}`);
  const { command, input } = invocation;
  const { color, ...flags } = input.flags;
  return { name: command.name, arguments: input.arguments, flags, color };
}

function refusal(line: string) {
  const invocation = parse(line);
  if (invocation.kind !== 'refused') throw new Error(`${line} is not refused but ${invocation.kind}`);
  return invocation;
}

describe('a command line is parsed', () => {
  test.each<[string, string, object]>([
    ['migrate', 'migrate', {}],
    ['migrate --dry-run', 'migrate', { dryRun: true }],
    ['-v migrate', 'migrate', { verbose: true }],
    ['migrate -v', 'migrate', { verbose: true }],
    ['dedupe -yv', 'dedupe', { yes: true, verbose: true }],
    ['dedupe -vy', 'dedupe', { yes: true, verbose: true }],
    ['--format json status', 'status', { format: 'json' }],
    ['status --format=json', 'status', { format: 'json' }],
    ['status --format json --exit-code', 'status', { format: 'json', exitCode: true }],
    ['-u postgres://h/d status', 'status', { databaseUrl: 'postgres://h/d' }],
    ['dedupe --table t --key a,b -q', 'dedupe', { table: 't', key: 'a,b', quiet: true }],
    ['dedupe --merge a=max --merge b=min', 'dedupe', { merge: ['a=max', 'b=min'] }],
    ['migrate --lock-wait 5s --limit 5%', 'migrate', { lockWait: '5s', limit: '5%' }],
    ['find-duplicates --memory 1GB', 'find-duplicates', { memory: '1GB' }],
    ['verify --memory 32MB', 'verify', { memory: '32MB' }],
    ['rollback --step 2', 'rollback', { step: '2' }],
    ['archive', 'archive list', {}],
    ['fence', 'fence list', {}],
    ['preflight --repair --keep-fence 30m', 'preflight', { repair: true, keepFence: '30m' }],
    ['archive -v', 'archive list', { verbose: true }],
    ['archive list', 'archive list', {}],
    ['archive purge --older-than 30d -y', 'archive purge', { olderThan: '30d', yes: true }],
    ['archive show --redact run', 'archive show', { redact: '' }],
    ['--redact verify', 'verify', { redact: '' }],
    ['verify --redact=content,email', 'verify', { redact: 'content,email' }],
    ['find-duplicates --samples 0 --redact', 'find-duplicates', { samples: '0', redact: '' }],
  ])('msgdb %s', (line, name, flags) => {
    expect(parsed(line)).toMatchObject({ name, flags });
    expect(Object.keys(parsed(line).flags).toSorted()).toEqual(Object.keys(flags).toSorted());
  });

  test.each<[string, string, readonly string[]]>([
    ['archive show 2026-1', 'archive show', ['2026-1']],
    ['-v archive show 2026-1 --rows 3', 'archive show', ['2026-1']],
    ['new unique-id --sql', 'new', ['unique-id']],
    ['repair', 'repair', []],
    ['baseline 0012 --dry-run', 'baseline', ['0012']],
    ['repair -- -odd', 'repair', ['-odd']],
  ])('msgdb %s has its arguments', (line, name, words) => {
    expect(parsed(line)).toMatchObject({ name, arguments: words });
  });

  test('--no-color is understood before and after the command', () => {
    expect(parsed('--no-color status').color).toBe(false);
    expect(parsed('status --no-color').color).toBe(false);
    expect(parsed('status').color).toBe(true);
  });
});

describe('--embedded takes a directory, but never the command', () => {
  test.each<[string, string, string | true]>([
    ['--embedded migrate', 'migrate', ''],
    ['--embedded pg migrate', 'migrate', 'pg'],
    ['--embedded=pg migrate', 'migrate', 'pg'],
    ['--embedded --format json migrate', 'migrate', true],
    ['-c demo --embedded status', 'status', ''],
    ['-v --embedded archive list', 'archive list', ''],
    ['archive --embedded list', 'archive list', ''],
    ['migrate --embedded', 'migrate', true],
    ['migrate --embedded pg', 'migrate', 'pg'],
    ['migrate --embedded status', 'migrate', 'status'],
    ['migrate --embedded --dry-run', 'migrate', true],
  ])('msgdb %s', (line, name, embedded) => {
    expect(parsed(line)).toMatchObject({ name, flags: { embedded } });
  });
});

describe('a wrong command line is refused with what is meant', () => {
  test.each<[string, string, string]>([
    ['migrat', 'no command "migrat"', '`msgdb migrate`'],
    ['statsu', 'no command "statsu"', '`msgdb status`'],
    ['xyzzy', 'no command "xyzzy"', 'msgdb --help'],
    ['archive lst', 'no command "archive lst"', '`msgdb archive list`'],
    ['help migrat', 'no command "migrat"', '`msgdb migrate`'],
    ['find --help', 'no command "find"', '`msgdb find-duplicates`'],
    ['archive lst -h', 'no command "archive lst"', '`msgdb archive list`'],
    ['find-dupes', 'no command "find-dupes"', '`msgdb find-duplicates`'],
    ['dupes', 'no command "dupes"', '`msgdb find-duplicates`'],
    ['upserts', 'no command "upserts"', '`msgdb check-upserts`'],
    ['--foo', 'no flag --foo', 'msgdb --help'],
    ['migrate --dry-rnu', 'no flag --dry-rnu', '--dry-run'],
    ['migrate --formt json', 'no flag --formt', '--format'],
    ['status --dry-run', 'no flag --dry-run', 'Leave it out'],
    ['verify --keep id', 'no flag --keep', 'Leave it out'],
    ['--lock-wait 5s migrate', '--lock-wait stands before the command', 'msgdb migrate --lock-wait'],
    ['verify --jobs 4', 'no flag --jobs', 'msgdb verify --help'],
    ['status now', 'accepts no argument "now"', 'msgdb status --help'],
    ['archive show', 'needs a RUN', 'msgdb archive show <RUN>'],
    ['archive show a b', 'accepts no argument "b"', 'msgdb archive show --help'],
    ['new', 'needs a NAME', 'msgdb new <NAME>'],
    ['new --embedded foo', 'needs a NAME', 'msgdb new foo --embedded'],
    ['migrate --to', '--to is given without a value', '--to NAME'],
    ['status --format', '--format is given without a value', '--format FORMAT'],
    ['dedupe --table t --key a --where --dry-run', '--where is given without a value', 'Give --where a value'],
    ['migrate --to -y', '--to is given without a value', 'Give --to a value'],
    ['status --output --redact', '--output is given without a value', 'Give --output a value'],
  ])('msgdb %s', (line, message, fix) => {
    const { error } = refusal(line);
    expect(error.code).toBe('MSGDB_USAGE');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.fix).toContain(fix);
  });

  test.each<[string, string, string]>([
    ['dedupe --table a --table b', '--table is given more than once', 'for example --table a.'],
    ['find-duplicates --table a --key b --key c', '--key is given more than once', '--key "b,c"'],
    ['dedupe --where a --where=b', 'different values: "a", "b"', '--where "(a) and (b)"'],
    ['--format json status --format human', '--format is given more than once', 'for example --format json.'],
    ['-c a status --config b', '--config is given more than once', 'for example --config a.'],
    ['--embedded=a migrate --embedded=b', '--embedded is given more than once', 'for example --embedded a.'],
    ['migrate --embedded --embedded=b', '--embedded is given more than once', 'for example --embedded.'],
    ['archive show 2026-1 --rows 1 --rows 2', '--rows is given more than once', 'for example --rows 1.'],
    ['migrate -u postgres://a:hush@h/d -u postgres://a:hush@h/e', '"postgres://a:***@h/e"', 'Keep one of them'],
  ])('msgdb %s', (line, message, fix) => {
    const { error } = refusal(line);
    expect(error).toMatchObject({ code: 'MSGDB_USAGE', exitCode: 2 });
    expect(error.message).toContain(message);
    expect(error.fix).toContain(fix);
    expect(renderError(error, 'json', 'msgdb', { ...look, verbose: true })).not.toContain('hush');
  });

  test('no flag with a value takes the last of two, but those that are meant to be given again', () => {
    const repeatable: string[] = [];
    for (const { name, flags, arguments: words } of COMMANDS) {
      const needed = words.flatMap(({ usage }) => (usage.startsWith('<') ? ['x'] : []));
      for (const { usage } of [...flags, ...GLOBAL_FLAGS].filter((each) => /[<[]/.test(each.usage))) {
        const flag = /--[-a-z]+/.exec(usage)?.[0] ?? '';
        const line = (...values: readonly string[]) =>
          [name, ...needed, ...values.map((value) => `${flag}=${value}`)].join(' ');
        expect(parse(line('a=max', 'a=max')).kind).toBe('run');
        if (parse(line('a=max', 'b=max')).kind === 'run') repeatable.push(flag);
      }
    }
    expect([...new Set(repeatable)]).toEqual(['--output', '--merge', '--references']);
  });

  test.each([
    'migrate postgres://app:hush@h/d',
    'postgres://app:hush@h/d',
    'status --database-ulr=postgres://app:hush@h/d',
    'archive postgres://app:hush@h/d',
    'help postgres://app:hush@h/d',
    'status password=hush',
  ])('msgdb %s does not repeat the password', (line) => {
    const { error, command } = refusal(line);
    for (const format of ['human', 'json'] as const) {
      expect(renderError(error, format, command, { ...look, verbose: true })).not.toContain('hush');
    }
  });

  test('the flags that were understood are kept, so that the refusal comes in the format asked for', () => {
    expect(refusal('status --format json --nope')).toMatchObject({ command: 'status', flags: { format: 'json' } });
    expect(refusal('--nope --format json')).toMatchObject({ command: 'msgdb', flags: { format: 'json' } });
    expect(refusal('archive show --format junit')).toMatchObject({ command: 'archive', flags: { format: 'junit' } });
  });
});

test('-y is shown for the commands that ask a question, and taken by all that change something', () => {
  const asking = COMMANDS.filter(({ flags }) => flags.some(({ usage, hidden }) => usage.startsWith('-y') && !hidden));
  expect(asking.map(({ name }) => name)).toEqual(['preflight', 'dedupe', 'archive restore', 'archive purge', 'init']);
  expect(parse('migrate -y')).toMatchObject({ kind: 'run', input: { flags: { yes: true } } });
  expect(parse('rollback --yes')).toMatchObject({ kind: 'run', input: { flags: { yes: true } } });
  expect(parse('migrate --help')).toMatchObject({ text: expect.not.stringContaining('--yes') });
});

describe('help', () => {
  test('the version', () => {
    expect(parse('--version')).toEqual({ kind: 'text', text: `msgdb ${VERSION}\n`, exitCode: 0 });
    expect(parse('-V')).toMatchObject({ exitCode: 0 });
  });

  test('no command at all is wrong usage, with the help', () => {
    expect(parse('')).toMatchObject({ kind: 'text', exitCode: 2, text: expect.stringContaining('Usage: msgdb') });
  });

  test.each(['--help', '-h', 'help', 'help migrate', 'migrate --help', 'migrate -h', '--help migrate'])(
    'msgdb %s is no error',
    (line) => {
      expect(parse(line)).toMatchObject({ kind: 'text', exitCode: 0 });
    },
  );

  test.each(['MSGDB_REFUSED', 'msgdb_refused', 'MSGDB_REFUSED --no-color'])(
    'of the code %s is what it means',
    (words) => {
      const { text, exitCode } = parse(`help ${words}`) as Extract<Invocation, { kind: 'text' }>;
      expect(exitCode).toBe(0);
      expect(text).toContain('MSGDB_REFUSED');
      for (const said of [CODES.MSGDB_REFUSED.title, 'cause', 'fix', 'exit code']) expect(text).toContain(said);
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    },
  );

  test('of a code that there is not is refused with the one that is meant', () => {
    const { error } = refusal('help MSGDB_REFUSD');
    expect(error.message).toBe('There is no code MSGDB_REFUSD.');
    expect(error.fix).toBe('Did you mean `msgdb help MSGDB_REFUSED`?');
  });

  test('help of a command is the same both ways', () => {
    expect(parse('help archive show')).toEqual(parse('archive show --help'));
  });

  test('the help of the program fits a terminal of 80 columns', () => {
    const { text } = parse('--help') as Extract<Invocation, { kind: 'text' }>;
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('the help of the program names every command', () => {
    const { text } = parse('--help') as Extract<Invocation, { kind: 'text' }>;
    for (const { name } of COMMANDS) expect(text).toContain(`  ${name.split(' ')[0]} `);
  });

  describe.each(COMMANDS.map(({ name }) => name))('of %s', (name) => {
    const { text } = parse(`${name} --help`) as Extract<Invocation, { kind: 'text' }>;

    test('has its flags, those of every command, and examples', () => {
      for (const heading of ['Usage:', 'Database:', 'Project:', 'Output:', 'Examples:'])
        expect(text).toContain(heading);
      expect(text).toContain('--format <FORMAT>');
    });

    test('fits a terminal of 80 columns', () => {
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    });

    test('each of its flags is suggested where a letter of it is missing', () => {
      const flags = COMMANDS.find((command) => command.name === name)?.flags ?? [];
      for (const { usage } of [...flags, ...GLOBAL_FLAGS]) {
        const [long = ''] = /--[-a-z]{5,}/.exec(usage) ?? [];
        if (long === '') continue;
        const { error } = refusal(`${name} ${long.slice(0, 5)}${long.slice(6)}`);
        expect(error.fix).toBe(`Did you mean ${long}?`);
      }
    });

    test('ends with at least two examples, which are understood', () => {
      const examples = COMMANDS.find((command) => command.name === name)?.examples ?? [];
      expect(examples.length).toBeGreaterThan(1);
      expect(text.trimEnd().endsWith(`  ${examples.at(-1)?.command}`)).toBe(true);
      for (const { command } of examples) {
        const words = command.replace(/ > .*$/, '').match(/"[^"]*"|\S+/g) ?? [];
        const line = words.slice(1).map((word) => word.replaceAll('"', ''));
        expect(parseCommandLine(line, look), command).toMatchObject({ kind: 'run', command: { name } });
      }
    });
  });
});

test.each(['archive', 'completion'])('the help of %s ends with two examples as well', (name) => {
  const { text } = parse(`${name} --help`) as Extract<Invocation, { kind: 'text' }>;
  const [, examples = ''] = text.split('Examples:\n');
  expect(examples.trimEnd().split('\n')).toHaveLength(4);
});

test.each([
  ['dedupe', '--fence skip', 'It is a flag of preflight, migrate, rollback and redo.'],
  ['dedupe', '--wait-for-blockers 1m', 'It is a flag of preflight, migrate, rollback and redo.'],
  ['rollback', '--limit 10', 'It is a flag of preflight, migrate, dedupe, redo and new.'],
  [
    'archive purge',
    '--lock-retries 3',
    'It is a flag of preflight, migrate, dedupe, rollback, redo, archive restore, fence drop and new.',
  ],
])('%s has no %s, which would change nothing there, and its help does not list it', (command, flag, why) => {
  expect(refusal(`${command} ${flag}`).error).toMatchObject({ code: 'MSGDB_USAGE', why });
  const help = parse(`${command} --help`);
  expect(help).toMatchObject({ kind: 'text', text: expect.stringContaining('--lock-wait <TIME>') });
  expect(help).toMatchObject({ text: expect.not.stringContaining(flag.split(' ')[0] ?? '') });
});
