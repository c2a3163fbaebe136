import { readFile } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";
import { isRecord } from "./json.ts";
import { readJsonLines } from "./jsonl.ts";
import { readParquet } from "./parquet.ts";
import type { Row } from "./row.ts";

/**
 * All rows of a data file, by the end of its name: Parquet, JSON Lines, or (`.json`) one list of objects.
 *
 * @throws UsageError naming the file, and where it can the row, that is not readable
 */
export async function readRows(path: string): Promise<Row[]> {
  if (path.endsWith(".parquet")) return await readParquet(path);
  return path.endsWith(".json") ? await readJsonList(path) : await readJsonLines(path);
}

async function readJsonList(path: string): Promise<Row[]> {
  let rows: unknown;
  try {
    rows = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(rows) || !rows.every(isRecord)) {
    throw new UsageError(
      `${path}: one list of JSON objects is expected; for one object a line, end the name in .jsonl`,
    );
  }
  return rows.map((fields, index) => ({ place: `${path} row ${index}`, fields }));
}
