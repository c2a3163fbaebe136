import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../../lib/adapters/adapter.ts";
import { Random } from "../../lib/tensor/random.ts";

/** Moves all trained factors by seeded noise, as training would. */
export function disturb(adapter: Adapter, seed = 7): void {
  const random = new Random(seed);
  adapter.setParameters(
    adapter.parameters.map(({ value }) =>
      tf.tidy(() => tf.add(value, tf.tensor(random.normal(value.size, 0, 0.05), value.shape)))
    ),
  );
}
