import { parquetWriteBuffer } from "hyparquet-writer";

/** Values of one type, of which any may be missing. */
export type ParquetColumn =
  | readonly (string | null)[]
  | readonly (number | null)[]
  | readonly (boolean | null)[];

/**
 * A Parquet file (Snappy) of columns that are equally long. Numbers are doubles, whole ones too, so that a column has the same type in every
 * file whatever is in it; a column of nulls alone is one of texts.
 *
 * @example
 * ```ts
 * import { writeParquet } from "./write_parquet.ts";
 * import { parquetReadObjects } from "hyparquet";
 * import assert from "node:assert/strict";
 *
 * const file = writeParquet({ method: ["lora", "nlora"], value: [0.5, null] });
 * assert.deepEqual(await parquetReadObjects({ file: file.buffer }), [
 *   { method: "lora", value: 0.5 },
 *   { method: "nlora", value: null },
 * ]);
 * ```
 */
export function writeParquet(columns: { readonly [name: string]: ParquetColumn }): Uint8Array<ArrayBuffer> {
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data: [...data],
    type: typeOf(data),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "nlora" }));
}

function typeOf(column: ParquetColumn): "DOUBLE" | "BOOLEAN" | "STRING" {
  const first = (column as readonly unknown[]).find((value) => value !== null);
  return typeof first === "number" ? "DOUBLE" : typeof first === "boolean" ? "BOOLEAN" : "STRING";
}
