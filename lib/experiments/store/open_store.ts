import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../usage_error.ts";
import type { RunRecord } from "../record.ts";
import { readRecord } from "./read_record.ts";

/** The records below a folder. */
export interface RecordStore {
  /** In the order in which the runs started. */
  readonly records: readonly RunRecord[];
  /** Files that should hold a record and do not, with the reason. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
}

/** Folders and files beside records: trials, logs with their jobs, checkpoints, what is half written, adapters, and settings. */
const others =
  /(^|[/\\])(trials|logs|checkpoint-\d+|\.[^/\\]*)[/\\]|(^|[/\\])(\.[^/\\]*|adapter|adapter_config|[^/\\]+\.settings)\.json$/;

/**
 * Reads all records below a folder, each JSON file one, and brings older versions to the present one. A file that holds no record, or one
 * of an evaluation alone, is named among the damaged, and never passed over in silence.
 *
 * @throws UsageError for a folder that cannot be read
 *
 * @example
 * ```ts
 * import { openStore } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { records, damaged } = openStore("data/records/quickstart");
 * assert.ok(records.every((record) => record.schema === 3));
 * assert.deepEqual(damaged, []);
 * ```
 */
export function openStore(folder: string): RecordStore {
  const records: RunRecord[] = [];
  const damaged: { path: string; reason: string }[] = [];
  for (const name of filesBelow(folder)) {
    if (!name.endsWith(".json") || others.test(name)) continue;
    const path = join(folder, name);
    const found = readRecord(path);
    if ("record" in found) records.push(found.record);
    else damaged.push({ path, reason: found.reason });
  }
  records.sort((a, b) => a.run.started < b.run.started ? -1 : a.run.started > b.run.started ? 1 : 0);
  return { records, damaged };
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  } catch (error) {
    throw new UsageError(`no records can be read from ${folder}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
