import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";

/**
 * Refuses tensors with a NaN or an infinity. One sum over all of them on the backend: a sum of numbers of which one is not
 * finite is not finite either. Only where it is not, the numbers are read one by one, which also clears a sum that merely
 * overflowed.
 *
 * @param tensors by the name that the error gives them
 * @throws UsageError with the name, the shape and the place of the first entry that is not finite
 */
export async function requireFinite(tensors: Readonly<Record<string, tf.Tensor>>): Promise<void> {
  const total = tf.tidy(() => Object.values(tensors).map((x) => tf.sum(x)).reduce((a, b) => tf.add(a, b)));
  const [sum] = await total.data();
  total.dispose();
  if (Number.isFinite(sum)) return;
  for (const [name, x] of Object.entries(tensors)) {
    const data = await x.data();
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new UsageError(
        `${data[at]} stands at [${position(at, x.shape)}] of ${name} (${
          x.shape.join("×")
        }); every entry must be finite`,
      );
    }
  }
}

function position(index: number, shape: readonly number[]): string {
  const place = shape.map(() => 0);
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
    place[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return place.join(", ");
}
