import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import treeSitter, { type Language, type Node, type Parser, type Tree } from '@vscode/tree-sitter-wasm';
import { type Deadline, OutOfTime } from '../deadline.ts';

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
   * Gives the root of the syntax tree to `work`; its nodes live no longer than that. Hostile source can take the error
   * recovery long.
   * @throws OutOfTime when the text is not parsed within the time.
   */
  async withTree<Result>(
    grammar: GrammarName,
    text: string,
    deadline: Deadline,
    work: (root: Node) => Promise<Result>,
  ): Promise<Result> {
    this.#parser ??= this.#createParser();
    const parser = await this.#parser;
    parser.setLanguage(await this.#load(grammar));
    const tree = parseUntil(parser, text, deadline);
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

/** The callback's result ends the parse (0.25), though its type does not say so. */
function parseUntil(parser: Parser, text: string, deadline: Deadline): Tree {
  const tree = parser.parse(text, null, { progressCallback: () => deadline.isOver });
  if (tree) return tree;
  parser.reset();
  throw new OutOfTime();
}
