import {
  COST_MODEL,
  type CostModel,
  countTerm,
  FIGURES,
  type Strategy,
  type TableSize,
  type Term,
  termsOf,
} from './cost-model.ts';

/** A page is written whole as it is: not fitted, where few samples could not separate it from rows of the page. */
const KNOWN: readonly Term[] = ['pagesOfLosers', 'pagesOfGroups'];

/** A measurement that the model is fitted to. */
export interface Sample {
  readonly strategy: Strategy;
  readonly size: TableSize;
  readonly measured: Readonly<Record<(typeof FIGURES)[number], number>>;
}

/**
 * The constants that make the model's figures come nearest to those measured: least squares of the relative error. Terms
 * stay as they are; a constant stays that the samples say nothing of (no sort was too large for memory, for instance).
 */
export function fitModel(samples: readonly Sample[]): CostModel {
  const fitted = Object.entries(COST_MODEL).map(([strategy, figures]) => {
    const own = samples.filter((sample) => sample.strategy === strategy);
    return [
      strategy,
      Object.fromEntries(
        FIGURES.map((figure) => {
          const present = termsOf(figures[figure]);
          const known = present.filter(([term]) => KNOWN.includes(term));
          const said = present
            .filter((each) => !known.includes(each))
            .filter(([term]) => own.some(({ size }) => countTerm(term, size) !== 0));
          const rows = own.flatMap(({ size, measured }) => {
            const rest = measured[figure] - known.reduce((sum, [term, was]) => sum + was * countTerm(term, size), 0);
            return rest > 0 ? [said.map(([term]) => countTerm(term, size) / rest)] : [];
          });
          const constants = rows.length < said.length ? undefined : solveLeastSquares(rows);
          const found = said.map(([term, was], place) => [term, round(constants?.[place] ?? was)]);
          return [figure, { ...figures[figure], ...Object.fromEntries(found) }];
        }),
      ),
    ];
  });
  return Object.fromEntries(fitted) as CostModel;
}

/** x ≥ 0 with |rows · x − 1| least: by coordinates, each set to its best while the others stay. */
function solveLeastSquares(rows: readonly (readonly number[])[]): readonly number[] {
  const width = rows[0]?.length ?? 0;
  const x = new Array<number>(width).fill(0);
  const rest = rows.map(() => 1);
  const squares = x.map((_, place) => rows.reduce((sum, row) => sum + (row[place] ?? 0) ** 2, 0));
  for (let round = 0; round < 100_000; round += 1) {
    for (let place = 0; place < width; place += 1) {
      const slope = rows.reduce((sum, row, at) => sum + (row[place] ?? 0) * (rest[at] ?? 0), 0);
      const step = Math.max(slope / (squares[place] || 1), -(x[place] ?? 0));
      x[place] = (x[place] ?? 0) + step;
      rows.forEach((row, at) => {
        rest[at] = (rest[at] ?? 0) - step * (row[place] ?? 0);
      });
    }
  }
  return x;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
