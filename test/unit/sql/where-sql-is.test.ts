import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { SQL_CASES } from '../../cases/sql/index.ts';

/**
 * SQL is made in `sql`; `session` and `catalog` send it and read what it gives. That nobody else imports the maker of
 * statements is a rule of the layers (.dependency-cruiser.js). This is about those who would write the text alone.
 */
const WITHOUT_SQL = ['cli', 'commands', 'config', 'engine', 'inspect', 'loader', 'plan', 'report', 'resolve'];

/** The beginning of what a server is sent. DDL is not among it: people are told to run that, and a plan names it. */
const STATEMENT =
  /^\s*(?:select\s|with\s+\w+\s+as\b|insert\s+into\s|delete\s+from\s|update\s+\S+\s+set\b|truncate\s|savepoint\s|release\s+savepoint|rollback\s+to\s|set\s+(?:local|session|constraints|role)\s|lock\s+table\s|explain\s*\(|prepare\s|do\s+\$|show\s+(?:role|search_path)\b)/i;
/** A read of the catalogue or of msgdb's own tables, or a setting, somewhere in it. */
const PART = /\bpg_catalog\.\w|\bset_config\(|\b(?:from|join) (?:pg_\w+|msgdb\.\w+)/i;
/** What people are told to run. */
const TOLD = 'select tablename from pg_tables';

/** Texts of SQL, statements that are made without their maker, and SQL that is passed off as the user's own. */
function findSql(source: string): readonly string[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest);
  const found: string[] = [];
  function visit(node: ts.Node): void {
    if (isText(node)) {
      const text = node.getText(file).slice(1, -1);
      if (STATEMENT.test(text) || PART.test(text.replace(TOLD, ''))) found.push(text);
    } else if (ts.isObjectLiteralExpression(node)) {
      const names = node.properties.map((property) => property.name?.getText(file));
      if (names.includes('text') && names.includes('values')) found.push(node.getText(file));
    } else if (
      ts.isCallExpression(node) &&
      node.expression.getText(file) === 'userSql' &&
      node.arguments.some(isText)
    ) {
      found.push(node.getText(file));
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  return found;
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

const HOLE = '$'.concat('{table}');

describe('found is', () => {
  test.each([
    "db.query(sql('select 1'))",
    `const text = \`\n  select a from ${HOLE}\`;`,
    'const text = `with gone as (delete from t returning 1) select count(*) from gone`;',
    "const text = 'insert into msgdb.runs (id) values ($1)';",
    `const text = \`update ${HOLE} set a = 1\`;`,
    `const text = \`lock table ${HOLE} in share mode\`;`,
    "const part = `exists (select from pg_catalog.pg_class where relname = 't')`;",
    "const part = 'join pg_namespace n on true';",
    "const part = `set_config('role', 'none', true)`;",
    "await tx.query({ text: 'drop table t', values: [] });",
    `await tx.query(userSql(\`drop table ${HOLE}\`));`,
  ])('%s', (source) => {
    expect(findSql(source)).not.toEqual([]);
  });

  test.each([
    '// select a from t',
    "const fix = 'Run `select 1` first.';",
    "const fix = 'grant select on t to the role';",
    "const fix = 'Name one that select tablename from pg_tables lists.';",
    'await tx.query(userSql(each.text));',
    "const settings = { search_path: 'pg_catalog' };",
  ])('not %s', (source) => {
    expect(findSql(source)).toEqual([]);
  });
});

test.each(WITHOUT_SQL)('src/%s has no SQL of its own', (folder) => {
  const paths = readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => path.endsWith('.ts')).map((path) => join('src', folder, path));
  expect(sources).not.toEqual([]);
  expect(sources.flatMap((path) => findSql(readFileSync(path, 'utf8')).map((text) => `${path}: ${text}`))).toEqual([]);
});

const FOLDER = join('src', 'sql');

/** Makers without a case of their own, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'one-query/oneQuery': "the text is the user's own",
  'own-schema/placeOwn': 'it puts a name into the statements of others: every case goes through it',
  'parse-pieces/parsePieces': 'it reads a script',
  'pending/read-changes/readStatements': 'it reads a script',
  'user-sql/userSql': "the text is the user's own",
  'shadow/createShadowOwner': 'the role is of the whole server: test/db/upserts/shadow.test.ts has one of its own',
};

describe('each maker of statements that are sent', () => {
  const covered = new Set(SQL_CASES.map(({ of }) => of));

  test('has a case, by which its text is asserted and sent, or a reason', () => {
    const makers = findMakers();
    expect(makers.length).toBeGreaterThan(100);
    expect(makers.filter((name) => !covered.has(name) && EXCEPTIONS[name] === undefined)).toEqual([]);
  });

  test('is called in src as in its case', () => {
    const all = new Set(
      sources(FOLDER).flatMap((path) => exportsOf(path).map(({ name }) => `${fileOf(path)}/${name}`)),
    );
    expect([...covered, ...Object.keys(EXCEPTIONS)].filter((name) => !all.has(name))).toEqual([]);
  });
});

/** What gives statements and is used by what sends them: makers of parts are within the cases of the whole. */
function findMakers(): readonly string[] {
  const used = findUsed();
  return sources(FOLDER).flatMap((path) => {
    return exportsOf(path)
      .filter(({ type }) => /Statement\b/.test(type))
      .filter(({ name }) => used.has(`${path}:${name}`) || used.has(`${path}:*`))
      .map(({ name }) => `${fileOf(path)}/${name}`);
  });
}

function fileOf(path: string): string {
  return path.slice(FOLDER.length + 1, -'.ts'.length);
}

function exportsOf(path: string): readonly { readonly name: string; readonly type: string }[] {
  const found: { readonly name: string; readonly type: string }[] = [];
  parse(path).forEachChild((node) => {
    if (ts.isFunctionDeclaration(node) && isExported(node)) {
      // A return type that is left out could be anything.
      found.push({ name: node.name?.text ?? '', type: node.type?.getText() ?? 'Statement' });
    }
    if (ts.isVariableStatement(node) && isExported(node)) {
      for (const { name, initializer } of node.declarationList.declarations) {
        const made = initializer?.getText().startsWith('statement(') ? 'Statement' : '';
        found.push({ name: name.getText(), type: made });
      }
    }
  });
  return found;
}

function isExported(node: ts.HasModifiers): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** `path:name` of what is imported from `src/sql` elsewhere; `path:*` where all of a file is. */
function findUsed(): ReadonlySet<string> {
  const used = new Set<string>();
  for (const path of sources('src').filter((each) => !each.startsWith(FOLDER))) {
    for (const node of parse(path).statements) {
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
      const from = join(path, '..', node.moduleSpecifier.text);
      const bindings = node.importClause?.namedBindings;
      if (!from.startsWith(FOLDER) || !bindings) continue;
      const names = ts.isNamedImports(bindings)
        ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
        : ['*'];
      for (const name of names) used.add(`${from}:${name}`);
    }
  }
  return used;
}

function sources(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
    .toSorted();
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}
