import { join } from "node:path";
import type { RunRecord } from "../lib/experiments/record.ts";

/** The records below a folder, by the order in which the runs started. */
export async function readRecords(folder: string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) records.push(...await readRecords(path));
    else if (entry.name.endsWith(".json")) {
      const value = JSON.parse(await Deno.readTextFile(path));
      if (value?.run?.spec && value.meta) records.push(value);
    }
  }
  return records.sort((a, b) => a.run.started.localeCompare(b.run.started));
}
