import type { ScriptWay } from '../../../model/operations/sql-operation.ts';
import { inTemplate } from '../../new/emit/spelling.ts';

/** What stands in `up`, in order. */
export type WrittenOperation =
  | { readonly kind: 'rule'; readonly code: string; readonly comment: string }
  | { readonly kind: 'sql'; readonly up: string; readonly down?: string | undefined };

export interface WrittenMigration {
  readonly summary: string;
  readonly from: string;
  readonly way: ScriptWay;
  readonly operations: readonly WrittenOperation[];
}

/** A migration in TypeScript. SQL stands in it as it was written, and what a rule replaces as a comment above the rule. */
export function migrationText({ summary, from, way, operations }: WrittenMigration): string {
  const names = ['migration', ...(operations.some(({ kind }) => kind === 'sql') ? ['sql'] : []), 'uniqueKey'];
  const parts = operations.map((each) => (each.kind === 'sql' ? sqlText(each, way) : ruleText(each)));
  return `import { ${names.join(', ')} } from 'msgdb';

// Written by \`msgdb migrate --rewrite\` from ${from}.
export default migration({
  summary: ${JSON.stringify(summary)},
  up: [
${parts.join('\n')}
  ],
});
`;
}

function ruleText({ code, comment }: Extract<WrittenOperation, { kind: 'rule' }>): string {
  if (comment.trim() === '') return `    ${code},`;
  const lines = comment
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split(/\r\n|[\n\r\u2028\u2029]/);
  const told = ['In place of:', '', ...lines.map((line) => `  ${line}`)];
  return [...told.map((line) => `    // ${line}`.trimEnd()), `    ${code},`].join('\n');
}

function sqlText({ up, down }: Extract<WrittenOperation, { kind: 'sql' }>, way: ScriptWay): string {
  const options = [
    `up: ${template(up)}`,
    ...(down === undefined ? [] : [`down: ${template(down)}`]),
    ...(way.transaction ? [] : ['transaction: false']),
    ...(way.timeout === undefined ? [] : [`timeout: '${way.timeout}'`]),
    ...(way.lockTimeout === undefined ? [] : [`lockTimeout: '${way.lockTimeout}'`]),
  ];
  return `    sql({\n${options.map((option) => `      ${option},`).join('\n')}\n    }),`;
}

/** As it is written, where JavaScript reads it so; else with what it needs to read the same. */
function template(text: string): string {
  if (/[`\r]|\$\{|\\$/.test(text)) return `\`${inTemplate(text)}\``;
  return text.includes('\\') ? `String.raw\`${text}\`` : `\`${text}\``;
}
