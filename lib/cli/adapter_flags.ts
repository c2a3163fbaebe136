import type { ParseArgsOptionsConfig } from "node:util";
import type { AdapterOptions } from "../adapters/adapter_spec.ts";
import { checkMethod } from "../adapters/adapter_spec.ts";
import type { NystromCore } from "../linalg/nystrom.ts";
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
  "--method X [--rank 16] [--alpha RANK] [--core copy|pinv|cur] [--residual true|false] [--seed 0]";

/** The flags that say which adapter is meant. */
export const adapterFlags: ParseArgsOptionsConfig = {
  method: { type: "string" },
  rank: { type: "string" },
  alpha: { type: "string" },
  core: { type: "string" },
  residual: { type: "string" },
  seed: { type: "string" },
};

/**
 * The adapter that the flags ask for.
 *
 * @throws UsageError for a missing or unknown method, a wrong number, or an option of another method
 */
export function adapterFrom(given: Given): AdapterOptions {
  const options = {
    method: requiredText(given, "method"),
    rank: optionalInteger(given, "rank", 0) ?? 16,
    ...present({
      alpha: optionalNumber(given, "alpha"),
      core: optionalText(given, "core") as NystromCore | undefined,
      residual: optionalBoolean(given, "residual"),
      seed: optionalInteger(given, "seed", 0),
    }),
  };
  checkMethod(options);
  return options;
}
