/** The ratio of largest to smallest value from which a linear axis would flatten the small ones. */
const WIDE = 8;

/** `log` for positive values that range widely, else `linear`. */
export function axisType(values: readonly number[]): "log" | "linear" {
  const finite = values.filter(Number.isFinite);
  const smallest = Math.min(...finite);
  return finite.length > 0 && smallest > 0 && Math.max(...finite) / smallest > WIDE ? "log" : "linear";
}
