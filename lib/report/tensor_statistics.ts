/** What there is to say of many numbers; the first four of those that are finite, NaN where there are none. */
export interface TensorStatistics {
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
  /** The square root of the mean squared distance from the mean. */
  readonly deviation: number;
  readonly nan: number;
  readonly infinite: number;
}

/** The statistics of numbers, in float64 and two passes. */
export function tensorStatistics(values: ArrayLike<number>): TensorStatistics {
  let [least, greatest, sum, nan, infinite] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      sum += value;
    } else if (Number.isNaN(value)) nan++;
    else infinite++;
  }
  const count = values.length - nan - infinite;
  if (count === 0) return { least: NaN, greatest: NaN, mean: NaN, deviation: NaN, nan, infinite };
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) squares += (values[i]! - mean) ** 2;
  }
  return { least, greatest, mean, deviation: Math.sqrt(squares / count), nan, infinite };
}
