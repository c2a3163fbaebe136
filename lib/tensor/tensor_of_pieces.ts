import * as tf from "@tensorflow/tfjs-core";
import { hasRawOps, rawOp } from "./raw_op.ts";
import { copyNumbers } from "./resident.ts";
import { writeRows } from "./write_rows.ts";

/**
 * A tensor on the backend from its elements in pieces of whole rows, each of which is over when the next is taken. On the
 * tensorflow backend no more than one piece lies in memory beside it. The caller owns it.
 *
 * @param shape the rows are those of its first dimension; the pieces fill it
 */
export async function tensorOfPieces<R extends tf.Rank>(
  pieces: AsyncIterable<Float32Array>,
  shape: tf.ShapeMap[R],
): Promise<tf.Tensor<R>> {
  if (!hasRawOps()) return tf.tensor(await gatherPieces(pieces, sizeOf(shape)), shape);
  const columns = sizeOf(shape.slice(1));
  let rows: tf.Tensor2D | null = null;
  let done = 0;
  try {
    for await (const piece of pieces) {
      if (piece.length === sizeOf(shape)) return copyNumbers(piece, shape);
      const count = piece.length / columns;
      rows = tf.tidy(() =>
        writeRows(
          rows ?? emptyRows(shape[0]!, columns),
          tf.range(done, done + count, 1, "int32"),
          tf.tensor2d(piece, [count, columns]),
        )
      );
      done += count;
    }
    return tf.reshape(rows!, shape);
  } finally {
    rows?.dispose();
  }
}

/** All elements in one array. */
export async function gatherPieces(
  pieces: AsyncIterable<Float32Array>,
  size: number,
): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(size);
  let done = 0;
  for await (const piece of pieces) {
    values.set(piece, done);
    done += piece.length;
  }
  return values;
}

/** A tensor whose numbers are whatever the memory held. */
function emptyRows(rows: number, columns: number): tf.Tensor2D {
  const shape = tf.tensor1d([rows, columns], "int32");
  return rawOp("Empty", { dtype: { type: "float32" }, init: false }, [shape], 1)[0] as tf.Tensor2D;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
