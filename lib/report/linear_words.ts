import { factorNames } from "../nn/factors.ts";
import type { Linear } from "../nn/linear.ts";
import type { Update } from "../nn/update.ts";

/** Such as `(576, 576) float32; A (8, 576), N (8, 8) trains, B (576, 8), s = 2`. */
export function linearWords(linear: Linear): string {
  const { outputs, inputs, storage, update, merged } = linear;
  const weight = `(${outputs}, ${inputs}) ${storage}`;
  return update ? `${weight}; ${updateWords(update)}${merged ? ", merged" : ""}` : weight;
}

/** The factors of an update with their shapes, which of them train, and s. */
export function updateWords({ factors, trains, scaling, core }: Update): string {
  const words = factorNames.filter((name) => factors[name]).map((name) =>
    `${name} (${factors[name]!.shape.join(", ")})${trains.has(name) ? " trains" : ""}${
      name === "N" && core ? ` (${core.trained.form})` : ""
    }`
  );
  return [...words, `s = ${Number(scaling.toPrecision(4))}`].join(", ");
}
