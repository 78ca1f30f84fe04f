/** A repair as SQL, and what it is called. */
export interface RepairText {
  /** In kebab-case: what every runner's spelling is made of. */
  readonly words: string;
  /** What it is, for people: one line. */
  readonly title: string;
  readonly up: string;
  readonly down: string;
  /** The index that it builds, where it is of plain columns: what a schema file would have to say. */
  readonly index: EmittedIndex;
}

export interface EmittedIndex {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** An expression or a predicate, which a model file may not be able to say. */
  readonly plain: boolean;
}

/** The folder that it is written into. */
export interface Folder {
  /** Files in it and in folders of it, as paths with slashes. */
  readonly listing: readonly string[];
  readonly read: (path: string) => Promise<string>;
  /** The `package.json` next above the folder says that a .js file is a module. */
  readonly modules: boolean;
  readonly now: Date;
}

/** Files of one migration. */
export interface Written {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** A register that is there already, with the migration in it: written last. */
  readonly register?: { readonly path: string; readonly content: string };
  /** What a person runs next. */
  readonly next: string;
  readonly notes: readonly string[];
}

/** How one runner has its migrations. */
export interface Writer {
  readonly name: string;
  /** Where its projects have them by convention, from the project's folder. */
  readonly folders: readonly string[];
  /** A path in such a folder. */
  readonly own: RegExp;
  readonly write: (repair: RepairText, folder: Folder) => Promise<Written> | Written;
}
