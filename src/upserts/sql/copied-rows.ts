/** `COPY … FROM STDIN` to the end of its line: what follows it up to `\.` are rows. */
const COPY = /^[ \t]*copy\s[^;'$]{1,5000}?\bfrom\s+stdin\b[^;\n]*;[^\n]*\n/gim;

/** A script with spaces in place of the rows that COPY brings with it, so that nothing else is moved. */
export function withoutCopiedRows(sql: string): string {
  const kept: string[] = [];
  let from = 0;
  const copy = new RegExp(COPY);
  for (let found = copy.exec(sql); found; found = copy.exec(sql)) {
    const start = copy.lastIndex;
    const end = /^\\\.[ \t]*\r?$/m.exec(sql.slice(start));
    if (!end) break;
    kept.push(sql.slice(from, start), sql.slice(start, start + end.index).replaceAll(/[^\r\n]/g, ' '), '  ');
    from = start + end.index + 2;
    copy.lastIndex = from;
  }
  return kept.join('') + sql.slice(from);
}
