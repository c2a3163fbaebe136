import { type Batch, batchOfRows, type EncodedExample } from "./batches.ts";

/**
 * Puts several examples into one row where they fit, so that little is padding. None sees another and each begins at
 * position 0: the loss is that of the examples in rows of their own.
 *
 * Rows are filled first-fit, the longest examples first (Johnson et al. 1974: at most 11/9 of the fewest rows possible, and
 * a few), for each length of the rows up to `capacity`; the length that leaves the least padding is taken. The same examples
 * always give the same rows.
 *
 * @param capacity tokens that a row may hold; at least those of the longest example
 * @param multiple the batch's length becomes a multiple of this
 *
 * @example
 * ```ts
 * import { packBatch } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const examples = [[1, 2], [3, 4, 5], [6]].map((ids) => ({ ids, promptLength: 1 }));
 * assert.deepEqual([...packBatch(examples, 4).ids], [3, 4, 5, 1, 2, 6]);
 * ```
 */
export function packBatch(examples: readonly EncodedExample[], capacity: number, multiple = 1): Batch {
  const sorted = examples.toSorted((a, b) => b.ids.length - a.ids.length);
  let length = Math.ceil(sorted[0]!.ids.length / multiple) * multiple;
  let best = firstFit(sorted, length);
  let least = best.length * length;
  while ((length += multiple) <= capacity) {
    const rows = firstFit(sorted, length);
    if (rows.length * length < least) [best, least] = [rows, rows.length * length];
  }
  return batchOfRows(best, multiple);
}

function firstFit(examples: readonly EncodedExample[], length: number): EncodedExample[][] {
  const rows: { examples: EncodedExample[]; free: number }[] = [];
  for (const example of examples) {
    let row = rows.find(({ free }) => free >= example.ids.length);
    if (!row) rows.push(row = { examples: [], free: length });
    row.examples.push(example);
    row.free -= example.ids.length;
  }
  return rows.map(({ examples }) => examples);
}
