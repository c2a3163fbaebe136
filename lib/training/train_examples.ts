import { UsageError } from "../usage_error.ts";
import type { TrainSettings } from "./train_options.ts";
import type { TrainBatch } from "./trainer.ts";

/** Where training takes its batches from. */
export interface TrainExamples<Encoded, B extends TrainBatch> {
  /** How many examples there are. */
  readonly count: number;
  /** All of them as token ids, when the options are known to be right. */
  encode(settings: { readonly length: number }): readonly Encoded[];
  /** Some of them in one batch. */
  batch(encoded: readonly Encoded[], settings: { readonly length: number; readonly packing: boolean }): B;
}

/**
 * The examples of one step in the batches of its forward passes, those without response tokens left out.
 *
 * @throws UsageError when none has any
 */
export function splitBatch<Encoded, B extends TrainBatch>(
  chosen: readonly Encoded[],
  examples: TrainExamples<Encoded, B>,
  settings: TrainSettings,
): B[] {
  const size = Math.ceil(chosen.length / settings.accumulation);
  const batches: B[] = [];
  for (let start = 0; start < chosen.length; start += size) {
    batches.push(examples.batch(chosen.slice(start, start + size), settings));
  }
  if (batches.every((batch) => batch.targets.length === 0)) {
    throw new UsageError(
      `no response tokens are left within ${settings.length} tokens; choose a larger length`,
    );
  }
  return batches.filter((batch) => batch.targets.length > 0);
}
