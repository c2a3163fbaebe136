import type { ParseArgsOptionsConfig } from "node:util";
import { type AdapterOptions, checkMethod, type Patterns } from "../adapters/adapter_spec.ts";
import type { Selection } from "../linalg/sampling.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";

/** The flags that say which adapter is meant, as help shows them. */
export const adapterUsage =
  `--method X [--rank 16] [--alpha RANK] [--rslora] [--seed 0] [--init kaiming|gaussian|fast|exact]
  [--core copy|pinv|cur] [--rows SAMPLING|0,5,7] [--columns …] [--rtol 1e-5] [--residual true|false]
  [--core-form full|low-rank|diagonal|scalar] [--core-rank 1] [--core-tying none|kind|all]
  [--targets q_proj,v_proj|REGEX|all-linear] [--layers 0,1] [--rank-pattern '{"down_proj": 32}'] [--alpha-pattern …]`;

/** The flags that say which adapter is meant. */
export const adapterFlags: ParseArgsOptionsConfig = {
  method: { type: "string" },
  rank: { type: "string" },
  alpha: { type: "string" },
  rslora: { type: "boolean" },
  seed: { type: "string" },
  init: { type: "string" },
  core: { type: "string" },
  rows: { type: "string" },
  columns: { type: "string" },
  rtol: { type: "string" },
  residual: { type: "string" },
  "core-form": { type: "string" },
  "core-rank": { type: "string" },
  "core-tying": { type: "string" },
  targets: { type: "string" },
  layers: { type: "string" },
  "rank-pattern": { type: "string" },
  "alpha-pattern": { type: "string" },
};

/**
 * The adapter that the flags ask for.
 *
 * @throws UsageError for a missing or unknown method, a wrong number, or a choice of another method
 */
export function adapterFrom(
  given: Given,
): AdapterOptions & { readonly method: string; readonly rank: number } {
  const options = {
    method: requiredText(given, "method"),
    rank: optionalInteger(given, "rank", 0) ?? 16,
    ...present({
      alpha: optionalNumber(given, "alpha"),
      rslora: optionalBoolean(given, "rslora"),
      seed: optionalInteger(given, "seed", 0),
      init: optionalText(given, "init"),
      core: optionalText(given, "core") as AdapterOptions["core"],
      rows: selection(given, "rows"),
      columns: selection(given, "columns"),
      rtol: optionalNumber(given, "rtol"),
      residual: optionalBoolean(given, "residual"),
      core_form: optionalText(given, "core-form") as AdapterOptions["core_form"],
      core_rank: optionalInteger(given, "core-rank", 1),
      core_tying: optionalText(given, "core-tying") as AdapterOptions["core_tying"],
      targets: targets(given),
      layers: wholeNumbers(given, "layers"),
      rank_pattern: pattern(given, "rank-pattern"),
      alpha_pattern: pattern(given, "alpha-pattern"),
    }),
  };
  checkMethod(options);
  return options;
}

/** A sampling's name, or indices with commas between them. */
function selection(given: Given, option: "rows" | "columns"): Selection | undefined {
  const text = optionalText(given, option);
  return text !== undefined && /^[\d,\s]+$/.test(text)
    ? wholeNumbers(given, option)
    : text as Selection | undefined;
}

function wholeNumbers(given: Given, option: string): number[] | undefined {
  const numbers = optionalText(given, option)?.split(",").map(Number);
  if (numbers && !numbers.every((number) => Number.isInteger(number) && number >= 0)) {
    throw new UsageError(`--${option} takes whole numbers with commas between them, such as 0,1,5`);
  }
  return numbers;
}

/** Names with commas between them; one word without a comma is a name where it looks like one, else an expression. */
function targets(given: Given): string | string[] | undefined {
  const text = optionalText(given, "targets");
  return text === undefined || text === "all-linear" || !/^[\w.,-]+$/.test(text) ? text : text.split(",");
}

function pattern(given: Given, option: string): Patterns | undefined {
  const text = optionalText(given, option);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value && Object.values(value).every((v) => typeof v === "number")) {
      return value as Patterns;
    }
  } catch {
    // Refused below.
  }
  throw new UsageError(`--${option} ${text} is not a JSON object of numbers, such as '{"down_proj": 32}'`);
}
