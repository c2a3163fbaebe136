/** The part of a Plotly axis that says how values become lengths. */
export type AxisScale = typeof LOGARITHMIC | typeof LINEAR;

/** Powers of ten at equal distances, with ticks at 1, 2 and 5 times each. */
export const LOGARITHMIC = { type: "log", dtick: "D2" } as const;

const LINEAR = { type: "linear" } as const;

/** The ratio of largest to smallest value from which a linear axis would flatten the small ones. */
const WIDE = 8;

/** Logarithmic for positive values that range widely, else linear. */
export function axisScale(values: readonly number[]): AxisScale {
  const finite = values.filter(Number.isFinite);
  const smallest = Math.min(...finite);
  return finite.length > 0 && smallest > 0 && Math.max(...finite) / smallest > WIDE ? LOGARITHMIC : LINEAR;
}
