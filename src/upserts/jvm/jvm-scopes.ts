/** What stands before a brace is not longer than this. */
const LONGEST_HEAD = 300;

const TAKES = /^([\w\s,():<>?.[\]]*?)(?:->|=>)/;

interface JvmScope {
  readonly parent: number;
  /** Of an object or class its name. */
  readonly name: string | undefined;
  /** What stands before its brace. */
  readonly head: string;
  /** What a block takes: `a, b` of `{ a, b -> … }`. */
  readonly takes: string;
}

/** The blocks of a file of Kotlin or Scala, as its braces are met; number 0 is the file. */
export class JvmScopes {
  readonly #text: string;
  readonly #scopes: JvmScope[] = [{ parent: -1, name: '', head: '', takes: '' }];
  #current = 0;
  /** Where the last brace was. */
  #from = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get current(): number {
    return this.#current;
  }

  meet(brace: string, at: number): void {
    if (brace === '{') {
      const head = this.#text.slice(Math.max(this.#from, at - LONGEST_HEAD), at);
      const takes = TAKES.exec(this.#text.slice(at + 1, at + LONGEST_HEAD))?.[1] ?? '';
      this.#scopes.push({ parent: this.#current, name: this.#nameOf(head), head, takes });
      this.#current = this.#scopes.length - 1;
    } else this.#current = Math.max(0, this.#scopes[this.#current]?.parent ?? 0);
    this.#from = at + 1;
  }

  #nameOf(head: string): string | undefined {
    const own = /\b(?:object|class|interface|trait)\s+(\w+)[^{}]*$/.exec(head)?.[1];
    const isCompanion = /\bcompanion\s+object\s*$/.test(head);
    return isCompanion ? this.#scopes[this.#current]?.name : own;
  }

  nameOf(scope: number): string | undefined {
    return this.#scopes[scope]?.name;
  }

  /** The block and those around it, the file last. */
  around(scope: number): readonly number[] {
    const found: number[] = [];
    for (let each = scope; each >= 0; each = this.#scopes[each]?.parent ?? -1) found.push(each);
    return found;
  }

  /** Is the block in no function, so that its names are seen from elsewhere? */
  isOpen(scope: number): boolean {
    return this.around(scope).every((each) => this.nameOf(each) !== undefined);
  }

  /** Does the block give the name itself, as a parameter? */
  hasParameter(scope: number, name: string): boolean {
    const { head = '', takes = '' } = this.#scopes[scope] ?? {};
    return isParameterIn(head, name) || new RegExp(`\\b${name}\\b`).test(takes);
  }
}

/** Is the name a parameter in what stands before a block or an expression? */
export function isParameterIn(head: string, name: string): boolean {
  return new RegExp(`[(,]\\s*(?:va[lr]\\s+)?${name}\\s*:|\\b${name}\\s*(?:->|=>|<-)`).test(head);
}
