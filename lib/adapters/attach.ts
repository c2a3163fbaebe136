import * as tf from "@tensorflow/tfjs-core";
import type { FactorName, Factors, Linear } from "../nn/linear.ts";
import { tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import { type AdaptedLinear, delta } from "./adapter.ts";

/** Puts factors, which it takes over, beside a weight; a given `start`, taken over too, is first taken off the weight. */
export function attach(
  linear: Linear,
  factors: Factors,
  start: Factors | null,
  trains: readonly FactorName[],
): AdaptedLinear {
  linear.update = { factors, trains: new Set(trains), active: true };
  if (start) linear.replaceWeight(tidy(() => tf.sub(linear.weight, delta(start))));
  return { linear, start };
}

/** @throws UsageError where one of the linear maps has an adapter already */
export function checkFree(linears: readonly Linear[]): void {
  const taken = linears.find((linear) => linear.update !== null);
  if (taken) {
    throw new UsageError(`${taken.name} has an adapter already; call remove() on that adapter first`);
  }
}
