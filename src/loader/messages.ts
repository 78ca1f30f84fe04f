/** What a worker is to load. */
export interface LoadOrder {
  /** Absolute, in the order in which they are loaded. */
  readonly paths: readonly string[];
  /** What `import … from 'msgdb'` means in them: the path of the library's entry. */
  readonly libraryEntry: string | undefined;
}

/** Where in a file of the user's something happened. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What was thrown, as it passes from one thread to another. */
export interface Thrown {
  readonly message: string;
  readonly place: Place | undefined;
  /** Code, reason and advice, where it is an error of the library: of whichever instance of it. */
  readonly known?: { readonly code: string; readonly why: string; readonly fix: string };
}

/** What a worker says while it loads. */
export type LoadMessage =
  | { readonly kind: 'begun'; readonly path: string }
  | { readonly kind: 'exported'; readonly path: string; readonly hasDefault: boolean; readonly exported: unknown }
  | { readonly kind: 'thrown'; readonly thrown: Thrown }
  /** A file called what would have ended the program. */
  | { readonly kind: 'ended'; readonly call: string; readonly place: Place | undefined }
  /** What was exported cannot leave the thread. */
  | { readonly kind: 'not-data'; readonly what: string }
  | { readonly kind: 'finished' };
