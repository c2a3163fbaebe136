import * as tf from "@tensorflow/tfjs-core";
import type { Method } from "./method.ts";

/**
 * Full fine-tuning of the targeted linear maps: ΔW (m, n) trains itself, from 0. It is kept beside the frozen weight, so
 * that it can be taken off, merged and saved like every other update; rank and alpha mean nothing to it.
 */
export const full: Method = {
  name: "full",
  title: "full fine-tuning",
  trains: ["delta"],
  learningRate: 2e-5,
  exactStart: true,
  fromWeight: false,
  choices: [],
  inits: [],
  init: (weight) => Promise.resolve({ factors: { delta: tf.zerosLike(weight) }, residual: false }),
};
