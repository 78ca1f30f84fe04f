import type { Dialect } from './read-literal.ts';

export const KOTLIN: Dialect = { interpolates: () => true, binds: () => false };

/** `s"…"` makes a text; `sql"…"`, `fr"…"`, `SQL"…"` of doobie, Slick, Anorm and others bind what is put in. */
export const SCALA: Dialect = {
  interpolates: (prefix) => prefix !== '',
  binds: (prefix) => !['', 's', 'f', 'raw'].includes(prefix),
};
