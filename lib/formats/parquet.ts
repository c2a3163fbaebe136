import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { UsageError } from "../usage_error.ts";
import type { Row } from "./row.ts";

/**
 * Reads all rows of a Parquet file (uncompressed or Snappy, as the Hub converts data sets).
 *
 * @throws UsageError naming the file when it is not readable as Parquet
 */
export async function readParquet(path: string): Promise<Row[]> {
  let rows: Row["fields"][];
  try {
    rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  } catch (error) {
    throw new UsageError(
      `${path}: not readable as Parquet (${
        (error as Error).message
      }); delete the file to have it brought again`,
    );
  }
  return rows.map((fields, index) => ({ place: `${path} row ${index}`, fields }));
}
