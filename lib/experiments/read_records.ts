import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../usage_error.ts";
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
 * The records of an experiment that are kept with the library, in `data/records/NAME`.
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
  const folder = fileURLToPath(new URL("../../data/records", import.meta.url));
  if (!existsSync(join(folder, name))) {
    throw new UsageError(
      `no records ${JSON.stringify(name)} are kept; there are ${readdirSync(folder).join(", ")}`,
    );
  }
  return readRecords(join(folder, name));
}
