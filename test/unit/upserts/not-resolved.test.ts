// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { summary } from './find.ts';

const A = 'on conflict (a) do nothing';
const INSERT = 'insert into t (a) values (1)';

// What docs/upserts.md says is found and not resolved: it is never passed over in silence.
test.each([
  ['tail.ts', `export const TAIL = '${A}';`, ['? (a) nothing']],
  ['A.java', `@Tags({"${INSERT}", "${A}"}) class A {}`, ['? (a) nothing']],
  [
    'A.xml',
    `<mapper namespace="a"><insert id="b">insert into <include refid="x.Common.table"/> (a) values (1) ${A}</insert></mapper>`,
    ['? (a) nothing'],
  ],
])('found and not resolved: %s: %s', async (file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});
