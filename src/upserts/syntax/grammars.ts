import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import treeSitter, { type Language, type Node, type Parser, type Tree } from '@vscode/tree-sitter-wasm';

export type { Node };

/** Languages for which there is a grammar. */
export type GrammarName =
  | 'go'
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'python'
  | 'java'
  | 'c-sharp'
  | 'ruby'
  | 'php'
  | 'rust';

/** Parses source with tree-sitter. A grammar is loaded when it is first needed. */
export class Grammars {
  readonly #languages = new Map<GrammarName, Promise<Language>>();
  readonly #folder = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  #parser: Promise<Parser> | undefined;

  /**
   * Gives the root of the syntax tree to `work`; its nodes live no longer than that. Undefined when the text is not
   * parsed within the time: hostile source can take the error recovery long.
   */
  async withTree<Result>(
    grammar: GrammarName,
    text: string,
    work: (root: Node) => Promise<Result>,
  ): Promise<Result | undefined> {
    this.#parser ??= this.#createParser();
    const parser = await this.#parser;
    parser.setLanguage(await this.#load(grammar));
    const deadline = performance.now() + PARSE_MS;
    const tree = parseUntil(parser, text, deadline);
    if (!tree) return undefined;
    try {
      return await work(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  async #createParser(): Promise<Parser> {
    await treeSitter.Parser.init();
    return new treeSitter.Parser();
  }

  #load(grammar: GrammarName): Promise<Language> {
    const known = this.#languages.get(grammar);
    if (known) return known;
    const loading = treeSitter.Language.load(join(this.#folder, `tree-sitter-${grammar}.wasm`));
    this.#languages.set(grammar, loading);
    return loading;
  }
}

/** A file of 1 MB takes about 0.3 s. */
const PARSE_MS = 5_000;

/** The callback's result ends the parse (0.25), though its type does not say so. */
function parseUntil(parser: Parser, text: string, deadline: number): Tree | null {
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  if (!tree) parser.reset();
  return tree;
}
