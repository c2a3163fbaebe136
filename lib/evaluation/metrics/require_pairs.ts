import { UsageError } from "../../usage_error.ts";

/**
 * Checks that there is a prediction for each gold value.
 *
 * @param least of each there must be so many
 * @throws UsageError where the counts differ, or are too small
 */
export function requirePairs(
  predictions: ArrayLike<number>,
  gold: ArrayLike<number>,
  least = 1,
): void {
  if (predictions.length !== gold.length) {
    throw new UsageError(
      `${predictions.length} predictions for ${gold.length} gold values; give one prediction for each`,
    );
  }
  if (gold.length < least) {
    throw new UsageError(`a metric of ${gold.length} predictions is not defined; give ${least} or more`);
  }
}
