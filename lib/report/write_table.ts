import { extname } from "node:path";
import type { ColumnTable } from "arquero";
import { writeAside } from "../formats/write_aside.ts";
import { UsageError } from "../usage_error.ts";

/**
 * Writes a table for other programs, by the ending of the file's name: `.arrow` (the Arrow IPC file format, which pandas, Polars, R and
 * DuckDB read), `.csv`, or `.json` (a list of objects).
 *
 * @throws UsageError for another ending, or a place that cannot be written
 */
export async function writeTable(path: string, table: ColumnTable): Promise<void> {
  await writeAside(path, contentOf(path, typed(table)));
}

function contentOf(path: string, table: ColumnTable): string | Uint8Array {
  switch (extname(path)) {
    case ".arrow":
      return table.toArrowIPC({ format: "file" }) as Uint8Array;
    case ".csv":
      return table.toCSV();
    case ".json":
      return JSON.stringify(table.objects()) + "\n";
  }
  throw new UsageError(`${path} has none of the endings .arrow, .csv and .json; choose one`);
}

/** Columns of mixed types, such as a limit that is a number or "all", as texts: Arrow has one type for each. */
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
  return table.reify().assign(Object.fromEntries(texts));
}
