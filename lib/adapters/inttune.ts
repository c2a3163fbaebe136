import type { Method } from "./method.ts";
import { nlora } from "./nlora.ts";

/** IntTune, IntermediateTune (arXiv 2502.14482): NLoRA's start, of which only the r×r matrix N trains. */
export const inttune: Method = {
  ...nlora,
  name: "inttune",
  title: "IntTune",
  trains: ["N"],
  learningRate: 2e-3,
};
