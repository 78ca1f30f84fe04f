/** What a file is read for, judged by its bytes alone: most files hold nothing of interest and are not parsed. */
export interface Sifted {
  readonly upserts: boolean;
  /** Names of tables for classes: read only when an upsert names a class. */
  readonly models: boolean;
}

/** Byte search before the regular expressions: ten times as fast, and enough for nearly all files. */
const HINTS = ['onflict', 'ONFLICT', 'psert', 'PSERT', 'MERGE', 'erge into', 'nsert_all', 'nsertOrIgnore'];
const CHECK_HINTS = ['NSERT INTO', 'nsert into', 'findFirst', 'findUnique', '.add('];
const MODEL_HINTS = [
  'pgTable',
  'pgSchema',
  'schema.table(',
  '__tablename__',
  '__table__',
  '@Entity',
  'EntitySchema',
  'models.Model',
  'TableName()',
  'ActiveRecord',
  'ApplicationRecord',
  'extends Model',
  'Eloquent',
  'schema "',
  'sequelize',
  'model ',
];

const UPSERT =
  /\bon\s+conflict\b|\bmerge\s+into\b|on_?conflict|upsert|(?:update|ignore)_conflicts|\binsert_all|insertOrIgnore|updateOrInsert|orIgnore|orUpdate/i;
const LOOKUP_AND_INSERT = [
  [/\bselect\b[\s\S]{0,2000}?\bfrom\b/i, /\binsert\s+into\b/i],
  [/\.find(?:First|Unique)\(/, /\.create\(/],
  [/\.(?:first|one_or_none|scalar_one_or_none|scalar)\(\)/, /\.add\(/],
] as const;

export function sift(bytes: Buffer): Sifted {
  const hinted = HINTS.some((hint) => bytes.includes(hint));
  const checks = CHECK_HINTS.some((hint) => bytes.includes(hint));
  const models = MODEL_HINTS.some((hint) => bytes.includes(hint));
  if (!hinted && !checks) return { upserts: false, models };
  const text = bytes.toString('latin1');
  const upserts =
    (hinted && UPSERT.test(text)) ||
    (checks && LOOKUP_AND_INSERT.some(([lookup, insert]) => insert.test(text) && lookup.test(text)));
  return { upserts, models };
}
