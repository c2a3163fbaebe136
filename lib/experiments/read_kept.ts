import { readFileSync } from "node:fs";
import { UsageError } from "../usage_error.ts";
import { keptPath } from "./kept_path.ts";

/**
 * What the file `NAME.json` of an experiment or a grid holds, from the place that {@linkcode keptPath} gives.
 *
 * @param what it is, for the error's words
 * @throws UsageError where it cannot be read, or is not JSON
 */
export function readKept(kind: "experiments" | "sweeps", what: string, name: string): unknown {
  const path = keptPath(kind, `${name}.json`);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(
      `no ${what} ${JSON.stringify(name)} can be read from ${path}: ${(error as Error).message}`,
    );
  }
}
