import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { Check } from '../../model/report.ts';
import type { UpsertAdvice } from '../../model/upsert-report.ts';
import { describeTaken } from '../../resolve/name-taken.ts';

/** One thing that was checked, before it has its place in the report. */
export type Verdict = Pick<Check, 'code' | 'table' | 'status' | 'title' | 'detail'> & {
  /** Short and stable: `index`, `duplicates`, `arbiter`. */
  readonly name: string;
  /** What mends it here, where the code's own advice would not. */
  readonly fix?: string;
  /** For a unique key that is served: what an application writes. */
  readonly upsert?: UpsertAdvice;
};

/** A check that did not hold. */
export function failed(
  common: Pick<Verdict, 'name' | 'table' | 'title'>,
  code: NonNullable<Verdict['code']>,
  detail: string,
): Verdict {
  return { ...common, status: 'failed', code, detail };
}

/** The wanted name belongs to an index of another meaning. */
export function nameTaken(
  common: Pick<Verdict, 'name' | 'table' | 'title'>,
  index: IndexFacts,
  { table }: OperationFacts,
): Verdict {
  const { code, detail, fix } = describeTaken(index, table);
  return { ...failed(common, code, detail), ...(fix === undefined ? {} : { fix }) };
}
