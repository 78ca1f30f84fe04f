/** What is known of a migration that is to be written. */
interface Outline {
  readonly name: string;
  readonly table?: string | undefined;
  readonly key?: readonly string[] | undefined;
}

/** A TypeScript migration to start from; complete if table and key were given. */
export function migrationTemplate({ name, table, key }: Outline): string {
  const columns = (key ?? ['external_id']).map(keyPart).join(', ');
  return `import { migration, uniqueKey } from 'msgdb';

export default migration({
  summary: ${literal(name)},
  up: [
    uniqueKey({
      table: ${literal(table ?? 'messages')},
      key: [${columns}],
      // Rows the rule covers; leave it out to cover all.
      // where: "external_id <> ''",
      // Survivor order, best first; the primary key completes it.
      // keep: ['updated_at desc'],
      // What the survivor takes from its copies.
      // merge: { token: 'first-non-null' },
    }),
  ],
});
`;
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
