import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './pages.ts';

const OPENING = `# The library

What \`import … from 'msgdb'\` gives, as TypeScript sees it. How it is used is in [Use it as a library](../guides/library.md). This
page is generated from the published types: a change of them is a change of this page. Do not edit it.
`;

const OTHERS = `## Types that others are made of

They have no name of their own to import: take them from the type that has them, as in \`TargetReport['samples'][number]\`.
`;

/** Printed elsewhere, and longer than all others together. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['CODES', 'The registry of codes: each with its message, cause, fix and exit code. They are in [Codes](codes.md).'],
]);

/** The content of docs/reference/api.md, out of `dist/index.d.ts`. */
export function renderApiReference(): string {
  const { checker, module } = readTypes();
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: behindAlias(checker, symbol) }));
  const isFunction = ({ symbol }: Named): boolean => (symbol.flags & ts.SymbolFlags.Function) !== 0;
  const sections = [
    OPENING,
    '## Functions\n',
    ...byName(exported.filter(isFunction)).map(render),
    '## Types and classes\n',
    ...byName(exported.filter((each) => !isFunction(each))).map(render),
    OTHERS,
    ...byName(findOthers(checker, exported)).map(render),
  ];
  return `${sections.join('\n').trimEnd()}\n`;
}

function readTypes(): { readonly checker: ts.TypeChecker; readonly module: ts.Symbol } {
  const entry = join(REPOSITORY, 'dist', 'index.d.ts');
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
  });
  const source = program.getSourceFile(entry);
  const checker = program.getTypeChecker();
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error('the types of the library are not built: npm run build');
  return { checker, module };
}

/** Types of the package that exported ones are made of, and that are not exported themselves. */
function findOthers(checker: ts.TypeChecker, exported: readonly Named[]): readonly Named[] {
  const known = new Set(exported.map(({ symbol }) => symbol));
  const others: Named[] = [];
  function collect({ symbol }: Named): void {
    for (const declaration of symbol.declarations ?? []) visit(declaration);
  }
  function visit(node: ts.Node): void {
    const found = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const symbol = found && behindAlias(checker, found);
    if (symbol && isOwnType(symbol) && !known.has(symbol)) {
      known.add(symbol);
      others.push({ name: symbol.name, symbol });
      collect({ name: symbol.name, symbol });
    }
    ts.forEachChild(node, visit);
  }
  for (const each of exported.filter(({ name }) => !ELSEWHERE.has(name))) collect(each);
  return others;
}

function behindAlias(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isOwnType({ flags, declarations = [] }: ts.Symbol): boolean {
  if (!(flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Class)) || flags & ts.SymbolFlags.TypeParameter) return false;
  return declarations.some((node) => node.getSourceFile().fileName.startsWith(join(REPOSITORY, 'dist')));
}

interface Named {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

function byName<Each extends Named>(all: readonly Each[]): readonly Each[] {
  return all.toSorted((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
}

function render({ name, symbol }: Named): string {
  const elsewhere = ELSEWHERE.get(name);
  if (elsewhere !== undefined) return `### ${name}\n\n${elsewhere}\n`;
  const declarations = (symbol.declarations ?? []).map(statementOf);
  return `### ${name}\n\n\`\`\`typescript\n${[...new Set(declarations)].join('\n\n')}\n\`\`\`\n`;
}

/** As it is published, with what is said of it. */
function statementOf(node: ts.Node): string {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const text = statement.getSourceFile().text.slice(statement.getStart(undefined, true), statement.end);
  return text.replaceAll(/^(?:export )?declare /gm, '').replaceAll(/^export /gm, '');
}
