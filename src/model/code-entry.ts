/** One entry of the registry: what a stable code means, wherever it is raised. */
export interface CodeEntry {
  /** Exit code of a command that ends with it: 1 findings, 2 usage, 3 connection, 4 busy, 5 failed. */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 130 | 143;
  /** It is never more than a warning: a command that ends with it alone has the exit code 0. */
  readonly warns?: true;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}
