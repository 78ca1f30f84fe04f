import { JAVASCRIPT } from '../languages.ts';

/** What a file is read for, judged by its bytes alone: most files hold nothing of interest and are not parsed. */
export interface Sifted {
  readonly upserts: boolean;
  /** Names of tables for classes: read only when an upsert names a class. */
  readonly models: boolean;
}

/** What upserts and models look like in the files of one family of languages. */
interface Family {
  readonly files: RegExp;
  /** Bytes to search for before any regular expression: ten times as fast, and enough for nearly all files. */
  readonly hints: readonly string[];
  readonly calls?: RegExp;
  /** A lookup and an insert that may belong together. */
  readonly lookup?: readonly [RegExp, RegExp];
  readonly models: readonly string[];
}

const SQL_HINTS = ['onflict', 'ONFLICT', 'MERGE', 'erge into', 'NSERT INTO', 'nsert into'];
const SQL = /\bon\s+conflict\b|\bmerge\s+into\b/i;
const SELECT_AND_INSERT = [/\bselect\b[\s\S]{0,2000}?\bfrom\b/i, /\binsert\s+into\b/i] as const;

const FAMILIES: readonly Family[] = [
  {
    files: JAVASCRIPT,
    hints: ['psert', 'ulkCreate', '.findFirst', '.findUnique', '.orUpdate', '.orIgnore'],
    calls: /\.upsert(?:Many)?\s*[(<]|\.bulkCreate\s*\(|\.onConflict|\.or(?:Update|Ignore)\s*\(/,
    lookup: [/\.find(?:First|Unique)\(/, /\.create\(/],
    models: ['pgTable', 'pgSchema', '.table(', '@Entity', 'sequelize', 'Sequelize'],
  },
  {
    files: /\.py$/,
    hints: ['psert', 'bulk_create', '_or_create', '.first()', 'one_or_none'],
    calls: /\.upsert\(|\.on_conflict|(?:update|ignore)_conflicts|\.(?:get|update)_or_create\(/,
    lookup: [/\.(?:first|one_or_none|scalar_one_or_none)\(\)/, /\.add\(/],
    models: ['__tablename__', 'Table(', 'models.', 'Model)'],
  },
  {
    files: /\.(?:rb|rake)$/,
    hints: ['psert', 'nsert_all', 'unique_by', 'on_duplicate_key_', '.insert(', 'or_create_by'],
    calls:
      /\b(?:upsert_all|insert_all|unique_by|on_duplicate_key_\w+)\b|\.(?:upsert|find_or_create_by!?)\b|[a-z]\.insert\(/,
    models: ['table_name'],
  },
  {
    files: /\.php$/,
    hints: ['psert', 'OrCreate', 'OrIgnore'],
    calls: /(?:->|::)(?:upsert|updateOrCreate|firstOrCreate|insertOrIgnore)\(/,
    models: ['$table'],
  },
  {
    files: /\.go$/,
    hints: [],
    calls: /\bOnConflict(?:Columns)?[{(]|\.On\(\s*["`]CONFLICT/,
    models: ['TableName()', 'bun:"', 'pg:"'],
  },
  { files: /\.rs$/, hints: [], calls: /\.on_conflict/, models: ['table_name', 'table!'] },
  { files: /\.java$/, hints: ['.onDuplicateKeyIgnore('], calls: /\.onConflict|\.onDuplicateKeyIgnore\(/, models: [] },
  { files: /\.exs?$/, hints: [], calls: /\bon_conflict:/, models: ['schema "', 'schema("'] },
  { files: /\.prisma$/, hints: [], models: ['model '] },
];

const OTHERS: Family = { files: /(?:)/, hints: [], models: [] };

/** Says by its name and bytes what a file is read for. What it says no to is not parsed. */
export function sift(file: string, bytes: Buffer): Sifted {
  const family = FAMILIES.find(({ files }) => files.test(file)) ?? OTHERS;
  const models = family.models.some((hint) => bytes.includes(hint));
  const hinted = SQL_HINTS.some((hint) => bytes.includes(hint)) || family.hints.some((hint) => bytes.includes(hint));
  return { upserts: hinted && isWorthParsing(family, bytes.toString('latin1')), models };
}

function isWorthParsing({ calls, lookup }: Family, text: string): boolean {
  return (
    SQL.test(text) ||
    calls?.test(text) === true ||
    SELECT_AND_INSERT.every((half) => half.test(text)) ||
    lookup?.every((half) => half.test(text)) === true
  );
}
