/** The part of a Plotly axis that says how values become lengths. */
export type AxisScale = typeof LOGARITHMIC | typeof LINEAR;

const TICKS = Array.from({ length: 15 }, (_, i) => i - 5).flatMap((exponent) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`))
);

/** Powers of ten at equal distances, with ticks at 1, 2 and 5 times each, written out. */
export const LOGARITHMIC = {
  type: "log",
  tickmode: "array",
  tickvals: TICKS,
  ticktext: TICKS.map(written),
} as const;

const LINEAR = { type: "linear" } as const;

/** The ratio of largest to smallest value from which a linear axis would flatten the small ones. */
const WIDE = 8;

/** Logarithmic for positive values that range widely, else linear. */
export function axisScale(values: readonly number[]): AxisScale {
  const finite = values.filter(Number.isFinite);
  const smallest = Math.min(...finite);
  return finite.length > 0 && smallest > 0 && Math.max(...finite) / smallest > WIDE ? LOGARITHMIC : LINEAR;
}

function written(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
