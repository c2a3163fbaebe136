import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../usage_error.ts";
import { keptPath } from "./kept_path.ts";
import type { RunRecord } from "./record.ts";

/** The records below a folder, in the order in which the runs started; other JSON files, also records of evaluations alone, are passed over. */
export function readRecords(folder: string): RunRecord[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json")
  );
  return files
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
    .filter((value): value is RunRecord => value?.run?.spec?.method !== undefined && value.meta !== undefined)
    .sort((a, b) => a.run.started.localeCompare(b.run.started));
}

/**
 * The records of an experiment that are kept with the library, in `data/records/NAME`; a folder `records/NAME` in the one that
 * NLORA_EXPERIMENTS of the environment names stands in its place.
 *
 * @throws UsageError where there are none of that name
 *
 * @example
 * ```ts
 * import { keptRecords } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(keptRecords("gsm8k").every((record) => record.run.spec.task === "gsm8k"));
 * ```
 */
export function keptRecords(name: string): RunRecord[] {
  const folder = keptPath("records", name);
  if (!existsSync(folder)) {
    throw new UsageError(
      `no records ${JSON.stringify(name)} are kept; there are ${readdirSync(dirname(folder)).join(", ")}`,
    );
  }
  return readRecords(folder);
}
