/** Groups of a plan that stayed as they are, by what has become of them since it was made. */
export interface LeftOut {
  /** Rows are not there any more; contents are others; there are other copies, or another one would survive. */
  readonly reason: 'gone' | 'changed' | 'regrouped';
  readonly groups: number;
  /** Numbers that the first of them have in the plan. */
  readonly first: readonly number[];
}
