import { shownJson } from "../formats/json.ts";
import { nystromCores } from "../linalg/nystrom_core.ts";
import { samplings } from "../linalg/sampling.ts";
import { coreForms } from "../nn/core_form.ts";
import type { Linear } from "../nn/linear.ts";
import { UsageError } from "../usage_error.ts";
import { coreTyings, type Method, type MethodChoices } from "./method.ts";
import { findMethod, type MethodName } from "./methods.ts";
import { matchesPattern, targetedLinears, type Targets } from "./target_linears.ts";

/** What an adapter is, as it is asked for. */
export interface AdapterOptions extends MethodChoices, Targets {
  /** A name from the table of methods. */
  readonly method: MethodName;
  /** By default 16; full fine-tuning has none. */
  readonly rank?: number;
  /** By default the rank, so that s = 1. */
  readonly alpha?: number;
  /** Scaling s = alpha / √rank (Kalajdzievski 2023, arXiv 2312.03732) instead of alpha / rank. */
  readonly rslora?: boolean;
  readonly seed?: number;
  /** Other ranks for the maps whose names end with a name or regular expression, such as `{ "layers.0.*": 32 }`. */
  readonly rank_pattern?: Patterns;
  /** Other alphas, likewise. */
  readonly alpha_pattern?: Patterns;
  /** Maps, or parts of the model, that train whole beside the adapter, by their names; by default (or null) the model's head. */
  readonly modules_to_save?: readonly string[] | null;
}

/** Numbers by the names, or regular expressions for the names, of linear maps. */
export type Patterns = Readonly<{ [pattern: string]: number }>;

/** The same with nothing left open, as it is kept beside the saved factors; of the choices only those that the method has. */
export type AdapterSpec =
  & Required<Omit<AdapterOptions, keyof MethodChoices | "modules_to_save">>
  & MethodChoices
  & {
    /** The names of the maps that train whole. */
    readonly modules_to_save: readonly string[];
  };

/** The names of all choices. */
export const choiceNames = [
  ...["init", "core", "rows", "columns", "rtol", "residual"] as const,
  ...["core_form", "core_rank", "core_tying"] as const,
];

const defaultChoices: Required<Omit<MethodChoices, "init">> = {
  core: "copy",
  rows: "first",
  columns: "first",
  rtol: null,
  residual: true,
  core_form: "full",
  core_rank: null,
  core_tying: "none",
};

/** Every choice with a value: the spec's own, the default for those that the method does not have. */
export function choicesOf(spec: MethodChoices, { inits }: Method): Required<MethodChoices> {
  return { init: inits[0] ?? "", ...defaultChoices, ...present(spec) };
}

/**
 * Fills in what was left open and checks it against the linear maps that are to be adapted.
 *
 * @param saved the names of the maps that train whole, which are not among the others
 * @throws UsageError for an unknown method, choice or target, a rank out of range, or a choice of another method
 */
export function adapterSpec(
  options: AdapterOptions,
  linears: ReadonlyMap<string, Linear>,
  saved: readonly string[] = [],
): AdapterSpec {
  checkMethod(options);
  const method = findMethod(options.method);
  const { rank = 16, alpha = rank, rslora = false, seed = 0, targets = "all-linear", layers = null } =
    options;
  const { rank_pattern = {}, alpha_pattern = {} } = options;
  const choices = choicesOf(options, method);
  const spec = {
    ...{ method: method.name, rank, alpha, rslora, seed, targets, layers, rank_pattern, alpha_pattern },
    modules_to_save: saved,
    ...Object.fromEntries(method.choices.map((choice) => [choice, choices[choice]])),
  };
  const chosen = targetedLinears(spec, linears);
  checkPatterns({ rank_pattern, alpha_pattern }, method, chosen);
  for (const linear of chosen) checkNumbers(spec, method, linear);
  return spec;
}

