import type { Project } from './recognise-project.ts';

/** The config file of a project, with what was recognised in it. */
export function configText({ runners, libraries, sources, variable }: Project, migrationsDir: string): string {
  const beside = runners.map(({ runner, folder }) => `${runner.title}'s${folder === undefined ? '' : ` (${folder})`}`);
  const lines = [
    ...databaseLines(variable?.name),
    ...(beside.length === 0
      ? []
      : [`// Rules of msgdb. Migrations stay ${beside.join(' and ')}: \`msgdb preflight\` looks at them.`]),
    `migrationsDir: ${literal(migrationsDir)},`,
    ...(libraries.length === 0 ? [] : [`orms: [${libraries.map(literal).join(', ')}],`]),
    ...(sources.length === 0 ? [] : [`sources: [${sources.map(literal).join(', ')}],`]),
    "// schema: 'public',",
  ];
  return [
    "import { defineConfig } from 'msgdb';",
    '',
    'export default defineConfig({',
    ...lines.map((line) => `  ${line}`),
    '});',
    '',
  ].join('\n');
}

/** Those that msgdb reads by itself. */
const BY_ITSELF = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'MSGDB_DATABASE_URL'];

function databaseLines(variable: string | undefined): readonly string[] {
  if (variable === undefined || BY_ITSELF.includes(variable)) {
    return [
      '// The database: --database-url, MSGDB_DATABASE_URL, DATABASE_URL or .env come before this.',
      "// databaseUrl: 'postgresql://app@localhost:5432/shop',",
    ];
  }
  return [
    '// The variable with the URL of the database, in the environment or .env.',
    `databaseUrlVariable: '${variable}',`,
  ];
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
