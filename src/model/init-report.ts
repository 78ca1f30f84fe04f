/** Something that `init` has recognised in a project. */
export interface Recognised {
  readonly what: 'runner' | 'library' | 'sources' | 'schema file' | 'database URL' | 'CI';
  readonly name: string;
  /** What it was known by: a file, a folder with what is in it; empty where the name says it. */
  readonly where: string;
}

/** Lines that `init` has not written, for a person to put in their place. */
export interface Snippet {
  readonly place: string;
  /** Why they were not written. */
  readonly why: string;
  readonly text: string;
}
