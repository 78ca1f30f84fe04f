import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { CODES } from '../../src/model/codes.ts';
import { adviceOn } from '../../src/session/sqlstate-advice.ts';
import { CLASSES } from '../../src/session/sqlstate-classes.ts';

/** Say that something is to be mended, and not how: no command, flag, line or place to write. */
const EMPTY: readonly RegExp[] = [
  /^read the (?:reason|message)/i,
  /change the (?:rule or the data|data or the rule)/i,
  /^(?:check|correct|mend|fix|change) (?:it|that|this|the )?(?:cause|problem|reason|configuration|connection|data|error|expression|file|function|input|name|query|rows?|rule|server|settings?|SQL|trigger|value|values)?(?: (?:named|or the data|or the trigger))?\.$/i,
  /^(?:change|correct|mend) what (?:the message|it|the server) (?:names|says)/i,
  /^mend the cause/i,
  /decide by hand/i,
  /^(?:wait for it|run it again|leave one of them out|remove one of them|remove or rename one of them|choose a shorter name|use another role|add --yes when you are sure|look into the log of the server|disable the trigger while msgdb works)\b[^:;`]{0,40}\.$/i,
  /^see (?:the (?:help|docs|documentation|manual|log))\.?$/i,
];

interface Found {
  readonly place: string;
  readonly text: string;
}

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const name = `src/${path}`;
    return ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
  });

/** Every text of a fix in the source: of `fix:`, of what `fix…` and `advise…` give back, and of refusals. */
function findFixes(): readonly Found[] {
  return SOURCES.flatMap((source) => {
    const found: Found[] = [];
    const note = (node: ts.Node): void => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      for (const text of textsOf(node)) found.push({ place: `${source.fileName}:${line + 1}`, text });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node) && node.name.getText() === 'fix') note(node.initializer);
      if (ts.isCallExpression(node) && node.expression.getText() === 'refusals.add' && node.arguments[2]) {
        note(node.arguments[2]);
      }
      if (ts.isFunctionDeclaration(node) && /^(?:fix|advise)/.test(node.name?.text ?? '') && node.body) {
        for (const each of returnsOf(node.body)) note(each);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function textsOf(node: ts.Node): readonly string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')];
  }
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return [...textsOf(node.left), ...textsOf(node.right)];
  }
  return [];
}

function returnsOf(body: ts.Node): readonly ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function isEmpty(text: string): boolean {
  return EMPTY.some((phrase) => phrase.test(text));
}

test.each([
  'Read the reason; change the rule or the data, then run the command again.',
  'Check the configuration.',
  'Correct the value named.',
  'Correct it.',
  'Change what the message names.',
  'Mend the cause, then run `msgdb migrate` again.',
  'Wait for it.',
  'Leave one of them out.',
  'Correct the function or the data.',
])('"%s" says nothing', (text) => {
  expect(isEmpty(text)).toBe(true);
});

test('each fix says what to run, give or write', () => {
  const fixes = findFixes();
  expect(fixes.length).toBeGreaterThan(200);
  expect(fixes.filter(({ text }) => isEmpty(text))).toEqual([]);
});

test('each code has a fix of its own', () => {
  const fixes = Object.entries(CODES).map(([code, { fix }]) => ({ code, fix }));
  expect(fixes.filter(({ fix }) => fix.length < 20)).toEqual([]);
  const shared = fixes.filter(({ code, fix }) => fixes.some((other) => other.code !== code && other.fix === fix));
  expect(shared).toEqual([]);
});

test('each class of SQLSTATE has advice that says what to do', () => {
  const states = [
    '22P05',
    '42501',
    '53400',
    '55006',
    '57014',
    '57P04',
    ...Object.keys(CLASSES).map((each) => `${each}000`),
  ];
  expect(states.filter((each) => isEmpty(adviceOn(each).fix))).toEqual([]);
});

test('a refusal says itself what mends it: no code knows that', () => {
  const without = SOURCES.flatMap((source) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const call = ts.isNewExpression(node) || ts.isCallExpression(node) ? node : undefined;
      const [code] = call?.arguments ?? [];
      const made = call !== undefined && ['MsgdbError', 'finding', 'refusals.add'].includes(call.expression.getText());
      if (
        made &&
        code?.getText() === "'MSGDB_REFUSED'" &&
        !/\bfix\b/.test(call.getText()) &&
        call.arguments?.[2] === undefined
      ) {
        found.push(`${source.fileName}: ${call.getText().slice(0, 80)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(without).toEqual([]);
});
