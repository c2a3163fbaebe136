import type { Linear } from "../nn/linear.ts";
import { UsageError } from "../usage_error.ts";

/** @throws UsageError where one of the linear maps has an adapter on it */
export function checkFree(linears: readonly Linear[]): void {
  const taken = linears.find((linear) => linear.update !== null);
  if (taken) {
    throw new UsageError(`${taken.name} has an adapter already; call detach() or remove() on that one first`);
  }
}
