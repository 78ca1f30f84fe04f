import { z } from 'zod';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import type { TimeCandidate, TimeForm } from '../model/why.ts';

const FORMS: readonly { readonly type: RegExp; readonly form: TimeForm }[] = [
  { type: /^timestamp(\(\d\))? with time zone$/, form: 'timestamptz' },
  { type: /^timestamp(\(\d\))? without time zone$/, form: 'timestamp' },
  { type: /^date$/, form: 'date' },
  { type: /^(bigint|integer|numeric(\(\d+,0\))?|double precision)$/, form: 'epoch' },
];

const defaultSchema = z.object({ column: z.string(), expression: z.string() });

/** The table's columns that can hold a time, in their order, with their defaults. */
export async function readTimeCandidates(db: Queryable, facts: TableFacts): Promise<readonly TimeCandidate[]> {
  const rows = await db.query(selectDefaults(facts.oid));
  const defaults = new Map(
    rows.map((row) => defaultSchema.parse(row)).map(({ column, expression }) => [column, expression]),
  );
  return facts.columns.flatMap(({ name, type, storageType }) => {
    const form = FORMS.find((each) => each.type.test(storageType))?.form;
    return form === undefined ? [] : [{ column: name, type, form, default: defaults.get(name) }];
  });
}

function selectDefaults(oid: number) {
  return statement(
    `
    select a.attname::text as column, pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression
      from pg_catalog.pg_attrdef d
      join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
     where d.adrelid = $1::text::oid and a.attgenerated = ''`,
    [String(oid)],
  );
}
