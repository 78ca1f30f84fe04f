/**
 * PostgreSQL looks into pg_catalog first, unless search_path names it later; then a user's function or operator of a
 * builtin's name would be called instead. The path as it is, with pg_catalog first.
 */
export function catalogFirst(path: string): string {
  return /(?:^|,)\s*"?pg_catalog"?\s*(?:,|$)/i.test(path) ? `pg_catalog, ${path}` : path;
}
