import type { MergeStrategy } from '../../model/operations/common.ts';
import type { KeepTerm } from '../../model/operations/keep.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';

/** What is known of a migration that is to be written. */
interface Outline {
  readonly name: string;
  readonly table?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly rule?: UniqueKey | undefined;
}

/** A TypeScript migration to start from; complete if table and key were given. */
export function migrationTemplate({ name, table, key, rule }: Outline): string {
  const columns = (key ?? ['external_id']).map(keyPart).join(', ');
  return `import { migration, uniqueKey } from 'msgdb';

export default migration({
  summary: ${literal(name)},
  up: [
    uniqueKey({
      table: ${literal(table ?? 'messages')},
      key: [${columns}],
${detailsOf(rule).join('\n')}
    }),
  ],
});
`;
}

/** What is given, and in comments what could be. */
function detailsOf(rule: UniqueKey | undefined): readonly string[] {
  const { where, nulls, keep = [], merge = {}, references = [], index, limit } = rule ?? {};
  const merges = Object.entries(merge).map(([column, how]) => `${quoted(column)}: ${codeOf(how)}`);
  return [
    ...(where === undefined
      ? ['// Rows the rule covers; leave it out to cover all.', '// where: "external_id <> \'\'",']
      : [`where: ${literal(where)},`]),
    ...(nulls === 'not distinct' ? ["nulls: 'not distinct',"] : []),
    ...(keep.length === 0
      ? ['// Survivor order, best first; the primary key completes it.', "// keep: ['updated_at desc'],"]
      : [`keep: [${keep.map(codeOf).join(', ')}],`]),
    ...(merges.length === 0
      ? ['// What the survivor takes from its copies.', "// merge: { token: 'first-non-null' },"]
      : [`merge: { ${merges.join(', ')} },`]),
    ...(references.length === 0
      ? []
      : [
          `references: [${references.map(({ table, column = '' }) => `{ table: ${literal(table)}, column: ${literal(column)} }`).join(', ')}],`,
        ]),
    ...(index === undefined ? [] : [`index: ${literal(index)},`]),
    ...(limit !== undefined && 'losers' in limit ? [`limit: { losers: ${limit.losers} },`] : []),
  ].map((line) => `      ${line}`);
}

function quoted(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : literal(name);
}

function codeOf(value: string | KeepTerm | MergeStrategy): string {
  if (typeof value === 'string') return literal(value);
  if ('most' in value && value.of === undefined) return literal(`most ${value.most}`);
  return 'expression' in value ? `{ expression: ${literal(value.expression)} }` : JSON.stringify(value);
}

/** A pair of SQL files to start from. */
export function sqlTemplates(name: string): readonly { readonly suffix: string; readonly content: string }[] {
  return [
    {
      suffix: '.sql',
      content: `-- ${name}\n-- Runs in one transaction, unless a statement cannot (CREATE INDEX CONCURRENTLY).\nselect 1;\n`,
    },
    { suffix: '.down.sql', content: `-- Undoes: ${name}\nselect 1;\n` },
  ];
}

/** A part with parentheses is an expression, as in the flags. */
function keyPart(part: string): string {
  return part.includes('(') ? `{ expression: ${literal(part)} }` : literal(part);
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;
}
