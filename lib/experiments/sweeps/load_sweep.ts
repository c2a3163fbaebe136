import process from "node:process";
import type { Experiment } from "../preset.ts";
import { readKept } from "../read_kept.ts";
import { expandGrid } from "./expand_grid.ts";
import { gridFrom } from "./grid.ts";

/**
 * The specs of the kept grid `data/sweeps/NAME.json`, under the budget of the argument or of NLORA_PRESET in the environment,
 * `laptop` without either. A file `sweeps/NAME.json` in the folder that NLORA_EXPERIMENTS of the environment names stands in its place.
 *
 * @throws UsageError for an unknown grid, or a budget that it does not have
 *
 * @example
 * ```ts
 * import { loadSweep } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { specs } = loadSweep("ranks", "laptop");
 * assert.deepEqual([...new Set(specs.map(({ rank }) => rank))], [1, 2, 4, 8, 16, 32, 64, 128]);
 * ```
 */
export function loadSweep(name: string, preset: string = process.env.NLORA_PRESET || "laptop"): Experiment {
  const value = readKept("sweeps", "grid", name);
  return { name, preset, about: "", specs: expandGrid(gridFrom(value, preset)) };
}
