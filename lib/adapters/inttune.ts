import type { Method } from "./method.ts";
import { nlora } from "./nlora.ts";

/**
 * IntTune, IntermediateTune (arXiv 2502.14482): NLoRA's start, of which only the r×r matrix N trains; or, by choice, fewer
 * numbers that N follows from, down to one a map, or one for all.
 */
export const inttune: Method = {
  ...nlora,
  name: "inttune",
  title: "IntTune",
  trains: ["N"],
  learningRate: 2e-3,
  choices: [...nlora.choices, "core_form", "core_rank", "core_tying"],
};
