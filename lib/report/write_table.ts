import { extname } from "node:path";
import type { ColumnTable } from "arquero";
import { writeAside } from "../formats/write_aside.ts";
import { type ParquetColumn, writeParquet } from "../formats/write_parquet.ts";
import { UsageError } from "../usage_error.ts";

/**
 * Writes a table for other programs, by the ending of the file's name: `.parquet` (whose numbers are all doubles) or `.arrow` (the Arrow
 * IPC file format), both of which pandas, Polars, R and DuckDB read, `.csv`, or `.json` (a list of objects). Of columns with several
 * types, such as a limit that is a number or "all", the first two have texts.
 *
 * @throws UsageError for another ending, or a place that cannot be written
 *
 * @example
 * ```ts
 * import { keptRecords, runsTable, writeTable } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const runs = runsTable(keptRecords("ranks")).filter("d => d.rank >= 16");
 * await writeTable(join(folder, "runs.parquet"), runs);
 * assert.equal((await readFile(join(folder, "runs.parquet"))).subarray(0, 4).toString(), "PAR1");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeTable(path: string, table: ColumnTable): Promise<void> {
  await writeAside(path, contentOf(path, table));
}

function contentOf(path: string, table: ColumnTable): string | Uint8Array {
  switch (extname(path)) {
    case ".parquet":
      return writeParquet(columnsOf(typed(table)));
    case ".arrow":
      return typed(table).toArrowIPC({ format: "file" }) as Uint8Array;
    case ".csv":
      return table.toCSV();
    case ".json":
      return JSON.stringify(table.objects()) + "\n";
  }
  throw new UsageError(`${path} has none of the endings .parquet, .arrow, .csv and .json; choose one`);
}

function columnsOf(table: ColumnTable): { [name: string]: ParquetColumn } {
  return Object.fromEntries(
    table.columnNames().map((name) => [name, Array.from(table.array(name)) as ParquetColumn]),
  );
}

/** Columns of mixed types as texts. */
function typed(table: ColumnTable): ColumnTable {
  const mixed = table.columnNames().filter((name) => {
    const types = new Set(
      Array.from(table.array(name) as unknown[], (value) => value === null ? null : typeof value),
    );
    types.delete(null);
    return types.size > 1;
  });
  const texts = mixed.map((name) => [
    name,
    Array.from(table.array(name) as unknown[], (value) => value === null ? null : String(value)),
  ]);
  return texts.length === 0 ? table : table.reify().assign(Object.fromEntries(texts));
}
