/** What the `options` parameter (PGOPTIONS) asks for. */
export interface StartupOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)*$/;

/** Poolers and Neon route by these; the host name (SNI) says the same, and the server does not know them. */
const ROUTING = /^(?:endpoint|project|reference|-{2}cluster)=/;

/**
 * Takes the settings out of a server command line: `-c name=value`, `-cname=value`, `--name=value`, with spaces in
 * values escaped by a backslash. Anything else has no meaning after connecting, and gives a warning.
 */
export function parseStartupOptions(options: string, source: string): StartupOptions {
  const settings: Record<string, string> = {};
  const warnings: string[] = [];
  const words = splitWords(options);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const assignment = word === '-c' ? words[++index] : /^(?:-c|--)(.+)$/s.exec(word)?.[1];
    const equals = assignment?.indexOf('=') ?? -1;
    // PostgreSQL (ParseLongOption) takes a dash in a setting's name for an underscore.
    const name = assignment?.slice(0, Math.max(equals, 0)).replaceAll('-', '_') ?? '';
    if (ROUTING.test(word)) continue;
    if (assignment !== undefined && SETTING_NAME.test(name)) settings[name] = assignment.slice(equals + 1);
    else warnings.push(`A part of "options" given by ${source} is not of the form -c name=value and is left out.`);
  }
  return { settings, warnings: [...new Set(warnings)] };
}

/** PostgreSQL's pg_split_opts: white space separates, a backslash takes the next character as it is. */
function splitWords(options: string): readonly string[] {
  const words = options.match(/(?:\\[\s\S]|[^\s\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\([\s\S])/g, '$1'));
}
