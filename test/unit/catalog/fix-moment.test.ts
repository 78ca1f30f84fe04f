import { expect, test } from 'vitest';
import { fixMoment } from '../../../src/catalog/fix-moment.ts';

const NOW = "('2026-01-02 03:04:05.000006+00'::pg_catalog.timestamptz)";

test.each([
  ['now()', NOW, ['now()']],
  ["'é' || pg_catalog.NOW ( ) || now()", `'é' || ${NOW} || ${NOW}`, ['pg_catalog.NOW ( )', 'now()']],
  ['current_timestamp(2)', NOW.replace(')', '(2))'), ['current_timestamp(2)']],
  ['Current_Date - at', `(${NOW}::pg_catalog.date) - at`, ['Current_Date']],
  ['now/**/()', NOW, ['now/**/()']],
  ['now -- the ( time\n ( /* * */ ) - at', `${NOW} - at`, ['now -- the ( time\n ( /* * */ )']],
  ['"pg_catalog" . /* x */ "now" ()', NOW, ['"pg_catalog" . /* x */ "now" ()']],
  ['current_timestamp -- (1)\n > at', `${NOW} -- (1)\n > at`, ['current_timestamp']],
  ['age /* of */ (at)', `age /* of */ ((${NOW}::pg_catalog.date), at)`, ['age()']],
  ['localtime (0)', `(${NOW}::pg_catalog.time(0))`, ['localtime (0)']],
  ['age(at) > age(a, b)', `age((${NOW}::pg_catalog.date), at) > age(a, b)`, ['age()']],
  ['mine.now() || \'now()\' || "now" /* now() */', undefined, []],
])('%s', async (expression, fixed, replaced) => {
  expect(await fixMoment(expression, '2026-01-02 03:04:05.000006+00')).toEqual({
    expression: fixed ?? expression,
    replaced,
  });
});

test('a spelling that cannot be replaced is refused, not passed over', async () => {
  await expect(fixMoment('U&"n\\006fw"()', '2026-01-02 03:04:05+00')).rejects.toMatchObject({
    code: 'MSGDB_EXPRESSION_INVALID',
  });
});
