import { type WeightStorage, weightStorage } from "../nn/weight.ts";
import { type Given, optionalText } from "./command.ts";

/** The option that says how a model's frozen weights are kept. */
export const weightsFlag = { weights: { type: "string" } } as const;

/** As help shows it. */
export const weightsUsage = "[--weights float32|bfloat16|int8|q4]";

/**
 * What `--weights` asks for.
 *
 * @throws UsageError for an unknown storage
 */
export function weightsFrom(given: Given): { weights?: WeightStorage } {
  const name = optionalText(given, "weights");
  return name === undefined ? {} : { weights: weightStorage(name) };
}
