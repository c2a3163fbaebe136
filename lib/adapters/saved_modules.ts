import * as tf from "@tensorflow/tfjs-core";
import { shownJson } from "../formats/json.ts";
import type { HeadMap } from "../models/sequence_classifier.ts";
import type { Linear } from "../nn/linear.ts";
import type { Update } from "../nn/update.ts";
import type { Random } from "../tensor/random.ts";
import { UsageError } from "../usage_error.ts";
import type { Adaptable } from "./adaptable.ts";

/**
 * The maps that train whole beside an adapter.
 *
 * @param names of maps or of parts of the model, each whole or the end of one; null stands for the model's head
 * @throws UsageError for a name that fits none
 */
export function savedModules(
  { linears, head = new Map() }: Adaptable,
  names: readonly string[] | null,
): HeadMap[] {
  if (names === null) return [...head.values()];
  const all = [...linears.values()].map((linear) => head.get(linear.name) ?? { linear, deviation: 0 });
  const maps = [...all.filter(({ linear }) => !head.has(linear.name)), ...head.values()];
  const fits = (map: HeadMap, name: string) => `.${map.linear.name}.`.includes(`.${name}.`);
  const absent = names.find((name) => !maps.some((map) => fits(map, name)));
  if (absent !== undefined) {
    throw new UsageError(
      `modules_to_save ${shownJson(absent)} fits no linear map of this model, such as ${
        maps.at(-1)?.linear.name
      }`,
    );
  }
  return maps.filter((map) => names.some((name) => fits(map, name)));
}

/** The maps of a model that a method can adapt beside others that train whole. */
export function otherLinears({ linears }: Adaptable, saved: readonly Linear[]): ReadonlyMap<string, Linear> {
  return new Map([...linears].filter(([, linear]) => !saved.includes(linear)));
}

/** The change of a map that trains whole, as it begins: that of the weight is drawn where the map is new; that of the bias is 0. */
export function wholeUpdate({ linear, deviation }: HeadMap, random: Random): Update {
  const shape: [number, number] = [linear.outputs, linear.inputs];
  const drawn = random.normal(shape[0] * shape[1], 0, deviation);
  return trainedWhole(
    tf.tensor2d(drawn, shape),
    linear.bias ? tf.zeros<tf.Rank.R1>([linear.outputs]) : null,
  );
}

/** The update of a map that trains whole, by the changes of its weight (m, n) and bias (m). */
export function trainedWhole(delta: tf.Tensor2D, bias: tf.Tensor1D | null): Update {
  const factors = bias ? { delta, bias } : { delta };
  return {
    factors,
    scaling: 1,
    trains: new Set(bias ? ["delta", "bias"] : ["delta"]),
    start: null,
    rowNorms: null,
  };
}
