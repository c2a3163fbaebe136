import { existsSync } from "node:fs";
import { readJsonObject } from "../formats/read_json.ts";
import { writeAside } from "../formats/write_aside.ts";
import { UsageError } from "../usage_error.ts";
import type { BenchRow } from "./bench_row.ts";

/** What a benchmark's file holds. */
export interface BenchDocument {
  readonly rows: readonly BenchRow[];
  /** Where the rows were measured that were measured last. */
  readonly machine: Readonly<Record<string, unknown>>;
}

/**
 * Puts rows into a benchmark's file, in the places of earlier ones of the same case and else at its end, so that settings can be
 * measured one at a time. A file that is not there is made.
 *
 * @throws UsageError where the file holds something else, or cannot be written
 */
export async function mergeRows(path: string, { rows, machine }: BenchDocument): Promise<void> {
  const kept = existsSync(path) ? (await readJsonObject(path)).rows : [];
  if (!Array.isArray(kept)) {
    throw new UsageError(`${path} has no rows of a benchmark; choose another file, or one that is not there`);
  }
  const merged = new Map([...kept as BenchRow[], ...rows].map((row) => [row.case, row]));
  await writeAside(path, `${JSON.stringify({ rows: [...merged.values()], machine }, null, 2)}\n`);
}