/** The rank of one linear map. */
export function rankOf({ rank, rank_pattern }: AdapterSpec, { name }: Linear): number {
  return patternValue(rank_pattern, name) ?? rank;
}

/** s of one linear map. */
export function scalingOf(spec: AdapterSpec, linear: Linear): number {
  const alpha = patternValue(spec.alpha_pattern, linear.name) ?? spec.alpha;
  const rank = rankOf(spec, linear);
  return alpha / (spec.rslora ? Math.sqrt(rank) : rank);
}

/**
 * Checks what can be checked without a model: the method and the choices that are its own.
 *
 * @throws UsageError for an unknown method or choice, or a choice of another method
 */
export function checkMethod(options: { readonly method: string } & MethodChoices): void {
  const { name, choices, inits } = findMethod(options.method);
  const given = present(options);
  const known: { readonly [choice in keyof MethodChoices]: readonly string[] } = {
    init: inits,
    core: nystromCores,
    rows: samplings,
    columns: samplings,
    core_form: Object.keys(coreForms),
    core_tying: coreTyings,
  };
  for (const choice of choiceNames) {
    const value = given[choice];
    if (value === undefined) continue;
    if (!choices.includes(choice)) {
      const words = choices.length > 0 ? `its own choices are ${choices.join(", ")}` : "it has no choices";
      throw new UsageError(`${choice} is not a choice of ${name}; leave it out, ${words}`);
    }
    if (typeof value === "string" && !known[choice]!.includes(value)) {
      throw new UsageError(
        `unknown ${choice} ${shownJson(value)}; choose one of ${known[choice]!.join(", ")}`,
      );
    }
  }
  if (given.core_rank != null && given.core_form !== "low-rank") {
    throw new UsageError(
      `core_rank ${given.core_rank} is the rank of core_form low-rank; ask for that form too, or leave core_rank out`,
    );
  }
}

function checkNumbers(spec: AdapterSpec, { fromWeight, trains }: Method, linear: Linear): void {
  const { name, outputs, inputs } = linear;
  const rank = rankOf(spec, linear);
  const largest = Math.min(outputs, inputs);
  if (trains.includes("delta")) return;
  if (!Number.isInteger(rank) || rank < 1) {
    throw new UsageError(`rank ${rank} is not a whole number from 1; choose a rank from 1 to ${largest}`);
  }
  if (fromWeight && rank > largest) {
    throw new UsageError(
      `rank ${rank} exceeds min(m, n) = ${largest} of ${name} (${outputs}×${inputs}); choose a rank ≤ ${largest}`,
    );
  }
  const k = spec.core_rank ?? 1;
  if (!Number.isInteger(k) || k < 1 || k > rank) {
    throw new UsageError(
      `core_rank ${k} is not a whole number from 1 to the rank ${rank} of ${name}; choose one of these`,
    );
  }
  const scaling = scalingOf(spec, linear);
  if (!(Number.isFinite(scaling) && scaling > 0)) {
    throw new UsageError(`alpha ${scaling * rank} of ${name} is not a positive number`);
  }
}

function checkPatterns(
  patterns: { readonly [name: string]: Patterns },
  { title, shared }: Method,
  linears: readonly Linear[],
): void {
  for (const [name, pattern] of Object.entries(patterns)) {
    for (const key of Object.keys(pattern)) {
      if (!linears.some((linear) => matchesPattern(key, linear.name))) {
        const example = linears[0]!.name;
        throw new UsageError(
          `${name} ${shownJson(key)} fits none of the adapted linear maps, such as ${example}`,
        );
      }
    }
  }
  if (shared && Object.keys(patterns.rank_pattern!).length > 0) {
    throw new UsageError(
      `${title} has one rank for all linear maps, since they share its matrices; leave rank_pattern out`,
    );
  }
}

function patternValue(patterns: Patterns, name: string): number | undefined {
  return Object.entries(patterns).find(([pattern]) => matchesPattern(pattern, name))?.[1];
}

function present(choices: MethodChoices): MethodChoices {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}
