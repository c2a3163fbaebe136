import process from "node:process";
import { UsageError } from "../usage_error.ts";
import { readKept } from "./read_kept.ts";
import { completeSpec, type PartialSpec, type Spec } from "./spec.ts";

/** The budgets of an experiment: seconds for tests, minutes on two cores, the paper's own setting on a GPU. */
export const presets = ["smoke", "laptop", "paper"] as const;

/** One of the budgets. */
export type Preset = typeof presets[number];

/** An experiment under one of its budgets. */
export interface Experiment {
  readonly name: string;
  readonly preset: string;
  /** What the budget leaves out, and why, in words. */
  readonly about: string;
  readonly specs: readonly Spec[];
  /** Who grades what is left to a judge. */
  readonly judge?: NamedJudge;
}

/** A model behind an OpenAI-compatible endpoint, for `nlora judge`. */
export interface NamedJudge {
  readonly name: string;
  readonly base_url: string;
}

/** What an experiment's file holds: for each budget what its runs share, and in what each differs. */
export interface ExperimentFile {
  readonly [preset: string]: Budget;
}

/** What the runs of an experiment may cost. */
export interface Budget {
  /** What it leaves out, and why, in words. */
  readonly about?: string;
  readonly shared: Partial<Spec>;
  readonly runs: readonly Partial<Spec>[];
  /** All runs are done with the first seed, then with the next one; without a list each has its own. */
  readonly seeds?: readonly number[];
  /** Grades the answers to MT-Bench of the runs that are trained for it, by `nlora judge`. */
  readonly judge?: NamedJudge;
}

/**
 * The specs of an experiment in `data/experiments/NAME.json`, under the budget of the argument or of NLORA_PRESET in
 * the environment, `laptop` without either. A file `experiments/NAME.json` in the folder that NLORA_EXPERIMENTS of the
 * environment names stands in its place.
 *
 * @throws UsageError for an unknown experiment or a budget that it does not have
 */
export function loadPreset(name: string, preset?: string): Experiment {
  const file = readKept("experiments", "experiment", name) as ExperimentFile;
  return experimentOf(name, file, preset);
}

/**
 * The specs of an experiment under one of its budgets, chosen as by {@linkcode loadPreset}.
 *
 * @throws UsageError for a budget that it does not have
 */
export function experimentOf(
  name: string,
  file: ExperimentFile,
  preset: string = process.env.NLORA_PRESET || "laptop",
): Experiment {
  const budget = Object.hasOwn(file, preset) ? file[preset] : undefined;
  if (!budget) {
    throw new UsageError(
      `experiment ${name} has no preset ${JSON.stringify(preset)}; choose one of ${
        Object.keys(file).join(", ")
      }`,
    );
  }
  const { about = "", shared, runs, seeds, judge } = budget;
  const specs = runs.map((run) => completeSpec({ ...shared, ...run } as PartialSpec));
  return {
    name,
    preset,
    about,
    ...judge && { judge },
    specs: seeds?.flatMap((seed) => specs.map((spec) => ({ ...spec, seed }))) ?? specs,
  };
}
